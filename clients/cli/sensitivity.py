"""`seawall sensitivity`: how far each assumption by itself moves a figure."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from rich.console import Console

from seawall.v1.analysis_service_pb2 import MeasureSensitivityResponse
from seawall.v1.sensitivity_pb2 import AssumptionRange

from ..client import StressClient
from ..report.analysis import show_sensitivity
from ..report.grid import say
from .analysis_options import FIGURES, base_of, both_ends, figure_path, named, take_base
from .calling import calling
from .exit_codes import Exit
from .export import write_sensitivity
from .output import as_json
from .report import require_reports


def take_arguments(parser: ArgumentParser) -> None:
    take_base(parser)
    parser.add_argument("--figure", metavar="PATH", required=True, help=FIGURES)
    ranges = "an assumption to try; may be repeated. Default those that the scenario stresses, taken out one by one"
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the tornado as a page")
    parser.add_argument("--range", metavar="NAME=LOW..HIGH", action="append", default=[], dest="ranges", help=ranges)


async def sensitivity(client: StressClient, arguments: Namespace) -> int:
    if arguments.html:
        require_reports()
    ranges = [_range(text) for text in arguments.ranges]
    base = await base_of(client, arguments)
    answer = await client.sensitivity(
        base.scenario,
        base.dataset,
        figure_path(arguments.figure),
        ranges,
        analysis_date=arguments.analysis_date,
    )
    if arguments.html:
        await _write(client, answer, arguments.html)
    if arguments.json:
        print(as_json(answer))
        return Exit.DONE
    console = Console()
    show_sensitivity(answer.sensitivity, console)
    if arguments.html:
        say(console, f"written: {arguments.html}")
    say(console, f"sensitivity {answer.sensitivity_id}")
    return Exit.DONE


async def _write(client: StressClient, answer: MeasureSensitivityResponse, html: Path) -> None:
    """The page of an answer, with the names of its company and its scenario."""
    company = (await client.dataset_version(answer.dataset_version_id)).dataset_version.company_name
    scenario = (await client.scenario(answer.scenario_id, answer.dataset_version_id)).scenario.name
    write_sensitivity(answer, company, scenario, html)


def _range(text: str) -> AssumptionRange:
    """An assumption with its ends; one value alone is the high one."""
    name, values = named("--range", text)
    low, high = both_ends(values)
    return AssumptionRange(assumption=name, low=low, high=high)


COMMAND = calling(take_arguments, sensitivity)
