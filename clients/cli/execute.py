"""`seawall execute`: compute a scenario month by month, and show each month as it arrives."""

from argparse import ArgumentParser, Namespace

from rich.console import Console

from ..client import StressClient
from ..report import sentences
from ..report.grid import say
from ..report.live import follow
from .calling import calling
from .exit_codes import Exit
from .newest import company_of, take_company
from .output import print_objects
from .short_ids import dataset_version_id, scenario_id


def take_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("scenario", metavar="SCENARIO_ID")
    parser.add_argument("--dataset", metavar="ID", required=True, help="the dataset version it was made for")
    parser.add_argument("--analysis-date", metavar="DATE", help="when month 1 begins; default the as-of date")
    take_company(parser)


async def execute(client: StressClient, arguments: Namespace) -> int:
    dataset = await dataset_version_id(client, arguments.dataset, company_of(arguments, arguments.dataset))
    scenario = await scenario_id(client, arguments.scenario, dataset)
    events = client.execute(scenario, dataset, analysis_date=arguments.analysis_date)
    if arguments.json:
        await print_objects(events)
        return Exit.DONE
    console = Console()
    started, completed = await follow(events, console)
    sentences.show(started.header, completed.metrics, console)
    say(console, f"execution {started.header.execution_id}")
    return Exit.DONE


COMMAND = calling(take_arguments, execute)
