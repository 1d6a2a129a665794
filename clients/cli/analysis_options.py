"""What the commands of an analysis have in common: a stored scenario, a figure, and values of assumptions."""

from argparse import ArgumentParser, Namespace
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from seawall.v1.execution_pb2 import CumulativeMetrics

from ..client import StressClient
from ..client.names import MINOR, field_at
from .command import WrongUsage
from .newest import company_of, take_company
from .short_ids import dataset_version_id, scenario_id

FUNDS = "funds"  #: at the end of a month, so no number of the metrics: of an attribution alone
FIGURES = "a number of the metrics by its path, as lowest_liquidity, totals.ebitda or coverage_horizon.dscr"


class Base(NamedTuple):
    """A scenario and its dataset version, by their whole ids."""

    scenario: str
    dataset: str


def take_base(parser: ArgumentParser) -> None:
    """The scenario that is analysed."""
    parser.add_argument("scenario", metavar="SCENARIO_ID")
    parser.add_argument("--dataset", metavar="ID", required=True, help="the dataset version it was made for")
    parser.add_argument("--analysis-date", metavar="DATE", help="when month 1 begins; default the as-of date")
    take_company(parser)


async def base_of(client: StressClient, arguments: Namespace) -> Base:
    """The scenario that was named."""
    dataset = await dataset_version_id(client, arguments.dataset, company_of(arguments, arguments.dataset))
    return Base(await scenario_id(client, arguments.scenario, dataset), dataset)


def figure_path(text: str) -> str:
    """A figure as the API names it: amounts end in _minor, which people leave out.  totals.ebitda_minor."""
    if text == FUNDS:
        return f"{text}{MINOR}"
    is_amount = field_at(CumulativeMetrics(), without_ids(text)) is None
    return f"{text}{MINOR}" if is_amount and field_at(CumulativeMetrics(), without_ids(text) + MINOR) else text


def without_ids(text: str) -> str:
    """covenants[leverage].least_headroom is covenants.least_headroom."""
    head, bracket, rest = text.partition("[")
    return f"{head}{rest.partition(']')[2]}" if bracket else text


async def minor_units(client: StressClient, dataset: str, option: str, text: str) -> int:
    """An amount in major units of the company's currency, in minor ones."""
    digits = (await client.dataset_version(dataset)).dataset_version.minor_digits
    try:
        minor = Decimal(text.replace(",", "")).scaleb(digits)
    except InvalidOperation:
        raise WrongUsage(f"{option}: found {text}, allowed: an amount, as 1500000.50") from None
    if minor != minor.to_integral_value():
        raise WrongUsage(f"{option}: found {text}, allowed: at most {digits} digits after the point")
    return int(minor)


def named(option: str, text: str) -> tuple[str, str]:
    """The two sides of NAME=VALUE."""
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise WrongUsage(f"{option}: found {text}, allowed: NAME=VALUE")
    return name.strip(), value.strip()


def both_ends(text: str) -> tuple[str | None, str]:
    """The two ends of FROM..TO; a value alone is the end.  1..0.5 is from 1 to 0.5."""
    low, dots, high = text.partition("..")
    return (low or None, high) if dots else (None, text)
