"""`seawall report`: what executions mean, in the terminal, on a page or in a workbook."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

import grpc
from rich.console import Console

from ..client import SeawallError, StressClient
from ..report import side_by_side, terminal
from ..report.grid import say
from ..report.several import require_one_company
from ..report.story import Story, fetch_story
from . import extras, page_options
from .calling import calling
from .exit_codes import Exit
from .export import write, write_side_by_side
from .newest import company_of, take_company
from .output import as_json
from .short_ids import execution_id

MOST_EXECUTIONS = 10  #: side by side, which have a colour or a dash each on the page
VIEWS = ("granular", "aggregated", "executive")


def take_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "executions", metavar="EXECUTION_ID", nargs="+", help="several of one company are shown side by side"
    )
    take_company(parser)
    parser.add_argument("--view", choices=VIEWS, default="executive", help="what --json gives; default %(default)s")
    page_options.take_arguments(parser)
    parser.add_argument("--xlsx", type=Path, metavar="FILE", help="write a workbook, of one execution")


async def report(client: StressClient, arguments: Namespace) -> int:
    if len(arguments.executions) > MOST_EXECUTIONS:
        raise _wrong(f"found {len(arguments.executions)} executions, allowed: at most {MOST_EXECUTIONS} side by side")
    if arguments.html or arguments.xlsx:
        require_reports()  # before the server is called
    page_options.check(arguments)
    company = company_of(arguments, *arguments.executions)
    executions = list(dict.fromkeys([await execution_id(client, text, company) for text in arguments.executions]))
    if arguments.json:
        for execution in executions:
            print(as_json(await client.report(execution, f"REPORT_VIEW_{arguments.view.upper()}")))
        return Exit.DONE
    for name, what in (("xlsx", "a workbook is"), ("causes", "causes are")):
        if len(executions) > 1 and getattr(arguments, name):
            raise _wrong(f"{what} of one execution: leave out --{name}, or give one EXECUTION_ID")
    stories = [await fetch_story(client, execution) for execution in executions]
    console = Console()
    _show(stories, console)
    for path in await _write(stories, arguments):
        say(console, f"written: {path}")
    return Exit.DONE


def _show(stories: Sequence[Story], console: Console) -> None:
    """Show one execution as a report, several side by side."""
    if len(stories) == 1:
        terminal.show(stories[0], console)
    else:
        require_one_company(stories)
        side_by_side.show(stories, console)


async def _write(stories: Sequence[Story], arguments: Namespace) -> list[Path]:
    """Write what has a path; gives the paths."""
    chosen = [await page_options.for_page(story, arguments) for story in stories]
    if len(chosen) == 1:
        return write(chosen[0], html=arguments.html, xlsx=arguments.xlsx)
    if not arguments.html:
        return []
    write_side_by_side(chosen, arguments.html)
    return [arguments.html]


def _wrong(what: str) -> SeawallError:
    return SeawallError(grpc.StatusCode.INVALID_ARGUMENT, what)


def require_reports() -> None:
    """Raises `ExtraMissing` where no page and no workbook can be written."""
    extras.require("reports", "pages and workbooks are not installed")


COMMAND = calling(take_arguments, report)
