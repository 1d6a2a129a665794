"""`seawall serve | keygen | db`: commands of `python -m seawall.server`, which takes all that follows, --help too."""

from argparse import ArgumentParser

from .command import Command
from .server_process import become


def _take_everything(parser: ArgumentParser) -> None:
    parser.add_argument("arguments", nargs="*")


def _handed_over(name: str, summary: str) -> Command:
    options = {"add_help": False, "prefix_chars": "\0"}  # nothing is an option here: the server reads them
    return Command(name, summary, _take_everything, lambda parsed: become(name, parsed.arguments), options)


SERVE = _handed_over("serve", "run a server on a loopback address")
KEYGEN = _handed_over("keygen", "make the key that signs the log, or replace one")
DB = _handed_over("db", "upgrade | check | verify: look after a database")
