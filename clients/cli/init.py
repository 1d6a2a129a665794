"""`seawall init`: write a file to fill in, of a company, of a scenario or of both as sheets, or one with facts."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from .. import facts, sheets
from ..files import inputs, kinds, writing
from ..files.tree import Fields, FileRefused
from ..report.grid import say
from ..sheets import blank_csv
from . import input_files
from .command import Command, WrongUsage
from .exit_codes import Exit


def take_arguments(parser: ArgumentParser) -> None:
    file = parser.add_mutually_exclusive_group()
    file.add_argument("company", metavar="FILE", nargs="?", default="company.yaml", help="default company.yaml")
    file.add_argument("--scenario", metavar="FILE", help="a scenario's file in place of a company's")
    file.add_argument("--xlsx", metavar="FILE", help="a workbook with the sheets of a company and of a scenario")
    file.add_argument("--csv", metavar="FILE", help="the same sheets in one CSV file")
    words = f"fill the sheets in with what files of a company and of a scenario have: {input_files.FORMS}"
    parser.add_argument("--from", dest="sources", metavar="FILE", nargs="+", default=[], help=words)
    filled = "fill in what the SEC's company facts (JSON, or CSV) say of a year, each figure with its concept beside it"
    parser.add_argument("--facts", metavar="FACTS", help=filled)
    parser.add_argument(
        "--short", action="store_true", help="a company's file with only what is required or has a default"
    )
    year_end = "the year of --facts by its last day, as 2017-12-31, or the year of that; default the newest full year"
    parser.add_argument("--year-end", metavar="DATE", help=year_end)


def init(arguments: Namespace) -> int:
    _refuse_what_does_not_go_together(arguments)
    if arguments.facts:
        _fill(arguments)
    elif arguments.xlsx or arguments.csv:
        print(_write_sheets(arguments))
    else:
        file, kind = (arguments.scenario, kinds.SCENARIO) if arguments.scenario else (arguments.company, kinds.COMPANY)
        writing.write_blank(file, kind, arguments.short)
        print(file)
    return Exit.DONE


def _refuse_what_does_not_go_together(arguments: Namespace) -> None:
    in_sheets = arguments.xlsx or arguments.csv
    if (arguments.year_end and not arguments.facts) or (arguments.facts and (arguments.scenario or in_sheets)):
        raise WrongUsage("--year-end goes with --facts, and --facts with a company's file")
    if arguments.short and (arguments.facts or arguments.scenario or in_sheets):
        raise WrongUsage("--short goes with a company's file alone")
    if arguments.sources and not in_sheets:
        raise WrongUsage("--from fills in sheets: name their file by --xlsx or --csv")


def _fill(arguments: Namespace) -> None:
    lines = facts.write_company(arguments.company, facts.load(arguments.facts), arguments.year_end)
    print(arguments.company)
    console = Console()
    for line in lines:
        text = line.lstrip()
        say(console, text, before=" " * (len(line) - len(text)))


def _write_sheets(arguments: Namespace) -> str:
    company, scenario = _sources(arguments.sources)
    if arguments.csv:
        writing.write_new(arguments.csv, (sheets.CSV,), lambda: blank_csv.blank(company, scenario).encode("utf-8-sig"))
        return str(arguments.csv)
    input_files.require_workbooks()
    from ..sheets import blank_book

    writing.write_new(arguments.xlsx, (sheets.WORKBOOK,), lambda: blank_book.blank(company, scenario))
    return str(arguments.xlsx)


def _sources(files: list[str]) -> tuple[Fields | None, Fields | None]:
    """The trees of a company and of a scenario, each of which may be filled in by part."""
    if len(files) > 2:
        raise WrongUsage("--from takes a file of a company and one of a scenario")
    company = input_files.load(files[0], kinds.COMPANY) if files else None
    scenario = input_files.load(files[1], kinds.SCENARIO) if files[1:] else None
    with _filled_by_part():
        if company:
            inputs.dataset_version(company)
    with _filled_by_part():
        if scenario:
            inputs.scenario(scenario)
    return company, scenario


@contextmanager
def _filled_by_part() -> Iterator[None]:
    """Leaves of a refusal of a file what is more than missing: that can be filled in on the sheets."""
    try:
        yield
    except FileRefused as refused:
        if faults := [fault for fault in refused.faults if not fault.missing]:
            raise FileRefused(faults) from refused


COMMAND = Command(take_arguments, init)
