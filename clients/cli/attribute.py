"""`seawall attribute`: which assumptions did it, between two scenarios, to the cent."""

from argparse import ArgumentParser, Namespace

from rich.console import Console

from seawall.v1.attribution_pb2 import AssumptionGroup

from ..client import StressClient
from ..report.analysis import show_attribution
from ..report.grid import say
from .analysis_options import FIGURES, FUNDS, base_of, figure_path, named, take_base
from .calling import calling
from .exit_codes import Exit
from .output import as_json
from .short_ids import scenario_id


def take_arguments(parser: ArgumentParser) -> None:
    take_base(parser)
    parser.add_argument("target", metavar="TARGET_SCENARIO_ID", help="the scenario that did it")
    of_a_month = f"or {FUNDS}: liquidity less what is unpaid, with --period"
    parser.add_argument("--figure", metavar="PATH", required=True, help=f"{FIGURES}; {of_a_month}")
    parser.add_argument("--period", metavar="N", type=int, help=f"the month at whose end {FUNDS} are measured")
    groups = "assumptions that count as one cause; may be repeated. Default eight causes"
    parser.add_argument("--group", metavar="NAME=A,B,...", action="append", default=[], dest="groups", help=groups)


async def attribute(client: StressClient, arguments: Namespace) -> int:
    groups = [_group(text) for text in arguments.groups]
    base = await base_of(client, arguments)
    answer = await client.attribute(
        base.scenario,
        await scenario_id(client, arguments.target, base.dataset),
        base.dataset,
        figure_path(arguments.figure),
        groups,
        period=arguments.period,
        analysis_date=arguments.analysis_date,
    )
    if arguments.json:
        print(as_json(answer))
        return Exit.DONE
    console = Console()
    show_attribution(answer.attribution, console)
    say(console, f"attribution {answer.attribution_id}")
    return Exit.DONE


def _group(text: str) -> AssumptionGroup:
    name, assumptions = named("--group", text)
    return AssumptionGroup(name=name, assumptions=[part.strip() for part in assumptions.split(",")])


COMMAND = calling(take_arguments, attribute)
