"""`seawall serve`, `db` and others: commands of `python -m seawall.server`, which takes what follows, --help too."""

import os
import sys
from argparse import ArgumentParser, Namespace
from typing import NoReturn

from .command import Command

#: The server's code is always there, because one wheel holds all, and says itself what it lacks. -P leaves the current
#: folder out of it, which may have modules of its own.
SERVER = (sys.executable, "-P", "-m", "seawall.server")


def take_everything(parser: ArgumentParser) -> None:
    parser.add_argument("arguments", nargs="*")


def hand_over(parsed: Namespace) -> NoReturn:
    """Go on as a command of the server, in this very process: whoever stops it stops the server."""
    sys.stdout.flush()
    os.execv(SERVER[0], [*SERVER, parsed.command, *parsed.arguments])


#: Nothing is an option here: the server reads them.
COMMAND = Command(take_everything, hand_over, {"add_help": False, "prefix_chars": "\0"})
