"""Every figure of an execution under the name that the recomputation gives it, so that the two meet cell by cell."""

from collections.abc import Iterator
from typing import Any

from seawall.engine import Execution
from seawall.engine.horizon.results import CumulativeMetrics
from seawall.engine.month.debt_results import CovenantStatus, CovenantTest
from seawall.engine.month.results import Month
from seawall.engine.numbers.exact import UndefinedRatio

Cells = dict[str, Any]

REASONS = {int(reason): reason.name for reason in UndefinedRatio}

#: What the recomputation calls otherwise, by part of the engine's month or header.
NAMES = {
    "position": {"tax_position": "tax_payable"},
    "needs": {name: f"need_{name}" for name in ("operating", "interest", "principal", "total")},
    "capital_expenditure": {"wanted": "capital_expenditure_wanted", "lapsed": "capital_expenditure_lapsed"},
    "liquidity": {"held_back": "hold_back"},
    "coverage": {"fixed_charge_coverage": "fccr"},
    "exposure": {"estate_value": "distributable_value", "leverage": "twelve_months.leverage"},
    "totals": {"lapsed_capital_expenditure": "capital_expenditure_lapsed", "equity_cures": "equity_cure"},
    "cumulative": {
        "first_default_period": "default_month",
        "months_of_runway": "runway",
        "first_below_minimum_cash_period": "first_month_below_minimum_cash",
        "largest_minimum_cash_gap": "largest_gap_before_default",
        "largest_minimum_cash_gap_period": "largest_gap_before_default_period",
        "first_lapsed_capital_expenditure_period": "first_month_of_lapsed_capital_expenditure",
    },
    "covenant": {"first_breach_period": "first_breach", "first_event_of_default_period": "first_event_of_default"},
    "recovery": {
        "estate_value": "recovery_value",
        "costs": "recovery_costs",
        "priority_claims_paid": "recovery_priority_claims",
        "others_paid": "recovery_other_creditors",
        "owners": "recovery_owners",
    },
    "recovery_of_debt": {
        "claim": "recovery_claim",
        "paid": "recovery_paid",
        "share": "recovery_share",
        "loss_given_default": "loss_share",
    },
}

#: Parts of the header that are no figures of their own.
PARTS = {"facilities", "categories", "covenants", "coverage_horizon", "totals", "wall", "recovery"}


def figures(part: Any) -> Iterator[tuple[str, Any]]:
    """The fields of a part of an execution, and its subtotals."""
    subtotals = [name for name in dir(type(part)) if isinstance(getattr(type(part), name), property)]
    for name in (*part._fields, *subtotals):
        yield name, getattr(part, name)


def named(part: Any, kind: str, prefix: str = "") -> Cells:
    """A part whose figures all are cells; ratios as a number or as the reason why there is none."""
    names = NAMES.get(kind, {})
    return {prefix + names.get(name, name): plain(figure) for name, figure in figures(part)}


def plain(figure: Any) -> Any:
    """A status by its word, an undefined ratio by its reason, what is not known as such."""
    if figure is None:
        return "NOT_KNOWN"
    if isinstance(figure, int):
        return REASONS.get(figure, figure)
    return getattr(figure, "value", figure)


def month_cells(execution: Execution, t: int) -> Cells:
    """Every figure of month t."""
    month: Month = execution.months[t - 1]
    cells: Cells = {
        "period": t,
        "period_end": execution.period_ends[t - 1],
        "after_default": bool(month.after_default),
        "opening_cash": month.opening_cash,
        "available_liquidity": month.available_liquidity,
        "unpaid": month.shortfalls.total_outstanding,
    }
    for part in ("income", "position", "cash_flow", "needs", "capital_expenditure", "liquidity", "exposure"):
        cells |= named(getattr(month, part), part)
    for category in ("operating", "debt_service"):
        cells |= named(getattr(month.shortfalls, category), "unpaid", f"{category}_")
    cells |= named(month.coverage_month, "coverage", "month.")
    cells |= named(month.coverage_last_twelve_months, "coverage", "twelve_months.")
    for facility, of_facility in zip(execution.facilities, month.facilities, strict=True):
        cells |= named(of_facility, "facility", f"{facility.facility_id}.")
    for summary, test in zip(execution.metrics.covenants, month.covenants, strict=True):
        cells |= covenant_cells(test, f"covenant.{summary.covenant_id}.")
    for name, category_value in zip(execution.category_names, month.categories, strict=True):
        cells[f"category.{name}.market_value"] = category_value.market_value
    return cells


def covenant_cells(test: CovenantTest, prefix: str) -> Cells:
    """Of a test that was not made its status only."""
    if test.status is CovenantStatus.NOT_TESTED:
        assert set(test[1:]) == {0, int(UndefinedRatio.NOT_TESTED)}
        return {f"{prefix}status": "not_tested", f"{prefix}cure": 0}
    return named(test, "test", prefix)


def header_cells(execution: Execution) -> Cells:
    """Every figure of the header."""
    header: CumulativeMetrics = execution.metrics
    names = [facility.facility_id for facility in execution.facilities]
    cells = {
        NAMES["cumulative"].get(name, name): plain(figure) for name, figure in figures(header) if name not in PARTS
    }
    failed = cells.pop("first_default_facility")
    cells["default_kind"] = cells.pop("first_default_kind")
    cells["default_debt"] = names[failed - 1] if failed else None
    cells["default_lien"] = execution.facilities[failed - 1].lien if failed else 0
    cells |= named(header.totals, "totals", "total.")
    cells |= named(header.coverage_horizon, "coverage", "horizon.")
    cells |= {"wall": header.wall.total, "wall_liquidity": header.wall.liquidity}
    cells |= {f"{name}.wall": due.principal for name, due in zip(names, header.wall.facilities, strict=True)}
    for summary in header.covenants:
        prefix = f"covenant.{summary.covenant_id}."
        row = named(summary, "covenant", prefix)
        cells |= {cell: figure for cell, figure in row.items() if cell not in (f"{prefix}covenant_id", f"{prefix}kind")}
    return cells | recovery_cells(header, names)


def recovery_cells(header: CumulativeMetrics, names: list[str]) -> Cells:
    """Who gets what; not known without assets."""
    if header.recovery is None:
        return {"recovery": "NOT_KNOWN"}
    cells = named(header.recovery, "recovery")
    fulcrum, facilities = cells.pop("fulcrum"), cells.pop("facilities")
    cells["fulcrum"] = names[fulcrum - 1] if fulcrum else None
    for name, of_facility in zip(names, facilities, strict=True):
        cells |= named(of_facility, "recovery_of_debt", f"{name}.")
    return cells
