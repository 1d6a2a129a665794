"""One installed form on trial: what it must do, and what it must say where it lacks an extra."""

import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.packages.forms import NO_POSTGRES, brought, refused

COMMAND = re.compile(r"^ {4}([a-z-]+)", re.MULTILINE)  #: as `--help` lists them
HEALTH = """
import sys, grpc
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub
with grpc.insecure_channel(sys.argv[1]) as channel:
    status = HealthStub(channel).Check(HealthCheckRequest(service="seawall.v1.StressService"), timeout=10).status
sys.exit(status != HealthCheckResponse.SERVING)
"""


class Failed(Exception):
    """A form did not do what it must."""


def demonstrated(folder: Path, said: str) -> tuple[Path, str]:
    """What the first demo in a folder left behind, and the execution that it ends with."""
    return folder / "var" / "demo-1", re.findall(r"seawall show (sha256:\w+)", said)[0]


class Trial:
    """Runs one form in an empty folder, with nothing of Seawall in its environment."""

    def __init__(self, form: str, python: Path, folder: Path) -> None:
        """`python` is that of the environment in which the form is installed."""
        self.form, self.brought = form, brought(form)
        self.python, self.seawall, self.folder = python, python.with_name("seawall"), folder
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("SEAWALL_", "PYTHON"))
        }
        folder.mkdir()

    def run(self, host: str, execution: str) -> Iterator[str]:
        """Everything that this form is tried in, each said in a few words; raises `Failed` at the first fault.

        A form without a server asks the one at `host` for an execution there.
        """
        version = self.call("--version").strip()
        commands = COMMAND.findall(self.call("--help"))
        for command in commands:
            self.call(command, "--help")
        yield f"{version}, --help of {len(commands)} commands"
        missing = refused(self.form)
        for command, extra in missing.items():
            self.refuses(command, extra)
        if "server" in self.brought:
            yield from self.serves()
        else:
            yield from self.asks(host, execution)
        if "postgres" in self.brought:
            self.call("db", "check", "--database", NO_POSTGRES, code=1, words="Connect call failed")
            yield "db check of a PostgreSQL (none answers)"
        if missing:
            yield f"names {' and '.join(dict.fromkeys(missing.values()))} where missing"

    def refuses(self, command: str, extra: str) -> None:
        """It says in one line which extra is missing, and leaves nothing behind."""
        before = sorted(self.folder.iterdir())
        said = self.call(*command.split(), code=2, words=f"python -m pip install 'seawall[{extra}]'")
        if said.count("\n") != 1 or sorted(self.folder.iterdir()) != before:
            raise Failed(f"seawall {command} does more than name what is missing:\n{said}")

    def serves(self) -> Iterator[str]:
        """A demo; then its database under a server of its own, and what the demo found asked of that."""
        demo, page = self.call("demo", words="replay: IDENTICAL"), "reports" in self.brought
        left, execution = demonstrated(self.folder, demo)
        if (left / "report_severe.html").exists() != page or ("seawall[reports]" in demo) == page:
            raise Failed(f"the demo's page is there without the extra, or not with it:\n{demo}")
        yield f"demo {'with its page' if page else 'without a page'}"
        self.call("keygen", "log.key")
        self.call("db", "upgrade")
        self.call("db", "check")
        yield "keygen, db upgrade, db check"
        with self.server(left / "seawall.db") as address:
            self.checked(self.python, "-c", HEALTH, address)
            yield "serve, health"
            yield from self.asks(address, execution)
        yield "stop"
        self.call("db", "verify", "--database", left / "seawall.db", words=" 0 findings")
        yield "db verify"

    def asks(self, address: str, execution: str) -> Iterator[str]:
        """What a client asks a server for."""
        files = ("--html", "page.html", "--xlsx", "book.xlsx") if "reports" in self.brought else ()
        self.call("templates", server=address)
        self.call("report", execution, *files, server=address)
        if not all((self.folder / name).stat().st_size for name in files[1::2]):
            raise Failed("an empty page or workbook")
        yield f"templates, report{' as page and workbook' if files else ''}"

    @contextmanager
    def server(self, database: Path) -> Iterator[str]:
        """A server that is one process: the one that was started, which stops when it is told and leaves none."""
        command = [str(self.seawall), "serve", "--database", str(database), "--address", "127.0.0.1:0"]
        with (self.folder / "serve.log").open("wb") as log:
            server = subprocess.Popen(
                command, cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=log, text=True
            )
        try:
            assert server.stdout
            address = server.stdout.readline().split()[-1:]
            if not address:
                raise Failed((self.folder / "serve.log").read_text(encoding="utf-8"))
            yield address[0]
            server.send_signal(signal.SIGTERM)
            if server.wait(timeout=60):
                raise Failed((self.folder / "serve.log").read_text(encoding="utf-8"))
        finally:
            server.kill()
            server.wait()
        host, _, port = address[0].rpartition(":")
        with socket.socket() as probe:
            if probe.connect_ex((host, int(port))) == 0:
                raise Failed(f"something still listens on {address[0]} after the server was stopped")

    def call(self, *arguments: str | Path, code: int = 0, words: str = "", server: str = "") -> str:
        """What `seawall` prints for these arguments, on both outputs together; `Failed` if that is wrong."""
        return self.checked(self.seawall, *arguments, code=code, words=words, server=server)

    def checked(self, *command: str | Path, code: int = 0, words: str = "", server: str = "127.0.0.1:1") -> str:
        done = subprocess.run(
            [*map(str, command)],
            cwd=self.folder,
            env={**self.environment, "SEAWALL_SERVER": server or "127.0.0.1:1"},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        said = done.stdout + done.stderr
        if done.returncode != code or words not in said or "Traceback" in said:
            raise Failed(f"{' '.join(map(str, command))} gave {done.returncode}, not {code} with {words!r}:\n{said}")
        return said
