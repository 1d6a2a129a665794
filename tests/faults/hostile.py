"""What a server and a verification make of each hostile file, in a process of its own.

`python -m tests.faults.hostile` prints it as a table, with time and memory; names of files after it choose some, and
--quick leaves out the servers that start.
"""

import asyncio
import json
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from seawall.server.__main__ import main
from tests.faults.hostile_files import FILES, SOUND
from tests.faults.scale import times
from tests.log.stores import filled
from tests.places import Place, sqlite_place

SECONDS = times(120, 900)  #: after which a process that hangs is ended
COMMANDS = {
    "verification": ["db", "verify"],
    "server": ["serve", "--address", "127.0.0.1:0", "--until-stdin-ends"],
}
CRASHED = 99


class Outcome(NamedTuple):
    """What a command on a file came to."""

    file: str
    command: str
    code: int
    printed: str
    seconds: float
    memory_mb: int  #: the most that its process had


def cases(names: Sequence[str], quick: bool) -> Iterator[tuple[str, str]]:
    """Each file and command; quick: without the servers that start, but for the one on the sound file."""
    for name in names:
        yield name, "verification"
        if not quick or name == SOUND or FILES[name].server:
            yield name, "server"


def outcomes(cases: Iterable[tuple[str, str]]) -> Iterator[Outcome]:
    """Of each command on each file, in their order; each has a copy of its own."""
    with tempfile.TemporaryDirectory(prefix="seawall-hostile-") as folder:
        sound, hostile = Path(folder, "sound"), Path(folder, "hostile")
        _fill(sound)
        for name, command in cases:
            shutil.copytree(sound, hostile)
            place = sqlite_place(hostile)
            FILES[name].change(place)
            yield Outcome(name, command, *_run([*COMMANDS[command], *place.arguments], hostile / "printed"))
            shutil.rmtree(hostile)


def _fill(folder: Path) -> None:
    """Another process does it: what SQLite may take holds for a whole process, and files are made in this one."""
    folder.mkdir()
    place: Place = sqlite_place(folder)
    filling = multiprocessing.get_context("fork").Process(target=lambda: asyncio.run(filled(place)))
    filling.start()
    filling.join()


def _run(arguments: list[str], printed: Path) -> tuple[int, str, float, int]:
    """A process that has imported everything already, so that its time and memory are those of the file."""
    begun = time.monotonic()
    child = os.fork()
    if not child:
        _become(arguments, printed)
    _, status, usage = os.wait4(child, 0)
    text = printed.read_text(errors="replace")
    return os.waitstatus_to_exitcode(status), text, round(time.monotonic() - begun, 1), usage.ru_maxrss // 1024


def _become(arguments: list[str], printed: Path) -> Any:
    """Runs the command and ends, whatever happens."""
    code = CRASHED
    try:
        signal.alarm(SECONDS)
        output = os.open(printed, os.O_WRONLY | os.O_CREAT)
        for descriptor, own in ((0, _ended()), (1, output), (2, output)):
            os.dup2(own, descriptor)
        code = main(arguments)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _ended() -> int:
    """A standard input that has ended."""
    reading, writing = os.pipe()
    os.close(writing)
    return reading


def report(arguments: Sequence[str]) -> None:
    """Prints every outcome: as a table, or with --json as an object in each line."""
    as_objects = "--json" in arguments
    names = [name for name in arguments if not name.startswith("--")] or list(FILES)
    for outcome in outcomes(cases(names, quick="--quick" in arguments)):
        words = FILES[outcome.file].verification if outcome.command == "verification" else FILES[outcome.file].server
        line = next((line for line in outcome.printed.splitlines() if words and words in line), "it starts")
        cells = (
            f"{outcome.seconds:6.1f} s {outcome.memory_mb:5} MB  {outcome.file:40} {outcome.command:12} {line[:150]}"
        )
        print(json.dumps(outcome) if as_objects else cells, flush=True)


if __name__ == "__main__":
    report(sys.argv[1:])
