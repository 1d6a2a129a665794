"""`seawall breaking-point`: how far it is from a scenario until something breaks."""

from argparse import ArgumentParser, Namespace

from rich.console import Console

from seawall.v1.breaking_point_pb2 import (
    AssumptionWay,
    BreakingEvent,
    BreakingEventKind,
    BreakingTarget,
    BreakingThreshold,
    ThresholdSide,
)
from seawall.v1.execution_pb2 import CumulativeMetrics, ShortfallCategory

from ..client import StressClient
from ..client.names import MINOR, choice_name, field_at
from ..files import inputs
from ..files.kinds import SCENARIO
from ..report.analysis import show_breaking_point
from . import input_files
from .analysis_options import FIGURES, base_of, both_ends, figure_path, minor_units, named, take_base, without_ids
from .calling import calling
from .command import WrongUsage
from .exit_codes import Exit
from .output import as_json


def _choices(enum: type) -> dict[str, str]:
    """What a value of an enum is called as an option, and in the API."""
    values = enum.DESCRIPTOR.values[1:]  # type: ignore[attr-defined]
    return {choice_name(enum.DESCRIPTOR, value.number).replace("_", "-"): value.name for value in values}  # type: ignore[attr-defined]


EVENTS, CATEGORIES = _choices(BreakingEventKind), _choices(ShortfallCategory)


def take_arguments(parser: ArgumentParser) -> None:
    take_base(parser)
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--template", metavar="NAME", help="the way leads to this template")
    target.add_argument("--to", metavar="FILE", help="the way leads to the assumptions of a scenario's file")
    target.add_argument("--assumption", metavar="NAME=[FROM..]TO", help="the way is that of one assumption alone")
    parser.add_argument("--event", choices=EVENTS, help="what breaks; default default, and threshold with --figure")
    parser.add_argument("--category", choices=CATEGORIES, help="of obligation-unpaid; default debt-service")
    parser.add_argument("--covenant", metavar="ID", help="of covenant-breach; default any")
    parser.add_argument("--minimum", metavar="AMOUNT", help="of liquidity-below-minimum; default the minimum cash")
    parser.add_argument("--figure", metavar="PATH", help=FIGURES)
    limit = parser.add_mutually_exclusive_group()
    limit.add_argument("--below", metavar="X", help="the figure breaks below this limit")
    limit.add_argument("--above", metavar="X", help="the figure breaks above this limit")
    parser.add_argument("--points", type=int, metavar="N", help="points of the scan, 65 to 1025; default 65")


async def breaking_point(client: StressClient, arguments: Namespace) -> int:
    target = _target(arguments)
    base = await base_of(client, arguments)
    answer = await client.breaking_point(
        base.scenario,
        base.dataset,
        await _event(client, base.dataset, arguments),
        target,
        scan_points=arguments.points,
        analysis_date=arguments.analysis_date,
    )
    if arguments.json:
        print(as_json(answer))
    else:
        show_breaking_point(answer, Console())
    return Exit.DONE


def _target(arguments: Namespace) -> BreakingTarget:
    if arguments.template:
        return BreakingTarget(template_name=arguments.template)
    if arguments.assumption:
        name, values = named("--assumption", arguments.assumption)
        begin, end = both_ends(values)
        return BreakingTarget(way=AssumptionWay(assumption=name, from_value=begin, to_value=end))
    described, template = inputs.scenario(input_files.load(arguments.to, SCENARIO))
    if template:
        return BreakingTarget(template_name=template)
    course = described.course if described.HasField("course") else None
    return BreakingTarget(assumptions=described.assumptions, course=course)


async def _event(client: StressClient, dataset: str, arguments: Namespace) -> BreakingEvent:
    event = BreakingEvent(
        kind=EVENTS[arguments.event or ("threshold" if arguments.figure else "default")],
        category=CATEGORIES[arguments.category] if arguments.category else None,
        covenant_id=arguments.covenant,
    )
    if arguments.minimum:
        event.minimum_liquidity_minor = await minor_units(client, dataset, "--minimum", arguments.minimum)
    if arguments.figure:
        event.threshold.CopyFrom(await _threshold(client, dataset, arguments))
    return event


async def _threshold(client: StressClient, dataset: str, arguments: Namespace) -> BreakingThreshold:
    """The limit in the unit of its figure: an amount, a number of months, or else a ratio."""
    option = "--below" if arguments.below else "--above"
    limit: str | None = arguments.below or arguments.above
    if limit is None:
        raise WrongUsage("--figure: found no limit, allowed: --below X or --above X")
    figure = figure_path(arguments.figure)
    side = ThresholdSide.THRESHOLD_SIDE_BELOW if arguments.below else ThresholdSide.THRESHOLD_SIDE_ABOVE
    threshold = BreakingThreshold(figure=figure, side=side)
    field = field_at(CumulativeMetrics(), without_ids(figure))
    if figure.endswith(MINOR):
        threshold.amount_minor = await minor_units(client, dataset, option, limit)
    elif field is not None and field.message_type is None:
        if not limit.isdecimal():
            raise WrongUsage(f"{option}: found {limit}, allowed: a whole number, as {arguments.figure} is one")
        threshold.months = int(limit)
    else:
        threshold.ratio = limit
    return threshold


COMMAND = calling(take_arguments, breaking_point)
