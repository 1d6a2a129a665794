"""`seawall init`: write a file to fill in, of a company or of a scenario."""

from argparse import ArgumentParser, Namespace

from ..files import kinds, writing
from .command import Command
from .exit_codes import Exit


def take_arguments(parser: ArgumentParser) -> None:
    file = parser.add_mutually_exclusive_group()
    file.add_argument("company", metavar="FILE", nargs="?", default="company.yaml", help="default company.yaml")
    file.add_argument("--scenario", metavar="FILE", help="a scenario's file in place of a company's")


def init(arguments: Namespace) -> int:
    file, kind = (arguments.scenario, kinds.SCENARIO) if arguments.scenario else (arguments.company, kinds.COMPANY)
    writing.write_blank(file, kind)
    print(file)
    return Exit.DONE


COMMAND = Command(take_arguments, init)
