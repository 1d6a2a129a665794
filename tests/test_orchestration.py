"""What deploy/ has for several machines fits the program: each command line is one of it, each file has its mount."""

import asyncio
import sys
from contextlib import suppress
from importlib.metadata import version
from pathlib import PurePosixPath
from socket import socket
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
import yaml

from seawall.server.log import key_file
from seawall.server.stopping import DRAIN_SECONDS
from tests.identity.credentials import token_key
from tests.identity.secured import Files, bearer, outcome_of
from tests.identity.test_serve import LOCAL, TEMPLATES
from tests.test_deploy import DEPLOY, IMAGE, MODULE, STOPPING_SECONDS, settings

COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
KUBERNETES = list(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text(encoding="utf-8")))


class Container(NamedTuple):
    """What of a service or of a pod the tests look at."""

    words: list[str]  #: its command line after that of the image
    mounts: list[str]
    pod: Any
    own: Any


def of_compose(name: str) -> Container:
    service = COMPOSE["services"][name]
    secrets = [f"/run/secrets/{secret}" for secret in service["secrets"]]
    volumes = [volume.split(":")[1] for volume in service.get("volumes", ())]
    return Container(service["command"], [*secrets, *volumes], service, service)


def of_kubernetes(kind: str) -> Container:
    (pod,) = (each["spec"]["template"]["spec"] for each in KUBERNETES if each["kind"] == kind)
    (own,) = pod["containers"]
    return Container(own["args"], [mount["mountPath"] for mount in own["volumeMounts"]], pod, own)


CONTAINERS = {
    "compose server": of_compose("server"),
    "compose upgrade": of_compose("upgrade"),
    "kubernetes server": of_kubernetes("StatefulSet"),
    "kubernetes upgrade": of_kubernetes("Job"),
}
SERVERS = [container for name, container in CONTAINERS.items() if name.endswith("server")]
each_container = pytest.mark.parametrize("container", CONTAINERS.values(), ids=CONTAINERS)
each_server = pytest.mark.parametrize("container", SERVERS, ids=["compose", "kubernetes"])


def paths(words) -> list[str]:
    """Every file that a command line names."""
    return [path for word in words if (path := word.rpartition("=")[2]).startswith("/")]


@each_container
def test_each_command_line_is_one_of_the_server(container, tmp_path):
    settings(container.words, tmp_path)
    for path in paths(container.words):
        assert [mount for mount in container.mounts if PurePosixPath(path).is_relative_to(mount)], path


@each_container
def test_nothing_runs_as_root_or_writes_to_its_image(container):
    if container.pod is container.own:
        assert (container.own["read_only"], container.own["cap_drop"]) == (True, ["ALL"])
        assert container.own["security_opt"] == ["no-new-privileges:true"]
        return
    assert container.pod["securityContext"]["runAsNonRoot"] is True
    assert container.pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container.pod["automountServiceAccountToken"] is False
    assert container.own["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    user = container.pod["securityContext"]["runAsUser"]
    assert f"USER {user}:{container.pod['securityContext']['fsGroup']}\n" in IMAGE
    secrets = [volume["secret"] for volume in container.pod["volumes"] if "secret" in volume]
    assert {secret["defaultMode"] for secret in secrets} == {0o440}  # root's, and its group's
    volumes = {volume["name"] for volume in container.pod["volumes"]} | {"checkpoints"}
    assert {mount["name"] for mount in container.own["volumeMounts"]} <= volumes


@each_server
def test_a_server_that_others_reach_has_tls_and_time_to_stop(container, tmp_path):
    options = settings(container.words, tmp_path)
    assert options.tls
    assert options.address == "0.0.0.0:50551"
    drain = DRAIN_SECONDS if options.drain_seconds is None else options.drain_seconds
    grace = container.pod.get("terminationGracePeriodSeconds") or int(container.pod["stop_grace_period"].rstrip("s"))
    assert grace >= drain + STOPPING_SECONDS
    for port in (options.address, options.operations_address):
        assert port.rpartition(":")[2] in IMAGE.partition("EXPOSE ")[2].splitlines()[0].split()


def test_the_probes_of_kubernetes_meet_the_operations_port():
    own = of_kubernetes("StatefulSet").own
    ports = {port["name"]: port["containerPort"] for port in own["ports"]}
    assert f"--operations-address=0.0.0.0:{ports['operations']}" in own["args"]
    probes = {name: own[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness", "readiness")}
    assert {name: probe["path"] for name, probe in probes.items()} == {
        "startup": "/readyz",
        "liveness": "/livez",
        "readiness": "/readyz",
    }
    assert {probe["port"] for probe in probes.values()} == {"operations"}


def test_kubernetes_names_one_release_and_one_set_of_pods():
    images = {of_kubernetes(kind).own["image"] for kind in ("StatefulSet", "Job")}
    assert images == {f"seawall:{version('seawall')}"}
    selectors = [
        each["spec"]["selector"].get("matchLabels", each["spec"]["selector"])
        for each in KUBERNETES
        if "selector" in each["spec"]
    ]
    assert selectors == [{"app.kubernetes.io/name": "seawall"}] * 3


def test_compose_defines_what_it_uses():
    for name, service in COMPOSE["services"].items():
        assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"]), name
        named = {volume.split(":")[0] for volume in service.get("volumes", ())}
        assert named <= set(COMPOSE["volumes"]), name


def in_place(words, folder) -> list[str]:
    """A command line with its files in one folder, under the names that they have in their mounts."""
    values = [word.partition("=") for word in words]
    return [
        f"{name}{equal}{folder / PurePosixPath(value).name}" if value[:1] == "/" else f"{name}{equal}{value}"
        for name, equal, value in values
    ]


def state_of(address, path) -> int:
    """What a probe gets."""
    try:
        with urlopen(f"http://{address}{path}", timeout=30) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


async def test_the_server_of_kubernetes_serves_and_its_probes_see_that_it_is_to_stop(tmp_path):
    files = Files(tmp_path)
    files.write(LOCAL)
    for name, alias in (("server.pem", "tls.crt"), ("server.key", "tls.key")):
        (tmp_path / name).rename(tmp_path / alias)
    key_file.make(tmp_path / "log.key")
    (tmp_path / "seawall.toml").write_text(f'database = "{tmp_path / "seawall.db"}"\n')
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        operations = f"127.0.0.1:{free.getsockname()[1]}"
    words = in_place(of_kubernetes("StatefulSet").words, tmp_path)
    words += ["--address=0.0.0.0:0", f"--operations-address={operations}", "--drain-seconds=300"]
    command = (sys.executable, *MODULE[1:], *words)
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        port = (await asyncio.wait_for(process.stdout.readline(), 60)).decode().rpartition(":")[2].strip()
        async with files.channel(f"localhost:{port}") as channel:
            outcome = await outcome_of(channel, TEMPLATES, b"", bearer(token_key().token()))
            assert outcome.code.name == "OK"
            assert await asyncio.to_thread(state_of, operations, "/readyz") == 200
            process.terminate()
            async with asyncio.timeout(30):
                while await asyncio.to_thread(state_of, operations, "/readyz") != 503:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            assert await asyncio.to_thread(state_of, operations, "/livez") == 200
            outcome = await outcome_of(channel, TEMPLATES, b"", bearer(token_key().token()))
            assert outcome.code.name == "OK"
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 30) == 0
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
