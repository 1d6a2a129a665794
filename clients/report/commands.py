"""`seawall report` and `seawall compare`: fetch, write what is asked for, show."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from rich.console import Console

from .. import extras
from ..client import StressClient
from ..commands import DONE, as_json
from . import comparison, terminal
from .export import write
from .story import granular, tell

VIEWS = ("granular", "aggregated", "executive")


def require_reports() -> None:
    """Raises `ExtraMissing` where no page and no workbook can be written."""
    extras.require("reports", "pages and workbooks are not installed")


def take_report_arguments(reporting: ArgumentParser) -> None:
    reporting.add_argument("execution", metavar="EXECUTION_ID")
    reporting.add_argument("--view", choices=VIEWS, default="executive", help="what --json gives; default %(default)s")
    reporting.add_argument("--html", type=Path, metavar="FILE", help="write one self-contained page")
    reporting.add_argument("--xlsx", type=Path, metavar="FILE", help="write a workbook")


async def report(client: StressClient, arguments: Namespace) -> int:
    if arguments.html or arguments.xlsx:
        require_reports()  # before anything is asked of a server
    if arguments.json:
        print(as_json(await client.report(arguments.execution, f"REPORT_VIEW_{arguments.view.upper()}")))
        return DONE
    story = await tell(client, arguments.execution)
    console = Console()
    terminal.show(story, console)
    for path in write(story, html=arguments.html, xlsx=arguments.xlsx):
        console.print(f"written: {path}", highlight=False, markup=False, soft_wrap=True)
    return DONE


def take_compare_arguments(comparing: ArgumentParser) -> None:
    comparing.add_argument("base", metavar="EXECUTION_ID", help="the one to start from, such as the base case")
    comparing.add_argument("other", metavar="EXECUTION_ID", help="the one to compare with it")


async def compare(client: StressClient, arguments: Namespace) -> int:
    base, other = [await granular(client, name) for name in (arguments.base, arguments.other)]
    differences = comparison.compare(base, other)
    if arguments.json:
        for line in comparison.as_objects(differences):
            print(line)
        return DONE
    comparison.show(base, other, differences, Console())
    return DONE
