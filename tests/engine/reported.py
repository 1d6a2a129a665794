"""Companies to report on, and the views of their executions."""

from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from seawall.engine import DatasetVersion, Execution, Scenario, beside, execute
from seawall.engine.inputs.company import Asset, BalanceSheetLine
from seawall.engine.reports import Beside, ReportView, report
from seawall.engine.reports.results import AggregatedReport, ExecutiveReport, GranularReport, Line
from tests.engine.companies import Case, group
from tests.engine.examples import company, loan, minor, nanos

DATASET = "sha256:" + "0" * 64
YEAR_END, FIVE_YEARS = date(2024, 12, 31), date(2029, 12, 31)


class Reported(NamedTuple):
    """A case, its execution and the runs beside it, with the views of them."""

    case: Case
    execution: Execution
    beside: Beside

    @property
    def granular(self) -> GranularReport:
        view = report(self.execution, ReportView.GRANULAR, self.beside).granular
        assert view is not None
        return view

    @property
    def aggregated(self) -> AggregatedReport:
        view = report(self.execution, ReportView.AGGREGATED, self.beside).aggregated
        assert view is not None
        return view

    @property
    def executive(self) -> ExecutiveReport:
        view = report(self.execution, ReportView.EXECUTIVE, self.beside).executive
        assert view is not None
        return view

    @property
    def lines(self) -> dict[str, Line]:
        """The lines of the granular view that are those of no item, by path."""
        return {f"{line.section}.{line.figure}": line for line in self.granular.lines if not line.item}


def reported(scenario: Scenario, figures: DatasetVersion) -> Reported:
    case = Case(scenario, figures, figures.as_of_date)
    return Reported(case, execute(*case), beside(*case))


@lru_cache
def random_reports(number: int) -> list[Reported]:
    return [Reported(case, execute(*case), beside(*case)) for case in group(17, number, 4)]


def company_q(**changes: Any) -> DatasetVersion:
    """Q of the method: EBITDA of 50.00 a month, cash of 1,000.00, capital expenditure of 300.00 a month, and a bullet
    of 30,000 whose coupon of 900.00 falls due each quarter.
    """
    debt = loan("30,000", "0.12", FIVE_YEARS, payment_interval_months=3)
    usual: dict[str, Any] = {
        "instruments": (debt,),
        "sheet": {"cash": "1,000", "fixed_assets": "60,000"},
        "capital_expenditure": "3,600",
    }
    return company("12,000", "6,000", "5,400", as_of=YEAR_END, **(usual | changes))


def carbo(**changes: Any) -> DatasetVersion:
    """CARBO Ceramics at the end of 2017: losses, cash of 68 m beside a debt of 92 m, total assets of 540.598 m."""
    term_loan = loan(
        "64,503,000", "0.09", date(2022, 12, 31), name="term-loan", payment_interval_months=3,
        default_margin=nanos("0.02"), collateral_asset_ids=("plant",),
    )  # fmt: skip
    notes = loan(
        "27,040,000", "0.07", date(2019, 4, 1), name="notes", lien=2, payment_interval_months=3, pik_share=nanos("1")
    )
    usual: dict[str, Any] = {
        "instruments": (term_loan, notes),
        "assets": (
            Asset("plant", "plant", minor("150,000,000"), nanos("0.3"), BalanceSheetLine.FIXED_ASSETS),
        ),
        "sheet": {
            "cash": "68,169,000", "restricted_cash": "10,216,000", "receivables": "37,705,000",
            "inventory": "78,999,000", "fixed_assets": "324,186,000", "other_assets": "21,323,000",
            "payables": "19,417,000", "other_liabilities": "23,873,000",
        },
        "minimum_cash": minor("10,000,000"),
    }  # fmt: skip
    return company(
        "188,756,000", "197,665,000", "41,612,000", "45,337,000", "0.21", capital_expenditure="2,152,000",
        cost_fixed="0.31", expenses_fixed="0.9", as_of=date(2017, 12, 31), **(usual | changes),
    )  # fmt: skip
