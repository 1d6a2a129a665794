"""`seawall init`: write a file to fill in, of a company, of a scenario, or of both as sheets."""

from argparse import ArgumentParser, Namespace

from .. import sheets
from ..files import inputs, kinds, writing
from ..files.tree import Fields
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


def init(arguments: Namespace) -> int:
    if arguments.xlsx or arguments.csv:
        file = _write_sheets(arguments)
    elif arguments.sources:
        raise WrongUsage("--from fills in sheets: name their file by --xlsx or --csv")
    else:
        file, kind = (arguments.scenario, kinds.SCENARIO) if arguments.scenario else (arguments.company, kinds.COMPANY)
        writing.write_blank(file, kind)
    print(file)
    return Exit.DONE


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
    """The trees of a company and of a scenario, each checked as far as that is done without a server."""
    if len(files) > 2:
        raise WrongUsage("--from takes a file of a company and one of a scenario")
    company = input_files.load(files[0], kinds.COMPANY) if files else None
    scenario = input_files.load(files[1], kinds.SCENARIO) if files[1:] else None
    if company:
        inputs.dataset_version(company)
    if scenario:
        inputs.scenario(scenario)
    return company, scenario


COMMAND = Command(take_arguments, init)
