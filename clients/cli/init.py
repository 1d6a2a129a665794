"""`seawall init`: write a file to fill in, of a company or of a scenario; or one with the facts of an annual report."""

from argparse import ArgumentParser, Namespace

from rich.console import Console

from .. import facts
from ..files import kinds, writing
from ..report.grid import say
from .command import Command, WrongUsage
from .exit_codes import Exit


def take_arguments(parser: ArgumentParser) -> None:
    file = parser.add_mutually_exclusive_group()
    file.add_argument("company", metavar="FILE", nargs="?", default="company.yaml", help="default company.yaml")
    file.add_argument("--scenario", metavar="FILE", help="a scenario's file in place of a company's")
    filled = "fill in what the SEC's company facts (JSON, or CSV) say of a year, each figure with its concept beside it"
    parser.add_argument("--facts", metavar="FACTS", help=filled)
    year_end = "the year of --facts by its last day, as 2017-12-31, or the year of that; default the newest full year"
    parser.add_argument("--year-end", metavar="DATE", help=year_end)


def init(arguments: Namespace) -> int:
    if (arguments.year_end and not arguments.facts) or (arguments.facts and arguments.scenario):
        raise WrongUsage("--year-end goes with --facts, and --facts with a company's file")
    if arguments.facts:
        _fill(arguments)
        return Exit.DONE
    file, kind = (arguments.scenario, kinds.SCENARIO) if arguments.scenario else (arguments.company, kinds.COMPANY)
    writing.write_blank(file, kind)
    print(file)
    return Exit.DONE


def _fill(arguments: Namespace) -> None:
    lines = facts.write_company(arguments.company, facts.load(arguments.facts), arguments.year_end)
    print(arguments.company)
    console = Console()
    for line in lines:
        text = line.lstrip()
        say(console, text, before=" " * (len(line) - len(text)))


COMMAND = Command(take_arguments, init)
