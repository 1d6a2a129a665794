"""What the laws were tried on: companies that reach every extreme."""

from collections import Counter
from collections.abc import Iterator

from seawall.engine.inputs.company import BalanceSheetLine
from seawall.engine.inputs.instruments import Amortisation
from seawall.engine.inputs.scenario import NEUTRAL, Posture
from seawall.engine.values.units import MOST_MONEY, NANO
from tests.engine import scale
from tests.engine.companies import LONGEST, Case
from tests.engine.groups import GROUPS, SEED, SIZE, cases

FEWEST = scale.cases(2, 40)  #: companies at each extreme


def test_the_random_companies_reach_the_extremes(capsys):
    """Every extreme that a law could break at is among them, and more than once."""
    counts: Counter[str] = Counter()
    for number in range(GROUPS):
        for case in cases(number):
            counts.update(extremes(case))
    with capsys.disabled():
        print(f"\nlaws: {GROUPS * SIZE} random companies of {GROUPS} structures, seed {SEED}")
    assert {name: counts[name] for name in EXTREMES if counts[name] < FEWEST} == {}


EXTREMES = (
    "revenue 0", "revenue of a cent", "largest revenue", "assets near 10^15 in all", "no debt", "only PIK",
    "revolver only", "borrowing base", "rates of 0", "rates of 400 % and more", "shared collateral", "sweep",
    "minimum cash", "later analysis date", "as of a last day", "as of mid-month", "seasons with zeros",
    "matures in mid-month", "course", "path of 24", "refinancing", "negative index", "unexplained receivables",
    "workout", "release of stock", "fiscal year of its own", "tax losses", "accrued interest", "all-asset lien",
    "super-senior debt", "turnover", "asset on a line", "springing covenant", "cure", "call by a covenant",
    *(f"amortisation {amortisation.value}" for amortisation in Amortisation),
)  # fmt: skip


def extremes(case: Case) -> Iterator[str]:
    scenario, company, analysis = case
    year, sheet, loans, revolver = (
        company.income_statement,
        company.balance_sheet,
        company.instruments,
        company.revolver,
    )
    assumptions = scenario.assumptions
    floating = [loan.floating_rate for loan in loans if loan.floating_rate]
    rates = [loan.fixed_rate for loan in loans if loan.fixed_rate is not None]
    pledged = [asset for debt in company.debts for asset in debt.collateral_asset_ids]
    reached = {
        "revenue 0": year.revenue_annual == 0,
        "revenue of a cent": year.revenue_annual == 1,
        "largest revenue": year.revenue_annual == MOST_MONEY,
        "assets near 10^15 in all": sheet.total_assets > MOST_MONEY // 4,
        "no debt": not company.debts,
        "only PIK": loans and not revolver and all(loan.pik_share == NANO for loan in loans),
        "revolver only": revolver and not loans,
        "borrowing base": revolver and revolver.has_borrowing_base,
        "rates of 0": 0 in rates,
        "rates of 400 % and more": any(rate >= 4 * NANO for rate in rates),
        "shared collateral": len(set(pledged)) < len(pledged),
        "sweep": company.cash_sweep_share,
        "minimum cash": company.minimum_cash,
        "later analysis date": analysis > company.as_of_date,
        "as of a last day": company.as_of_date.day > 28,
        "as of mid-month": company.as_of_date.day <= 28,
        "seasons with zeros": company.seasonality_weights and not all(company.seasonality_weights),
        "matures in mid-month": any(loan.maturity_date.day != analysis.day for loan in loans),
        "course": scenario.course,
        "path of 24": any(len(getattr(assumptions, name)) == LONGEST for name in NEUTRAL),
        "refinancing": any(assumptions.refinanced_share),
        "negative index": any(rate.index < 0 for rate in floating),
        "unexplained receivables": sheet.receivables > 3 * year.revenue_annual,
        "workout": scenario.posture is Posture.WORKOUT,
        "release of stock": assumptions.inventory_release_share,
        "fiscal year of its own": company.fiscal_year_end != company.as_of_date.month,
        "tax losses": company.tax_losses,
        "accrued interest": sheet.accrued_interest,
        "all-asset lien": any(debt.all_asset_lien for debt in company.debts),
        "super-senior debt": company.super_senior_facility_ids,
        "turnover": company.turnovers,
        "asset on a line": any(asset.balance_sheet_line is not BalanceSheetLine.NONE for asset in company.assets),
        "springing covenant": any(covenant.springing_share is not None for covenant in company.covenants),
        "cure": any(covenant.cures_in_four_quarters and covenant.cures_in_life for covenant in company.covenants),
        "call by a covenant": any(covenant.acceleration_months for covenant in company.covenants),
    }
    yield from (name for name, is_reached in reached.items() if is_reached)
    yield from (f"amortisation {loan.amortisation.value}" for loan in loans)
