"""Random companies and scenarios, the same for one seed for ever: what the laws are tested on.

Cases come in groups of one structure, so that a group runs as one batch. What the engine refuses (figures that could
leave their bounds) is drawn again, smaller: so the largest companies that are accepted are among them.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from seawall.engine.execute import check
from seawall.engine.inputs.calendar import MonthEnd
from seawall.engine.inputs.company import Asset, BalanceSheet, DatasetVersion, IncomeStatement
from seawall.engine.inputs.contract import Contract
from seawall.engine.inputs.instruments import Amortisation, FloatingRate, Instrument, PrincipalPayment
from seawall.engine.inputs.revolver import Revolver
from seawall.engine.inputs.scenario import Assumptions, Course, RateScope, Scenario
from seawall.engine.inputs.templates import TEMPLATES
from seawall.engine.numbers.day_count import DayCount
from seawall.engine.numbers.months import month_end
from seawall.engine.values.faults import Refused
from seawall.engine.values.units import MOST_MONEY, NANO
from seawall.engine.values.value import fields_of

DATASET = "sha256:" + "0" * 64
LONGEST = 24


class Case(NamedTuple):
    """What `execute` takes."""

    scenario: Scenario
    company: DatasetVersion
    analysis_date: date


class Place(NamedTuple):
    """A debt of a structure: where it stands and what secures it."""

    name: str
    lien: int
    collateral: tuple[str, ...]


class CapitalStructure(NamedTuple):
    """What all companies of a group have in common."""

    loans: tuple[Place, ...]
    revolver: Place | None
    has_borrowing_base: bool
    assets: tuple[tuple[str, str], ...]  #: id and category


def group(seed: int, number: int, size: int) -> list[Case]:
    """`size` accepted cases of one structure over 24 months; each number of a seed is a group of its own."""
    rng = Random(f"{seed}/{number}")
    skeleton = structure(rng)
    return [accepted(rng, skeleton) for _ in range(size)]


def structure(rng: Random) -> CapitalStructure:
    """From no debt at all to five loans and a revolver, on shared or separate collateral."""
    assets = tuple((f"asset-{n}", rng.choice(("plant", "land", "stock"))) for n in range(rng.choice((0, 1, 1, 2, 3))))
    liens = rng.choice(((1,), (1, 2), (1, 1, 2), (1, 5, 99)))
    loans = rng.choice((0, 1, 1, 2, 3, 5))
    has_revolver = rng.random() < 0.5

    def place(name: str) -> Place:
        pledged = [asset for asset, _ in assets if rng.random() < 0.5]
        rng.shuffle(pledged)
        return Place(name, rng.choice(liens), tuple(pledged))

    return CapitalStructure(
        tuple(place(f"loan-{n}") for n in range(loans)),
        place(rng.choice(("a-revolver", "revolver"))) if has_revolver else None,
        rng.random() < 0.5,
        assets,
    )


def accepted(rng: Random, skeleton: CapitalStructure) -> Case:
    """A case that the engine accepts: while it refuses, the next draw is for smaller figures and gentler rates."""
    size, debt_size = rng.choice(SIZES), rng.choice(SIZES)
    highest_rate = rng.choice(HIGHEST_RATES)
    while True:
        try:
            case = draw(rng, skeleton, size, debt_size, highest_rate)
            check(*case)
            check(replace(case.scenario, assumptions=Assumptions(), course=None), *case[1:])  # its base case too
        except Refused:
            size, debt_size = max(size * 4 // 5, 1), max(debt_size // 2, 1)
            highest_rate = highest_rate * 9 // 10
        else:
            return case


SIZES = (1, 100, 10**7, 10**9, 10**11, MOST_MONEY, MOST_MONEY)
HIGHEST_RATES = (0, NANO // 10, NANO // 5, NANO, 5 * NANO)
SHARES = (0, 0, 1, NANO // 3, NANO // 2, NANO - 1, NANO, NANO)


def draw(rng: Random, skeleton: CapitalStructure, size: int, debt_size: int, highest_rate: int) -> Case:
    """One company under one scenario; amounts up to about `size`, all-in rates up to `highest_rate`."""
    as_of, analysis = dates(rng)
    scenario = a_scenario(rng)
    factors = scenario.assumptions.interest_rate_change_factor
    neutral = all(factor == NANO for factor in factors)
    terms = Terms(rng, analysis, highest_rate * NANO // max(*factors, NANO), neutral)
    loans = tuple(loan(terms, place, up_to(rng, debt_size), as_of) for place in skeleton.loans)
    revolver = a_revolver(terms, skeleton, up_to(rng, debt_size))
    debt = sum(instrument.principal for instrument in loans) + (revolver.drawn if revolver else 0)
    company = DatasetVersion(
        company_name="Random",
        currency="EUR",
        minor_digits=2,
        as_of_date=as_of,
        source_sha256="0" * 64,
        income_statement=income(rng, size),
        balance_sheet=sheet(rng, size, debt),
        capital_expenditure_annual=rng.choice((0, up_to(rng, size // 10 + 1))),
        minimum_cash=rng.choice((0, 0, up_to(rng, size // 10 + 1))),
        cash_sweep_share=rng.choice(SHARES),
        instruments=tuple(rng.sample(loans, len(loans))),
        revolver=revolver,
        assets=tuple(
            Asset(name, category, up_to(rng, size // 4 + 1), rng.choice(SHARES)) for name, category in skeleton.assets
        ),
        seasonality_weights=seasons(rng),
    )
    return Case(scenario, company, analysis)


def up_to(rng: Random, most: int) -> int:
    """0, a cent, all of it, or anything between."""
    return rng.choice((0, 1, most, rng.randint(0, most), rng.randint(0, most), rng.randint(most // 2, most)))


def dates(rng: Random) -> tuple[date, date]:
    """The as-of date in mid-month, on last days, in February; the analysis date on it or up to a year later."""
    year, month = rng.randint(2019, 2028), rng.randint(1, 12)
    last = monthrange(year, month)[1]
    as_of = rng.choice(
        (date(year, month, last), date(year, 12, 31), date(2024, 2, 29), date(year, month, rng.randint(1, 28)))
    )
    return as_of, as_of + timedelta(days=rng.choice((0, 0, 0, rng.randint(1, 365))))


def seasons(rng: Random) -> tuple[int, ...]:
    weights = rng.choice(
        (
            (),
            (),
            tuple(rng.randint(1, 3 * NANO) for _ in range(12)),
            (NANO, *(rng.choice((0, 0, NANO)) for _ in range(11))),
            (0,) * 5 + (1000 * NANO,) + (0,) * 6,
        )
    )
    return tuple(rng.sample(weights, len(weights)))


def income(rng: Random, size: int) -> IncomeStatement:
    """Profitable, poor, or nothing at all."""
    revenue = up_to(rng, size)
    return IncomeStatement(
        revenue_annual=revenue,
        cost_of_sales_annual=rng.choice((0, revenue // 2, revenue * 2 // 3, up_to(rng, revenue))),
        operating_expenses_annual=rng.choice((0, revenue // 5, up_to(rng, revenue // 2))),
        depreciation_and_amortisation_annual=rng.choice((0, up_to(rng, size // 10))),
        tax_rate=rng.choice((0, NANO // 4, *SHARES)),
        cost_of_sales_fixed_share=rng.choice(SHARES),
        operating_expenses_fixed_share=rng.choice(SHARES),
        reported_ebitda_annual=rng.choice((None, rng.randint(-size, size))),
        interest_annual=rng.choice((None, up_to(rng, size // 10))),
        scheduled_principal_annual=rng.choice((None, up_to(rng, size // 10))),
    )


def sheet(rng: Random, size: int, debt: int) -> BalanceSheet:
    """From an empty company to one with receivables that no days of sales explain; equity closes it."""
    amounts = {
        name: rng.choice((0, up_to(rng, size // 6), up_to(rng, size // 30)))
        for name in ("cash", "restricted_cash", "receivables", "inventory", "fixed_assets", "other_assets")
    }
    payables, other = rng.choice((0, up_to(rng, size // 6))), rng.choice((0, up_to(rng, size // 10)))
    equity = sum(amounts.values()) - payables - other - debt
    return BalanceSheet(**amounts, payables=payables, other_liabilities=other, equity=equity)


class Terms(NamedTuple):
    """What the terms of every debt are drawn from."""

    rng: Random
    analysis: date
    highest_rate: int
    negative_index: bool

    def rate(self) -> int:
        return self.rng.choice((0, 1, self.highest_rate, self.rng.randint(0, self.highest_rate)))

    def maturity(self) -> date:
        """Tomorrow, on a last day, in mid-month, inside the horizon or far beyond."""
        month = month_end(self.analysis, self.rng.choice((0, 0, 1, 3, 5, 6, 11, 12, 17, 23, 24, 60, 360)))
        on_month_end = month if month > self.analysis else month_end(self.analysis, 1)
        return self.rng.choice((on_month_end, on_month_end, month + timedelta(days=self.rng.randint(1, 30))))

    def floating(self) -> FloatingRate:
        spread = self.rate() // 2
        index = self.rate() // 2
        if self.negative_index and self.rng.random() < 0.3:
            index = -min(index, NANO // 2)
        floor = self.rng.choice((None, None, 0, -NANO // 100, index // 2))
        cap = self.rng.choice((None, None, index, index + NANO // 100))
        if floor is not None and cap is not None and floor > cap:
            floor = None
        return FloatingRate(index, spread, floor, cap, self.rng.choice((1, 1, 3, 6, 12, 120)))


def loan(terms: Terms, place: Place, principal: int, as_of: date) -> Instrument:
    rng, maturity = terms.rng, terms.maturity()
    amortisation = rng.choice(tuple(Amortisation))
    payment = rng.randint(0, max(1, principal // 6))
    floats = rng.random() < 0.5
    return Instrument(
        instrument_id=place.name,
        principal=principal,
        maturity_date=maturity,
        lien=place.lien,
        amortisation=amortisation,
        fixed_rate=None if floats else terms.rate(),
        floating_rate=terms.floating() if floats else None,
        day_count=rng.choice(tuple(DayCount)),
        payment_interval_months=rng.choice((1, 1, 2, 3, 6, 12, 120)),
        pik_share=rng.choice((0, 0, 0, *SHARES)),
        principal_payments=rows(rng, principal, as_of, maturity) if amortisation is Amortisation.CUSTOM else (),
        collateral_asset_ids=place.collateral,
        default_margin=rng.choice((0, 0, NANO // 50, terms.rate() // 4)),
        contract=Contract(payment=payment, month_end=MonthEnd.END_OF_MONTH)
        if amortisation is Amortisation.LEVEL
        else None,
    )


def rows(rng: Random, principal: int, as_of: date, maturity: date) -> tuple[PrincipalPayment, ...]:
    """A custom schedule: some rows may lie before the analysis date, some may ask for nothing."""
    days = range(1, (maturity - as_of).days + 1)
    dates = sorted(rng.sample(days, min(len(days), rng.randint(1, 8))))
    cuts = sorted(rng.randint(0, principal) for _ in dates[1:])
    amounts = [after - before for before, after in zip([0, *cuts], [*cuts, principal], strict=True)]
    return tuple(
        PrincipalPayment(as_of + timedelta(days=day), amount) for day, amount in zip(dates, amounts, strict=True)
    )


def a_revolver(terms: Terms, skeleton: CapitalStructure, commitment: int) -> Revolver | None:
    rng, place = terms.rng, skeleton.revolver
    if place is None:
        return None
    floating = terms.floating()
    advance = (rng.choice(SHARES), rng.choice((None, *SHARES))) if skeleton.has_borrowing_base else (None, None)
    return Revolver(
        revolver_id=place.name,
        commitment=commitment,
        drawn=up_to(rng, commitment),
        index=floating.index,
        spread=floating.spread,
        undrawn_fee=rng.choice((0, NANO // 200, terms.rate())),
        lien=place.lien,
        maturity_date=terms.maturity(),
        floor=floating.floor,
        cap=floating.cap,
        day_count=rng.choice(tuple(DayCount)),
        receivables_advance_rate=advance[0],
        inventory_advance_rate=advance[1],
        collateral_asset_ids=place.collateral,
    )


#: Every path of `Assumptions` from the least to the most that is allowed, so that a new one is drawn from the start.
RANGES = {field.name: (field.unit.low, field.unit.high) for field in fields_of(Assumptions) if field.unit}
USUAL = {
    "revenue_change_factor": (NANO // 2, NANO * 11 // 10),
    "cost_change_factor": (NANO * 9 // 10, NANO * 13 // 10),
    "interest_rate_change_factor": (NANO, 2 * NANO),
    "interest_rate_shift": (-NANO // 100, NANO // 20),
    "collection_period_extension_days": (-10 * NANO, 90 * NANO),
    "payment_period_reduction_days": (-10 * NANO, 40 * NANO),
}


def a_scenario(rng: Random) -> Scenario:
    """A template, nothing, constants, a course of constants, or paths of any length and any value allowed."""
    kind = rng.choice(("template", "neutral", "constants", "course", "paths", "paths"))
    assumptions, course = Assumptions(), None
    if kind == "template":
        assumptions = rng.choice(tuple(TEMPLATES.values()))
    elif kind in ("constants", "course"):
        assumptions = some_assumptions(rng, lengths=(1,))
    elif kind == "paths":
        assumptions = some_assumptions(rng, lengths=(1, 2, 6, rng.randint(1, LONGEST), LONGEST))
    if kind == "course":
        hold = rng.choice((None, 0, 1, 3, 12))
        course = Course(rng.choice((0, 1, 4)), rng.choice((0, 1, 3, 12)), hold, rng.choice((0, 1, 6)))
    return Scenario(DATASET, kind, LONGEST, assumptions=assumptions, course=course)


def some_assumptions(rng: Random, lengths: Sequence[int]) -> Assumptions:
    paths = {name: tuple(value(rng, name) for _ in range(rng.choice(lengths))) for name in RANGES if rng.random() < 0.5}
    return replace(Assumptions(), **paths, interest_rate_scope=rng.choice(tuple(RateScope)))


def value(rng: Random, name: str) -> int:
    low, high = RANGES[name]
    usual = USUAL.get(name, (low, high))
    return rng.choice((low, high, rng.randint(low, high), *(rng.randint(*usual) for _ in range(4))))


def over_months(case: Case, months: int) -> Case:
    """The beginning of the same case: paths longer than the horizon lose their end."""
    assumptions = case.scenario.assumptions
    shorter = replace(assumptions, **{name: getattr(assumptions, name)[:months] for name in RANGES})
    return case._replace(scenario=replace(case.scenario, horizon_months=months, assumptions=shorter))
