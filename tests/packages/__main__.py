"""`make packages`: each form of the built package in an environment of its own, as a stranger installs it.

The wheel is built from the checkout, the sdist too, and a wheel from that sdist. What each form does, and what it says
where an extra is missing, is run in an empty folder. Nothing stays but the table.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.packages.forms import FORMS
from tests.packages.trial import Failed, Trial, demonstrated

ROOT = Path(__file__).resolve().parent.parent.parent
CONSTRAINTS = ROOT / "constraints.txt"
NOT_SOURCES = (
    ".git",
    ".venv",
    "build",
    "dist",
    "var",
    "__pycache__",
    "node_modules",
    ".*_cache",
    ".hypothesis",
    "*_pb2*",
)
#: Which forms are also installed from the sdist.
FROM_SDIST = ("base", "server,reports")
COLUMNS = "{:<18}{:<7}{:>7}{:>15}  {}"


def main() -> int:
    """Builds, installs and tries every form; 0 where all did what they must."""
    forms = [*((form, "wheel") for form in FORMS), *((form, "sdist") for form in FROM_SDIST)]
    with tempfile.TemporaryDirectory(prefix="seawall-packages-") as folder:
        wheels = built(Path(folder))
        host = Trial(
            "server", installed(Path(folder) / "host", wheels["wheel"], FORMS["server"]), Path(folder) / "work"
        )
        left, execution = demonstrated(host.folder, host.call("demo"))
        with host.server(left / "seawall.db") as address:
            print(COLUMNS.format("form", "from", "MB", "distributions", "what ran"))
            passed = [
                tried(Path(folder) / f"{form}-{source}", form, source, wheels[source], (address, execution))
                for form, source in forms
            ]
    return 0 if all(passed) else 1


def tried(place: Path, form: str, source: str, wheel: Path, host: tuple[str, str]) -> bool:
    """Install one form, run what it must do, print its row of the table; whether it did."""
    python = installed(place / "venv", wheel, FORMS[form])
    size, distributions = weight(python)
    try:
        ran, passed = "; ".join(Trial(form, python, place / "work").run(*host)), True
    except Failed as failed:
        ran, passed = f"FAILED: {failed}", False
    print(COLUMNS.format(form, source, f"{size / 10**6:.1f}", distributions, ran), flush=True)
    shutil.rmtree(place)
    return passed


def built(folder: Path) -> dict[str, Path]:
    """The wheel of the checkout and the wheel of its sdist, which must hold the same files."""
    source, dist = folder / "source", folder / "dist"
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(*NOT_SOURCES))
    python = environment(folder / "builder")
    pip(python, "hatchling", "grpcio-tools")
    run(python, "-m", "hatchling", "build", "-t", "wheel", "-t", "sdist", "-d", dist, cwd=source)
    (wheel,), (sdist,) = dist.glob("*.whl"), dist.glob("*.tar.gz")
    shutil.unpack_archive(sdist, folder / "unpacked", filter="data")
    (unpacked,) = (folder / "unpacked").iterdir()
    run(python, "-m", "hatchling", "build", "-t", "wheel", "-d", dist / "again", cwd=unpacked)
    (again,) = (dist / "again").glob("*.whl")
    if again.read_bytes() != wheel.read_bytes():
        raise SystemExit(f"the wheel from {sdist.name} is another one than the wheel from the checkout")
    return {"wheel": wheel, "sdist": again}


def installed(place: Path, wheel: Path, extras: tuple[str, ...]) -> Path:
    """An environment with one form of a wheel; gives its Python."""
    python = environment(place)
    pip(python, f"{wheel}[{','.join(extras)}]" if extras else wheel)
    return python


def environment(place: Path) -> Path:
    """A new environment, without pip: the one of this environment installs into it."""
    run(sys.executable, "-m", "venv", "--without-pip", place)
    return place / "bin" / "python"


def pip(python: Path, *requirements: str | Path) -> None:
    """Install the tested versions."""
    options = ("--quiet", "--disable-pip-version-check", "--only-binary", ":all:", "-c", CONSTRAINTS)
    run(sys.executable, "-m", "pip", "--python", python, "install", *options, *requirements)


def run(*command: str | Path, cwd: Path = ROOT) -> None:
    done = subprocess.run([*map(str, command)], cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")


def weight(python: Path) -> tuple[int, int]:
    """How many bytes an environment has beside Python itself, and how many distributions, Seawall among them."""
    (packages,) = python.parent.parent.glob("lib/python*/site-packages")
    files = (Path(folder) / name for folder, _, names in os.walk(packages) for name in names)
    return sum(file.lstat().st_size for file in files), len(list(packages.glob("*.dist-info")))


if __name__ == "__main__":
    sys.exit(main())
