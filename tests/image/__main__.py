"""`make image`: the image built and run by buildah, without a daemon, and what is to be known of it.

BASE names the image that it stands on. Without it, root on a machine with debootstrap makes one from Debian's packages;
else it is the one that the Dockerfile names, which has to be reachable. Nothing is left but what is in build/image.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "build" / "image"
IMAGE, DEBIAN, SUITE = "localhost/seawall", "localhost/seawall-base", "bookworm"
PACKAGES = "python3,python3-venv,ca-certificates"
NOT_NEEDED = ("usr/share/doc", "usr/share/man", "usr/share/locale", "var/cache/apt", "var/lib/apt/lists")
MOUNTS = {name: f"/var/lib/seawall/{name}" for name in ("data", "key", "checkpoints")}
CA = "/run/secrets/ca"  #: where the Dockerfile has it while it builds


def main() -> int:
    """Builds, runs and stops it; 0 where it did what it must."""
    if not shutil.which("buildah"):
        print(
            "make image needs buildah, which needs no daemon: install it, or build deploy/Dockerfile with another tool"
        )
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    build(base())
    config = json.loads(buildah("inspect", "--type=image", IMAGE))["OCIv1"]["config"]
    print(f"size      {sizes()[IMAGE]} unpacked, of which its base {sizes().get(DEBIAN, 'is in it')}")
    print(f"user      {config['User']}")
    return tried([*config["Entrypoint"], *config["Cmd"]])


def base() -> str:
    """The image that it stands on, "" for that of the Dockerfile."""
    if name := os.environ.get("BASE"):
        print(f"base      {name}")
        return name
    if not shutil.which("debootstrap") or os.geteuid():
        print("base      as in deploy/Dockerfile; BASE=... names another one")
        return ""
    print(f"base      Debian {SUITE} with {PACKAGES}, made by debootstrap; BASE=... names another one")
    if DEBIAN not in sizes():
        with tempfile.TemporaryDirectory(prefix="seawall-image-") as folder:
            run("debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, folder)
            for path in NOT_NEEDED:
                shutil.rmtree(Path(folder, path), ignore_errors=True)
            with container("scratch") as name:
                buildah("add", "--quiet", name, folder, "/")
                buildah("commit", "--quiet", name, DEBIAN)
    return DEBIAN


def build(name: str) -> None:
    """Builds it, with what pip needs on this machine to reach its index."""
    options = [f"--build-arg=BASE={name}"] if name else []
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as settings:
        lines = ["[global]"]
        if index := os.environ.get("PIP_INDEX_URL"):
            lines.append(f"index-url = {index}")
        if certificates := os.environ.get("PIP_CERT") or os.environ.get("SSL_CERT_FILE"):
            lines.append(f"cert = {CA}")
            options.append(f"--secret=id=ca,src={certificates}")
        settings.write("\n".join([*lines, ""]))
        settings.flush()
        options.append(f"--secret=id=pip,src={settings.name}")
        buildah(
            "build", "--isolation=chroot", *options, f"--file={ROOT}/deploy/Dockerfile", f"--tag={IMAGE}", str(ROOT)
        )


def tried(command: list[str]) -> int:
    """Runs the server of the image on a loopback address, looks at it, and stops it."""
    with tempfile.TemporaryDirectory(prefix="seawall-image-") as folder, container(IMAGE) as name:
        root = Path(buildah("mount", name).strip())
        before = time.time()
        volumes = [f"--volume={mount(folder, own)}:{inside}" for own, inside in MOUNTS.items()]
        run_options = ["--isolation=chroot", "--env=SEAWALL_ADDRESS=127.0.0.1:0", *volumes, name, "--", *command]
        process = subprocess.Popen(buildah_command("run", *run_options), stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        address = process.stdout.readline().split()[-1]
        server = server_of(process.pid)
        user = Path(f"/proc/{server}/status").read_text().partition("Uid:")[2].split()[0]
        print(f"process   user {user}, {address}, health {health_of(address)}")
        began = time.monotonic()
        os.kill(server, signal.SIGTERM)
        code = process.wait(timeout=60)
        print(f"stopped   exit code {code}, {time.monotonic() - began:.2f} seconds after SIGTERM")
        written = [path for path in root.rglob("*") if path.is_file() and path.lstat().st_mtime > before]
        strange = [path for path in written if path.name not in ("hosts", "resolv.conf", "run", ".containerenv")]
        print(f"written   {len(strange)} files outside its three mounts")
        return int(bool(code or strange or user == "0"))


def mount(folder: str, name: str) -> Path:
    """A folder that belongs to the user of the image."""
    path = Path(folder, name)
    path.mkdir()
    if not os.geteuid():
        os.chown(path, 10001, 10001)
    return path


def server_of(pid: int) -> int:
    """The process of the server among those that buildah started."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(path.name)] = int((path / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has ended
            continue
    family = {pid}
    while children := {child for child, parent in parents.items() if parent in family} - family:
        family |= children
    (leaf,) = family - {parents[each] for each in family}
    return leaf


def health_of(address: str) -> str:
    """What a load balancer sees."""
    with grpc.insecure_channel(address) as channel:
        health: Any = health_pb2_grpc.HealthStub(channel)
        answer = health.Check(health_pb2.HealthCheckRequest(), timeout=30)
    return health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status)


@contextmanager
def container(image: str) -> Iterator[str]:
    """A container of an image, which is removed at the end."""
    name = buildah("from", image).split()[-1]
    try:
        yield name
    finally:
        buildah("rm", name)


def sizes() -> dict[str, str]:
    """The images that there are, each with its size."""
    lines = buildah("images", "--noheading", "--format={{.Name}} {{.Size}}").splitlines()
    return {line.partition(" ")[0]: line.partition(" ")[2].strip() for line in lines if line.startswith("localhost/")}


def buildah(*arguments: str) -> str:
    """What it prints."""
    return run(*buildah_command(*arguments))


def buildah_command(*arguments: str) -> list[str]:
    """With a store of its own that needs no file system of the kernel's."""
    store = [f"--root={FOLDER}/storage", f"--runroot={FOLDER}/run", "--storage-driver=vfs"]
    return ["buildah", *store, *arguments]


def run(*command: str) -> str:
    """What a command prints; its last words where it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout[-2_000:]}{done.stderr[-2_000:]}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
