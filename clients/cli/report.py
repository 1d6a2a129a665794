"""`seawall report`: what an execution means, in the terminal, on a page or in a workbook."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from rich.console import Console

from ..client import StressClient
from ..report import terminal
from ..report.export import write
from ..report.story import fetch_story
from . import extras
from .calling import calling
from .exit_codes import Exit
from .newest import company_of, take_company
from .output import as_json
from .short_ids import execution_id

VIEWS = ("granular", "aggregated", "executive")


def take_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("execution", metavar="EXECUTION_ID")
    take_company(parser)
    parser.add_argument("--view", choices=VIEWS, default="executive", help="what --json gives; default %(default)s")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write one self-contained page")
    parser.add_argument("--xlsx", type=Path, metavar="FILE", help="write a workbook")


async def report(client: StressClient, arguments: Namespace) -> int:
    if arguments.html or arguments.xlsx:
        require_reports()  # before the server is called
    execution = await execution_id(client, arguments.execution, company_of(arguments, arguments.execution))
    if arguments.json:
        print(as_json(await client.report(execution, f"REPORT_VIEW_{arguments.view.upper()}")))
        return Exit.DONE
    story = await fetch_story(client, execution)
    console = Console()
    terminal.show(story, console)
    for path in write(story, html=arguments.html, xlsx=arguments.xlsx):
        console.print(f"written: {path}", highlight=False, markup=False, soft_wrap=True)
    return Exit.DONE


def require_reports() -> None:
    """Raises `ExtraMissing` where no page and no workbook can be written."""
    extras.require("reports", "pages and workbooks are not installed")


COMMAND = calling(take_arguments, report)
