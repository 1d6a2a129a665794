"""`make typescript`, `go`, `java`: made, compiled, tried; skipped, with the reason, where a toolchain is missing."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.identity.two_servers import two_servers
from tests.journeys.serving import serving
from tests.languages.generate import ROOT, Missing, generate, require, run

TYPESCRIPT = ROOT / "clients" / "typescript"
NODE = 20  #: the earliest that the package says it runs on
GO = "build/gen/go"
GO_LIBRARIES = Path("/usr/share/gocode")  #: where Debian has google.golang.org/grpc and protobuf
JAVA = "build/gen/java"
JAVA_LIBRARIES = Path("/usr/share/java")  #: where Debian has them
JARS = "grpc-api grpc-core grpc-protobuf grpc-stub protobuf guava geronimo-annotation-1.3-spec".split()


def typescript() -> None:
    """The package against a real server: register, execute over a line that is cut, every field at fault, TLS."""
    require("node", "npm")
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(version.removeprefix("v").partition(".")[0]) < NODE:
        raise Missing(f"node is {version}, and the package needs {NODE} or later")
    run("npm", "ci", "--silent", folder=TYPESCRIPT)
    generate("clients/typescript/gen", error_details=True)
    run("npm", "run", "--silent", "build", folder=TYPESCRIPT)
    asyncio.run(_tried())


async def _tried() -> None:
    """The tests of the package, against a server without TLS and two with it, and its example."""
    request = str(ROOT / "clients" / "examples" / "register_request.json")
    with tempfile.TemporaryDirectory(prefix="seawall-") as folder:
        async with serving(Path(folder)) as address, two_servers(Path(folder)) as secured:
            environment = {"SEAWALL_SERVER": address, "SEAWALL_REQUEST": request, **secured}
            for command in (("npm", "test", "--silent"), ("node", "dist/example.js", request)):
                await asyncio.to_thread(run, *command, folder=TYPESCRIPT, environment=environment)


def go() -> None:
    """The generated code against the libraries that Debian packages; nothing calls a server."""
    require("go", "protoc-gen-go", "protoc-gen-go-grpc")
    for library in ("grpc", "protobuf"):
        if not (GO_LIBRARIES / "src" / "google.golang.org" / library).exists():
            raise Missing(f"no google.golang.org/{library} in {GO_LIBRARIES} (Debian: golang-google-{library}-dev)")
    generate(GO)
    with tempfile.TemporaryDirectory(prefix="seawall-") as workspace:
        (Path(workspace) / "src").symlink_to(ROOT / GO)
        here = {"GO111MODULE": "off", "GOFLAGS": "", "GOPATH": f"{workspace}:{GO_LIBRARIES}"}
        run("go", "vet", "seawall/v1", environment=here)
        run("go", "build", "seawall/v1", environment=here)
    print(f"compiled: {GO}/seawall/v1")


def java() -> None:
    """The generated code against the libraries that Debian packages; nothing calls a server."""
    require("javac", "protoc", "grpc_java_plugin")
    jars = [str(jar) for name in JARS for jar in JAVA_LIBRARIES.glob(f"{name}.jar")]
    if len(jars) != len(JARS):
        raise Missing(f"not all of {', '.join(JARS)} in {JAVA_LIBRARIES} (Debian: libgrpc-java, libprotobuf-java)")
    with tempfile.TemporaryDirectory(prefix="seawall-") as folder:
        (Path(folder) / "protoc-gen-grpc-java").symlink_to(str(shutil.which("grpc_java_plugin")))  # its name at Maven's
        generate(JAVA, environment={"PATH": f"{folder}:{os.environ['PATH']}"})
        sources = sorted(map(str, (ROOT / JAVA).rglob("*.java")))
        run("javac", "-nowarn", "-d", f"{folder}/classes", "-classpath", ":".join(jars), *sources)
    print(f"compiled: {len(sources)} files of {JAVA}")


LANGUAGES = {"typescript": typescript, "go": go, "java": java}


def main(language: str) -> int:
    """Try one language; 0 where it did what it must, or cannot be tried here."""
    try:
        LANGUAGES[language]()
    except Missing as missing:
        print(f"skipped: {language}: {missing}")
    except subprocess.CalledProcessError as failed:
        print(f"FAILED: {language}: {' '.join(failed.cmd)}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
