"""How a command ended, for scripts."""

from enum import IntEnum


class Exit(IntEnum):
    """The exit code of a command."""

    DONE = 0
    REFUSED = 1
    WRONG_USAGE = 2
    FILE_AT_FAULT = 3
    NO_SERVER = 4
    DIVERGED = 5
    NOT_INTACT = 6
    NOT_PERMITTED = 7
    INTERRUPTED = 130


MEANINGS = {
    Exit.DONE: "done",
    Exit.REFUSED: "the server refused or failed",
    Exit.WRONG_USAGE: "wrong usage, unusable credentials or a missing extra",
    Exit.FILE_AT_FAULT: "a file is at fault",
    Exit.NO_SERVER: "no connection to a server",
    Exit.DIVERGED: "a replay diverged",
    Exit.NOT_INTACT: "the evidence is not intact",
    Exit.NOT_PERMITTED: "the server does not know you, or does not permit the call",
    Exit.INTERRUPTED: "interrupted",
}
HELP = f"Exit codes: {', '.join(f'{code} {meaning}' for code, meaning in MEANINGS.items())}."
