"""Companies and scenarios that look right: the examples, those of the tests, random ones, and loans near every edge."""

from collections.abc import Callable
from datetime import date
from functools import cache
from importlib.resources import files as resources
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from google.protobuf.message import Message

from seawall.clients.files import inputs, reading
from seawall.engine.values.value import decimal_text
from seawall.server.wire.to_message import message
from seawall.v1 import dataset_pb2 as d
from seawall.v1 import scenario_pb2 as c
from tests.companies import company
from tests.engine import companies as random_companies

from .loans import INDICES, RATES, SHARES, any_of, instrument
from .values import day, units

EXAMPLES = Path(str(resources("seawall.clients") / "examples"))
GOLDEN = Path(__file__).resolve().parent.parent / "data/golden/inputs"
M = TypeVar("M", bound=Message)
MOST = 10**15
LINES = (0, 0, 1, 10_000_00, 12_000_000_00, 10**14, MOST)


@cache
def known() -> tuple[d.DatasetVersion, ...]:
    """Every company that stands in a file or in a test."""
    paths = [*EXAMPLES.glob("carbo*.yaml"), *EXAMPLES.glob("bakery.json")]
    paths += [path for path in GOLDEN.glob("*.yaml") if not path.name.startswith("scenario")]
    return (
        message(d.DatasetVersion, company()),
        *(inputs.dataset_version(reading.load(path)) for path in sorted(paths)),
    )


def anyone(luck: Random) -> d.DatasetVersion:
    """A company that is right."""
    if luck.random() < 0.3:
        (case,) = random_companies.group(luck.randrange(10**6), 0, 1)
        made: d.DatasetVersion = message(d.DatasetVersion, case.company)
        return made
    return _copy(luck.choice(known()))


def at_an_edge(luck: Random) -> d.DatasetVersion:
    """A company with loans, figures or dates near an edge; its balance sheet still balances."""
    made = anyone(luck)
    for change in luck.sample(CHANGES, luck.choice((1, 1, 2, 3))):
        change(luck, made)
    return balanced(made)


def balanced(made: d.DatasetVersion) -> d.DatasetVersion:
    """The same company with the equity that closes its balance sheet."""
    sheet = made.balance_sheet
    owned = sheet.cash_minor + sheet.restricted_cash_minor + sheet.receivables_minor + sheet.inventory_minor
    owned += sheet.fixed_assets_minor + sheet.other_assets_minor
    owed = sum(item.principal_minor for item in made.instruments) + made.revolver.drawn_minor
    equity = owned - owed - sheet.payables_minor - sheet.other_liabilities_minor
    sheet.equity_minor = min(max(equity, -MOST), MOST)
    return made


def _new_loans(luck: Random, made: d.DatasetVersion) -> None:
    first = date.fromisoformat(made.as_of_date)
    pledged = [asset.asset_id for asset in made.assets]
    made.ClearField("instruments")
    for number in range(luck.choice((0, 1, 1, 2, 3, 6))):
        loan = instrument(luck, first, f"loan-{number}")
        loan.collateral_asset_ids.extend(luck.sample(pledged, luck.randint(0, len(pledged))))
        loan.principal_minor = min(loan.principal_minor, luck.choice((MOST // 7, 10**9)))
        if loan.principal_payments:
            _rescale(loan)
        made.instruments.append(loan)


def _rescale(loan: d.Instrument) -> None:
    """The rows of a table add up to a principal that was made smaller."""
    rest = loan.principal_minor
    for row in loan.principal_payments:
        row.principal_minor = min(row.principal_minor, rest)
        rest -= row.principal_minor
    loan.principal_payments[-1].principal_minor += rest


def _other_figures(luck: Random, made: d.DatasetVersion) -> None:
    for part in (made.income_statement, made.balance_sheet, made):
        for field in part.DESCRIPTOR.fields:
            if field.name.endswith("_minor") and luck.random() < 0.3:
                setattr(part, field.name, luck.choice(LINES))


def _other_shares(luck: Random, made: d.DatasetVersion) -> None:
    made.cash_sweep_share = luck.choice(SHARES)
    made.income_statement.tax_rate = luck.choice(SHARES)
    made.income_statement.cost_of_sales_fixed_share = luck.choice(SHARES)
    made.income_statement.operating_expenses_fixed_share = luck.choice(SHARES)
    made.ClearField("seasonality_weights")
    if luck.random() < 0.5:
        weights = luck.choice((("1000", *["0"] * 11), ["0.000000001"] * 12, [*["0"] * 11, "1"], ["1"] * 12))
        made.seasonality_weights.extend(weights)


def _another_day(luck: Random, made: d.DatasetVersion) -> None:
    """The balances of another day, before every maturity or not."""
    debts: list[Any] = [*made.instruments, made.revolver]
    last = min([item.maturity_date for item in debts if item.maturity_date], default="")
    made.as_of_date = day(luck).isoformat()
    if last and made.as_of_date >= last and luck.random() < 0.8:
        made.as_of_date = date.fromordinal(max(date.fromisoformat(last).toordinal() - 1, 693596)).isoformat()


def _another_revolver(luck: Random, made: d.DatasetVersion) -> None:
    commitment = luck.choice((0, 1, 500_000_00, MOST // 9))
    made.revolver.CopyFrom(
        d.Revolver(
            revolver_id="revolver",
            commitment_minor=commitment,
            drawn_minor=luck.choice((0, commitment // 2, commitment)),
            index=luck.choice(INDICES),
            spread=luck.choice(RATES),
            undrawn_fee=luck.choice(RATES),
            lien=luck.choice((1, 2, 99)),
            maturity_date=day(luck, date.fromisoformat(made.as_of_date)).isoformat(),
            day_count=any_of(luck, d.DayCount),
            floor=luck.choice((None, "-0.5", "0")),
            cap=luck.choice((None, "0", "5")),
            receivables_advance_rate=luck.choice((None, *SHARES)),
            inventory_advance_rate=luck.choice((None, *SHARES)),
        )
    )


def _other_assets(luck: Random, made: d.DatasetVersion) -> None:
    made.ClearField("assets")
    for loan in [*made.instruments, made.revolver]:
        loan.ClearField("collateral_asset_ids")
    for number in range(luck.choice((0, 1, 5, 40))):
        worth = luck.choice((0, 1, 10**9, MOST // 41))
        made.assets.add(
            asset_id=f"a{number}",
            category=luck.choice("xyz"),
            market_value_minor=worth,
            recovery_rate=luck.choice(SHARES),
        )
    if not made.revolver.revolver_id:
        made.ClearField("revolver")


CHANGES: tuple[Callable[[Random, d.DatasetVersion], None], ...] = (
    *(_new_loans, _new_loans, _new_loans, _new_loans),
    *(_other_figures, _other_shares, _another_day, _another_revolver, _other_assets),
)


def many_loans(luck: Random) -> d.DatasetVersion:
    """As many loans, or assets, as there may be, or one more."""
    made = _copy(known()[0])
    made.ClearField("revolver")
    count = luck.choice((300, 999, 1000, 1001))
    loan = _copy(made.instruments[0])
    loan.ClearField("collateral_asset_ids")
    made.ClearField("instruments")
    for number in range(count):
        loan.instrument_id = f"loan-{number}"
        loan.amortisation = luck.choice((d.AMORTISATION_BULLET, d.AMORTISATION_LINEAR, d.AMORTISATION_ANNUITY))
        made.instruments.append(loan)
    return balanced(made)


def scenario(luck: Random, dataset_version_id: str) -> c.Scenario:
    """A scenario whose assumptions stand on the edges of their ranges, or hardly differ from nothing."""
    made = c.Scenario(
        dataset_version_id=dataset_version_id, name="edge", horizon_months=luck.choice((6, 7, 12, 23, 24))
    )
    course = luck.random() < 0.3
    for field in c.Assumptions.DESCRIPTOR.fields:
        if not field.is_repeated or luck.random() < 0.6:
            continue
        unit: Any = units()[c.Assumptions.DESCRIPTOR.full_name][field.name].unit
        length = 1 if course else luck.choice((1, 1, 2, made.horizon_months))
        getattr(made.assumptions, field.name).extend(_decimal(luck, unit) for _ in range(length))
    if luck.random() < 0.5:
        made.assumptions.interest_rate_scope = any_of(luck, c.RateScope)
    if course:
        for field in c.Course.DESCRIPTOR.fields:
            if luck.random() < 0.6:
                setattr(made.course, field.name, luck.choice((0, 1, 3, 12, 24)))
        made.course.SetInParent()
    return made


def _decimal(luck: Random, unit: Any) -> str:
    """The least, the most, about 1, or anything between; mostly what does not leave every bound at once."""
    nanos = luck.choice((unit.low, unit.high, min(10**9, unit.high), 0, luck.randint(unit.low, unit.high)))
    usual = luck.randint(max(unit.low, 5 * 10**8), min(unit.high, 15 * 10**8)) if unit.high >= 10**9 else nanos
    return decimal_text(luck.choice((nanos, usual)))


def _copy(message: M) -> M:
    copied = type(message)()
    copied.CopyFrom(message)
    return copied
