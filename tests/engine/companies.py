"""Random companies and scenarios, the same for one seed for ever: what the laws are tested on.

Cases come in groups of one structure, so that a group runs as one batch. What the engine refuses (figures that could
leave their bounds) is drawn again, smaller: so the largest companies that are accepted are among them.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple

from seawall.engine.execute import check
from seawall.engine.inputs.calendar import MonthEnd
from seawall.engine.inputs.company import Asset, BalanceSheet, BalanceSheetLine, DatasetVersion, IncomeStatement
from seawall.engine.inputs.contract import Contract
from seawall.engine.inputs.covenants import (
    ConsecutiveCures,
    Consequence,
    Covenant,
    CovenantKind,
    CovenantReach,
    CovenantStep,
    Turnover,
)
from seawall.engine.inputs.instruments import Amortisation, FloatingRate, Instrument, PrincipalPayment
from seawall.engine.inputs.revolver import Revolver
from seawall.engine.inputs.scenario import Assumptions, Course, Posture, RateScope, Scenario
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
    all_asset_lien: int | None


class Promise(NamedTuple):
    """A covenant of a structure: what it tests and whom its consequences reach."""

    name: str
    kind: CovenantKind
    facility_ids: tuple[str, ...]
    is_springing: bool
    consequences: tuple[Consequence, ...]
    calls: bool
    reach: CovenantReach


class CapitalStructure(NamedTuple):
    """What all companies of a group have in common."""

    loans: tuple[Place, ...]
    revolver: Place | None
    has_borrowing_base: bool
    assets: tuple[tuple[str, str, BalanceSheetLine], ...]  #: id, category and line
    super_senior: tuple[str, ...]
    turnovers: tuple[Turnover, ...]
    promises: tuple[Promise, ...]


def group(seed: int, number: int, size: int) -> list[Case]:
    """`size` accepted cases of one structure over 24 months; each number of a seed is a group of its own."""
    rng = Random(f"{seed}/{number}")
    skeleton = structure(rng)
    return [accepted(rng, skeleton) for _ in range(size)]


def structure(rng: Random) -> CapitalStructure:
    """From no debt at all to five loans and a revolver, on shared or separate collateral."""
    lines = (BalanceSheetLine.NONE, *BalanceSheetLine)
    assets = tuple(
        (f"asset-{n}", rng.choice(("plant", "land", "stock")), rng.choice(lines))
        for n in range(rng.choice((0, 1, 1, 2, 3, 4)))
    )
    liens = rng.choice(((1,), (1, 2), (1, 1, 2), (1, 5, 99)))
    loans = rng.choice((0, 1, 1, 2, 3, 5))
    has_revolver = rng.random() < 0.5
    ranks = rng.sample(range(1, 100), 6)

    def place(name: str) -> Place:
        pledged = [asset for asset, _, _ in assets if rng.random() < 0.5]
        rng.shuffle(pledged)
        rank = ranks.pop() if rng.random() < 0.3 else None
        return Place(name, rng.choice(liens), tuple(pledged), rank)

    places = tuple(place(f"loan-{n}") for n in range(loans))
    line = place(rng.choice(("a-revolver", "revolver"))) if has_revolver else None
    names = [placed.name for placed in (*places, *((line,) if line else ()))]
    juniors = rng.sample(names, rng.choice((0, 0, 1, 2)) if len(names) > 2 else 0)
    return CapitalStructure(
        places,
        line,
        rng.random() < 0.5,
        assets,
        super_senior=tuple(rng.sample(names, rng.choice((0, 0, 0, 1)) if names else 0)),
        turnovers=tuple(
            Turnover(junior, tuple(some(rng, [name for name in names if name != junior]))) for junior in juniors
        ),
        promises=tuple(promise(rng, n, names, has_revolver) for n in range(rng.choice((0, 0, 1, 2, 4)))),
    )


def promise(rng: Random, number: int, names: Sequence[str], has_revolver: bool) -> Promise:
    """A covenant on some of the debts, or on all."""
    return Promise(
        f"covenant-{9 - number}",
        rng.choice(tuple(CovenantKind)),
        tuple(some(rng, names)) if rng.random() < 0.5 else (),
        has_revolver and rng.random() < 0.3,
        tuple(some(rng, list(Consequence))) if rng.random() < 0.7 else (),
        rng.random() < 0.3,
        rng.choice(tuple(CovenantReach)),
    )


def some(rng: Random, items: Sequence[Any]) -> list[Any]:
    """At least one of the items, in any order, where there are any."""
    return rng.sample(items, rng.randint(1, len(items))) if items else []


def accepted(rng: Random, skeleton: CapitalStructure) -> Case:
    """A case that the engine accepts: while it refuses, the next draw is smaller or gentler in what was at fault."""
    size, debt_size = rng.choice(SIZES), rng.choice(SIZES)
    highest_rate = rng.choice(HIGHEST_RATES)
    while True:
        try:
            case = draw(rng, skeleton, size, debt_size, highest_rate)
            check(*case)
            check(Scenario(DATASET, "base", LONGEST), *case[1:])  # its base case too
        except Refused as refused:
            at_fault = {fault.field.partition(".")[0].partition("[")[0] for fault in refused.faults}
            if at_fault & {"income_statement", "balance_sheet", "assets"}:
                size = max(size * 4 // 5, 1)
            if at_fault & {"instruments", "covenants", "balance_sheet"}:
                debt_size = max(debt_size // 3, 1)
            if "assumptions" in at_fault:
                highest_rate = highest_rate * 9 // 10
        else:
            return case


SIZES = (1, 100, 10**7, 10**9, 10**11, MOST_MONEY, MOST_MONEY, MOST_MONEY)
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
    debts = [*loans, *((revolver,) if revolver else ())]
    company = DatasetVersion(
        company_name="Random",
        currency="EUR",
        minor_digits=2,
        as_of_date=as_of,
        source_sha256="0" * 64,
        income_statement=income(rng, size),
        balance_sheet=sheet(
            rng, size, sum(owed.opening_balance for owed in debts), sum(owed.accrued_interest for owed in debts)
        ),
        capital_expenditure_annual=rng.choice((0, up_to(rng, size // 10 + 1))),
        minimum_cash=rng.choice((0, 0, up_to(rng, size // 10 + 1))),
        cash_sweep_share=rng.choice(SHARES),
        instruments=tuple(rng.sample(loans, len(loans))),
        revolver=revolver,
        assets=tuple(
            Asset(name, category, up_to(rng, size // 4 + 1), rng.choice(SHARES), line)
            for name, category, line in skeleton.assets
        ),
        seasonality_weights=seasons(rng),
        fiscal_year_end_month=rng.choice((None, rng.randint(1, 12))),
        tax_losses=rng.choice((0, up_to(rng, size // 10))),
        enforcement_cost_share=rng.choice(SHARES),
        priority_claims=rng.choice((0, up_to(rng, size // 20))),
        super_senior_debt_ids=skeleton.super_senior,
        turnovers=skeleton.turnovers,
        covenants=tuple(a_covenant(rng, made, as_of, size) for made in skeleton.promises),
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


def a_covenant(rng: Random, made: Promise, as_of: date, size: int) -> Covenant:
    """Thresholds from far off to never met, by steps that may begin before, inside or after the horizon."""
    days = sorted(rng.sample(range(-400, 900), rng.randint(1, 3)))
    lowest = NANO if made.kind is CovenantKind.MAX_NET_LEVERAGE else 0

    def step(day: int) -> CovenantStep:
        on = as_of + timedelta(days=day)
        if made.kind is CovenantKind.MIN_LIQUIDITY:
            return CovenantStep(on, amount=up_to(rng, size // 20 + 1))
        return CovenantStep(on, multiple=rng.choice((lowest, rng.randint(NANO, 2 * NANO), rng.randint(NANO, 9 * NANO))))

    return Covenant(
        covenant_id=made.name,
        kind=made.kind,
        steps=tuple(map(step, days)),
        facility_ids=made.facility_ids,
        netting_cap=rng.choice((None, 0, up_to(rng, size))) if made.kind is CovenantKind.MAX_NET_LEVERAGE else None,
        springing_share=rng.choice(SHARES) if made.is_springing else None,
        cures_in_four_quarters=rng.randint(0, 4),
        cures_in_life=rng.choice((0, 1, 3)),
        consecutive_cures=rng.choice(tuple(ConsecutiveCures)),
        consequences=made.consequences,
        called_after_months=rng.choice((1, 2, 6, 24)) if made.calls else None,
        reach=made.reach,
    )


def sheet(rng: Random, size: int, debt: int, accrued: int) -> BalanceSheet:
    """From an empty company to one with receivables that no days of sales explain; equity closes it."""
    amounts = {
        name: rng.choice((0, up_to(rng, size // 6), up_to(rng, size // 30)))
        for name in ("cash", "restricted_cash", "receivables", "inventory", "fixed_assets", "other_assets")
    }
    payables, other = rng.choice((0, up_to(rng, size // 6))), rng.choice((0, up_to(rng, size // 10)))
    tax = rng.choice((0, up_to(rng, size // 40)))
    return BalanceSheet(
        **amounts,
        payables=payables,
        accrued_interest=accrued,
        tax_payable=tax,
        other_liabilities=other,
        equity=sum(amounts.values()) - payables - tax - other - debt - accrued,
    )


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
    amortisation = rng.choice((Amortisation.BULLET, *Amortisation))
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
        pik_share=rng.choice((0, 0, *SHARES)),
        principal_payments=rows(rng, principal, as_of, maturity) if amortisation is Amortisation.CUSTOM else (),
        collateral_asset_ids=place.collateral,
        default_margin=rng.choice((0, 0, NANO // 50, terms.rate() // 4)),
        accrued_interest=rng.choice((0, up_to(rng, principal // 50))),
        all_asset_lien=place.all_asset_lien,
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
        default_margin=rng.choice((0, NANO // 50, terms.rate() // 4)),
        accrued_interest=rng.choice((0, up_to(rng, commitment // 100))),
        all_asset_lien=place.all_asset_lien,
    )


#: Every path of `Assumptions` from the least to the most that is allowed, so that a new one is drawn from the start.
RANGES = {
    field.name: (field.unit.low, field.unit.high) for field in fields_of(Assumptions) if field.unit and field.repeated
}
USUAL = {
    "revenue_change_factor": (NANO // 2, NANO * 11 // 10),
    "cost_change_factor": (NANO * 9 // 10, NANO * 13 // 10),
    "interest_rate_change_factor": (NANO, 2 * NANO),
    "interest_rate_shift": (-NANO // 100, NANO // 20),
    "collection_period_extension_days": (-10 * NANO, 90 * NANO),
    "payment_period_reduction_days": (-10 * NANO, 40 * NANO),
    "inventory_period_extension_days": (-10 * NANO, 60 * NANO),
}


def a_scenario(rng: Random) -> Scenario:
    """A template, nothing, constants, a course of constants, or paths of any length and any value allowed."""
    kind = rng.choice(("template", "neutral", "constants", "course", "paths", "paths"))
    assumptions, course = Assumptions(), None
    if kind == "template":
        template = rng.choice(tuple(TEMPLATES.values()))
        assumptions, course = template.assumptions, template.course
    elif kind in ("constants", "course"):
        assumptions = some_assumptions(rng, lengths=(1,))
    elif kind == "paths":
        assumptions = some_assumptions(rng, lengths=(1, 2, 6, rng.randint(1, LONGEST), LONGEST))
    if kind == "course":
        hold = rng.choice((None, 0, 1, 3, 12))
        course = Course(rng.choice((0, 1, 4)), rng.choice((0, 1, 3, 12)), hold, rng.choice((0, 1, 6)))
    months = rng.choice((None, None, 1, 2, 3, 12, 24))
    posture = Posture.STANDSTILL if months is None else Posture.WORKOUT
    return Scenario(
        DATASET, kind, LONGEST, assumptions=assumptions, course=course, posture=posture, acceleration_months=months
    )


def some_assumptions(rng: Random, lengths: Sequence[int]) -> Assumptions:
    paths = {name: tuple(value(rng, name) for _ in range(rng.choice(lengths))) for name in RANGES if rng.random() < 0.5}
    release = rng.choice(SHARES)
    return replace(
        Assumptions(), **paths, interest_rate_scope=rng.choice(tuple(RateScope)), inventory_release_share=release
    )


def value(rng: Random, name: str) -> int:
    low, high = RANGES[name]
    usual = USUAL.get(name, (low, high))
    return rng.choice((low, high, rng.randint(low, high), *(rng.randint(*usual) for _ in range(4))))


def over_months(case: Case, months: int) -> Case:
    """The beginning of the same case: paths longer than the horizon lose their end."""
    assumptions = case.scenario.assumptions
    shorter = replace(assumptions, **{name: getattr(assumptions, name)[:months] for name in RANGES})
    return case._replace(scenario=replace(case.scenario, horizon_months=months, assumptions=shorter))
