"""`seawall run`: from the files of a company and a scenario to a report, in one command."""

from argparse import ArgumentParser, Namespace
from datetime import date
from pathlib import Path
from typing import cast

from rich.console import Console

from seawall.v1.stress_service_pb2 import ExecutionStarted

from ..client import StressClient
from ..report import terminal
from ..report.live import follow
from ..report.story import fetch_story
from . import checking, input_files, page_options, posture
from .checking import Company, ScenarioFile
from .command import WrongUsage
from .examples import SCENARIOS
from .exit_codes import Exit
from .export import write
from .output import print_lines, print_object, print_objects
from .own_server import connected, take_folder, with_own_server
from .report import require_reports

VIEW = "REPORT_VIEW_EXECUTIVE"


def take_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("company", metavar="COMPANY", help=f"a company's file: {input_files.FORMS}")
    parser.add_argument("scenario", metavar="SCENARIO", help=f"a scenario's file, or {', '.join(SCENARIOS)}")
    page_options.take_arguments(parser)
    parser.add_argument("--xlsx", type=Path, metavar="FILE", help="write the report as a workbook")
    parser.add_argument("--analysis-date", metavar="DATE", help="when month 1 begins; default the as-of date")
    posture.take_arguments(parser)
    take_folder(parser, "where a server that is started for the command keeps its database")


async def run(arguments: Namespace) -> int:
    """Nothing is stored before both files have passed every check."""
    if arguments.html or arguments.xlsx:
        require_reports()
    page_options.check(arguments)
    described = checking.read(arguments, arguments.company, arguments.scenario)
    company, scenario = described.company, described.scenario
    assert company
    assert scenario
    folder = None if described.faults else arguments.folder  # what is refused leaves no database behind
    async with described.before(), connected(arguments, folder) as client:
        checked = await checking.check(client, company, scenario, described.faults)
        _check_analysis_date(arguments, company)
        bound = checking.scenario_file(arguments, scenario.tree, checked.company.dataset_version_id)
        if arguments.json:
            await _run_for_programs(client, arguments, company, bound)
        else:
            checking.show(company, scenario, checked)
            print()
            await _run_for_people(client, arguments, company, bound)
    return Exit.DONE


def _check_analysis_date(arguments: Namespace, company: Company) -> None:
    """A date that the server would refuse once both files are stored is refused before."""
    day, first = arguments.analysis_date, company.figures.as_of_date
    if day is None:
        return
    try:
        if date.fromisoformat(day) >= date.fromisoformat(first):
            return
    except ValueError:
        pass
    raise WrongUsage(f"--analysis-date: found {day}, allowed: the as-of date {first} or a day after it, as {first}")


async def _run_for_people(client: StressClient, arguments: Namespace, company: Company, scenario: ScenarioFile) -> None:
    """The months as they arrive, the executive page, and the ids to go on with."""
    console = Console()
    registered = await client.register(company.figures)
    created = await client.create_scenario(scenario.described, template_name=scenario.template_name)
    months = client.execute(created.scenario_id, registered.dataset_version_id, analysis_date=arguments.analysis_date)
    started, _ = await follow(months, console)
    story = await fetch_story(client, started.header.execution_id)
    print()
    terminal.show(story, console)
    story = await page_options.for_page(story, arguments)
    written = write(story, html=arguments.html, xlsx=arguments.xlsx)
    print_lines(
        *(f"written: {path}" for path in written),
        f"dataset version {registered.dataset_version_id}",
        f"scenario {created.scenario_id}",
        f"execution {started.header.execution_id}",
    )


async def _run_for_programs(
    client: StressClient, arguments: Namespace, company: Company, scenario: ScenarioFile
) -> None:
    """Each answer as an object a line: what was registered and created, the months, the report."""
    registered = await client.register(company.figures)
    print_object("dataset_version", registered)
    created = await client.create_scenario(scenario.described, template_name=scenario.template_name)
    print_object("scenario", created)
    events = client.execute(created.scenario_id, registered.dataset_version_id, analysis_date=arguments.analysis_date)
    started = cast(ExecutionStarted, await anext(events))
    print_object("started", started)
    await print_objects(events)
    execution_id = started.header.execution_id
    print_object("report", await client.report(execution_id, VIEW))
    if arguments.html or arguments.xlsx:
        story = await page_options.for_page(await fetch_story(client, execution_id), arguments)
        write(story, html=arguments.html, xlsx=arguments.xlsx)


COMMAND = with_own_server(take_arguments, run)
