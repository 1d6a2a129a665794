"""Random companies and scenarios, seeded: steady ones and the extremes, so that every rule is met."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from tests.engine.recomputed_v2.arithmetic import NANO
from tests.engine.recomputed_v2.company import (
    NEUTRAL,
    Asset,
    Company,
    Course,
    Covenant,
    Loan,
    Rate,
    Revolver,
    Row,
    Scenario,
)
from tests.engine.recomputed_v2.days import month_end

SIZES = (1, 100, 10**6, 10**8, 10**10)
SHARES = (0, 0, 1, NANO // 3, NANO // 2, NANO - 1, NANO)
DAY_COUNTS = "30_360 30_360 30e_360 30e_360_isda 30_360_bond actual_360 actual_365 actual_actual".split()
LINES = (None, "receivables", "inventory", "fixed_assets", "other_assets")


@dataclass(frozen=True)
class Case:
    """A company, a scenario and an analysis date."""

    company: Company
    scenario: Scenario
    d0: date


def case(seed: int) -> Case:
    """The company of a seed, always the same."""
    return Draw(Random(seed)).case()


class Draw:
    """One company, drawn figure by figure."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        year, month = rng.randint(2020, 2027), rng.randint(1, 12)
        last = monthrange(year, month)[1]
        self.as_of = rng.choice(
            (date(year, month, last), date(year, 12, 31), date(2024, 2, 29), date(year, month, rng.randint(1, 28)))
        )
        self.d0 = self.as_of + timedelta(days=rng.choice((0, 0, 0, rng.randint(1, 365))))
        self.size, self.debt_size = rng.choice(SIZES), rng.choice(SIZES)

    def case(self) -> Case:
        scenario = self.scenario()
        return Case(self.company(), scenario, self.d0)

    def up_to(self, most: int) -> int:
        """0, a cent, all of it, or anything between."""
        rng = self.rng
        return rng.choice(
            (0, min(1, most), most, rng.randint(0, most), rng.randint(0, most), rng.randint(most // 2, most))
        )

    def company(self) -> Company:
        rng, size = self.rng, self.size
        revenue = self.up_to(size)
        asset_names = [f"asset-{n}" for n in range(rng.choice((0, 0, 1, 2, 4)))]
        loans = tuple(self.loan(f"loan-{n}", asset_names) for n in range(rng.choice((0, 1, 1, 2, 3))))
        revolver = self.revolver(asset_names) if rng.random() < 0.5 else None
        debts = [loan.name for loan in loans] + (["revolver"] if revolver else [])
        balances = {
            name: rng.choice((0, self.up_to(size // 6), self.up_to(size // 30)))
            for name in "cash restricted_cash receivables inventory fixed_assets other_assets payables".split()
        }
        return Company(
            as_of=self.as_of,
            revenue=revenue,
            cost_of_sales=rng.choice((0, revenue // 2, revenue * 2 // 3, self.up_to(revenue))),
            cost_of_sales_fixed_share=rng.choice(SHARES),
            operating_expenses=rng.choice((0, revenue // 5, self.up_to(revenue // 2))),
            operating_expenses_fixed_share=rng.choice(SHARES),
            depreciation_and_amortisation=rng.choice((0, self.up_to(size // 10))),
            tax_rate=rng.choice((0, NANO // 4, *SHARES)),
            reported_ebitda=rng.choice((None, rng.randint(-size, size))),
            interest_annual=rng.choice((None, self.up_to(size // 10))),
            scheduled_principal_annual=rng.choice((None, self.up_to(size // 10))),
            **balances,
            tax_payable=rng.choice((0, 0, self.up_to(size // 30))),
            other_liabilities=rng.choice((0, self.up_to(size // 10))),
            capital_expenditure=rng.choice((0, self.up_to(size // 10))),
            minimum_cash=rng.choice((0, 0, self.up_to(size // 10))),
            cash_sweep_share=rng.choice(SHARES),
            fiscal_year_end_month=rng.choice((None, None, rng.randint(1, 12))),
            tax_losses=rng.choice((0, 0, self.up_to(size // 5))),
            enforcement_cost_share=rng.choice(SHARES[:5]),
            priority_claims=rng.choice((0, self.up_to(size // 20))),
            weights=self.weights(),
            loans=loans,
            revolver=revolver,
            assets=tuple(
                Asset(name, self.up_to(size // 4), rng.choice(SHARES), rng.choice(LINES)) for name in asset_names
            ),
            covenants=tuple(self.covenant(f"covenant-{n}", debts) for n in range(rng.choice((0, 0, 1, 2)))),
            super_senior=tuple(name for name in debts if rng.random() < 0.15),
            turnover=self.turnover(debts),
        )

    def turnover(self, debts: list[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
        if len(debts) < 2 or self.rng.random() < 0.7:
            return ()
        junior, *seniors = self.rng.sample(debts, len(debts))
        return ((junior, tuple(seniors)),)

    def weights(self) -> tuple[int, ...]:
        rng = self.rng
        seasons = (
            (1,) * 12,
            (1,) * 12,
            tuple(rng.randint(1, 3 * NANO) for _ in range(12)),
            (1, *(rng.choice((0, 0, 1)) for _ in range(11))),
            (0,) * 5 + (1000,) + (0,) * 6,
        )
        weights = rng.choice(seasons)
        return tuple(rng.sample(weights, len(weights)))

    # Debts

    def maturity(self) -> date:
        """Tomorrow, on a last day, in mid-month, inside the horizon or far beyond."""
        end = month_end(self.d0, self.rng.choice((0, 1, 3, 5, 6, 11, 12, 17, 23, 24, 30, 60, 240)))
        end = end if end > self.d0 else month_end(self.d0, 1)
        return self.rng.choice((end, end, end + timedelta(days=self.rng.randint(1, 30))))

    def rate(self) -> int:
        return self.rng.choice((0, NANO // 10, self.rng.randint(0, NANO // 5)))

    def rates(self) -> Rate:
        rng = self.rng
        if rng.random() < 0.5:
            return Rate(coupon=self.rate())
        index = self.rate() // 2
        floor, cap = rng.choice((None, 0, index // 2)), rng.choice((None, index, index + NANO // 100))
        return Rate(None, index, self.rate() // 2, floor, cap, rng.choice((1, 1, 3, 6, 12)))

    def pledged(self, assets: list[str]) -> tuple[str, ...]:
        return tuple(name for name in assets if self.rng.random() < 0.4)

    def loan(self, name: str, assets: list[str]) -> Loan:
        rng, principal, maturity = self.rng, self.up_to(self.debt_size), self.maturity()
        amortisation = rng.choice("bullet bullet linear annuity level custom".split())
        return Loan(
            name=name,
            principal=principal,
            maturity=maturity,
            rate=self.rates(),
            lien=rng.choice((1, 1, 2, 3)),
            amortisation=amortisation,
            interval_months=rng.choice((1, 1, 2, 3, 6, 12)),
            day_count=rng.choice(DAY_COUNTS),
            pik_share=0 if amortisation == "level" else rng.choice((0, 0, *SHARES)),
            payment=rng.randint(0, principal // 6 + 1) if amortisation == "level" else 0,
            rows=self.rows(principal, maturity) if amortisation == "custom" else (),
            default_margin=rng.choice((0, NANO // 50, self.rate())),
            accrued_interest=rng.choice((0, 0, self.up_to(principal // 50))),
            all_asset_lien=rng.choice((None, None, 1, 2)),
            collateral=self.pledged(assets),
        )

    def rows(self, principal: int, maturity: date) -> tuple[Row, ...]:
        rng = self.rng
        days = range(1, (maturity - self.as_of).days + 1)
        dates = sorted(rng.sample(days, min(len(days), rng.randint(1, 8))))
        cuts = sorted(rng.randint(0, principal) for _ in dates[1:])
        parts = [after - before for before, after in zip([0, *cuts], [*cuts, principal], strict=True)]
        return tuple(Row(self.as_of + timedelta(days=n), part) for n, part in zip(dates, parts, strict=True))

    def revolver(self, assets: list[str]) -> Revolver:
        rng, commitment = self.rng, self.up_to(self.debt_size)
        has_base = rng.random() < 0.5
        return Revolver(
            name="revolver",
            commitment=commitment,
            drawn=self.up_to(commitment),
            maturity=self.maturity(),
            rate=Rate(None, self.rate() // 2, self.rate() // 2, rng.choice((None, 0)), None),
            undrawn_fee=rng.choice((0, NANO // 200)),
            lien=rng.choice((1, 1, 2)),
            day_count=rng.choice(DAY_COUNTS),
            default_margin=rng.choice((0, NANO // 50)),
            accrued_interest=rng.choice((0, self.up_to(commitment // 50))),
            all_asset_lien=rng.choice((None, None, 1, 2)),
            collateral=self.pledged(assets),
            receivables_advance=rng.choice(SHARES) if has_base else None,
            inventory_advance=rng.choice((None, *SHARES)) if has_base else None,
        )

    def covenant(self, name: str, debts: list[str]) -> Covenant:
        rng = self.rng
        kind = rng.choice("leverage interest_coverage fccr liquidity".split())
        low, high = {"leverage": (NANO, 8 * NANO), "liquidity": (0, self.size // 10)}.get(kind, (0, 4 * NANO))
        steps = ((self.d0, rng.randint(low, high)), (month_end(self.d0, 9), rng.randint(low, high)))
        return Covenant(
            name=name,
            kind=kind,
            steps=steps[: rng.choice((1, 2))],
            debts=tuple(debt for debt in debts if rng.random() < 0.5),
            netting_cap=rng.choice((None, 0, self.up_to(self.size // 20))),
            springing_trigger=rng.choice((None, None, rng.choice(SHARES))),
            cures_per_four=rng.choice((0, 1, 2, 4)),
            cures_in_life=rng.choice((0, 1, 5)),
            consecutive_cures=rng.random() < 0.5,
            stops_draws=rng.random() < 0.5,
            charges_default_margin=rng.random() < 0.5,
            acceleration_months=rng.choice((None, 1, 3)),
            cross_default=rng.random() < 0.5,
        )

    # Scenarios

    def scenario(self) -> Scenario:
        rng = self.rng
        kind = rng.choice("neutral constants course paths paths".split())
        assumptions: dict[str, tuple[int, ...]] = {}
        for name in NEUTRAL if kind != "neutral" else ():
            if rng.random() < 0.5:
                length = rng.choice((1, 2, 6, 12, 24)) if kind == "paths" else 1
                assumptions[name] = tuple(self.value(name) for _ in range(length))
        course = Course(
            rng.choice((0, 1, 4)), rng.choice((0, 1, 3)), rng.choice((None, 0, 3, 9)), rng.choice((0, 1, 6))
        )
        return Scenario(
            horizon=rng.choice((6, 12, 18, 24)),
            assumptions=assumptions,
            inventory_release_share=rng.choice(SHARES),
            stresses_coupons=rng.random() < 0.3,
            course=course if kind == "course" else None,
            workout=rng.random() < 0.4,
            acceleration_months=rng.choice((1, 2, 3, 12)),
        )

    def value(self, name: str) -> int:
        rng = self.rng
        ranges: dict[str, tuple[Any, ...]] = {
            "revenue_change_factor": (0, 2 * NANO, rng.randint(NANO // 2, NANO), rng.randint(0, 2 * NANO)),
            "cost_change_factor": (0, 3 * NANO, rng.randint(NANO * 9 // 10, NANO * 13 // 10)),
            "interest_rate_change_factor": (0, 5 * NANO, rng.randint(NANO, 2 * NANO)),
            "interest_rate_shift": (-NANO // 2, NANO // 20, rng.randint(-NANO // 100, NANO // 20)),
            "capital_expenditure_factor": (0, 2 * NANO, rng.randint(0, 2 * NANO)),
        }
        share = (0, NANO, rng.randint(0, NANO), rng.randint(NANO // 2, NANO))
        day = (-365 * NANO, 365 * NANO, rng.randint(-10 * NANO, 90 * NANO), rng.randint(-10 * NANO, 40 * NANO))
        return int(rng.choice(ranges.get(name, day if name.endswith("days") else share)))
