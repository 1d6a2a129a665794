"""The whole horizon in a few figures: first default, runway, need, liquidity, wall, covenants, recovery."""

from typing import Any

from tests.engine.recomputed_v2.arithmetic import ratio, times
from tests.engine.recomputed_v2.base_year import run_rate
from tests.engine.recomputed_v2.covenants import Watch
from tests.engine.recomputed_v2.coverage import coverage, total
from tests.engine.recomputed_v2.figures import Execution, Figures
from tests.engine.recomputed_v2.month import Run

TOTALS = (
    "revenue ebitda tax net_income interest_payments principal_payments capital_expenditure_payments revolver_draws "
    "operating_shortfall debt_service_shortfall capital_expenditure_lapsed operating_cured debt_service_cured "
    "equity_cure"
).split()


def header(execution: Execution) -> Figures:
    """Every figure of an execution that is not of a month."""
    run, months = execution.run, execution.months
    horizon, default = run.scenario.horizon, run.default_month
    needs = [month["unpaid"] + month["minimum_cash_gap"] for month in months]
    before = months if default is None else months[: default - 1]
    gaps, liquid = [month["minimum_cash_gap"] for month in before], [month["available_liquidity"] for month in before]
    liquidity = [month["available_liquidity"] for month in months]
    peak, lowest = max(needs), min(liquidity)
    row: Figures = {f"total.{name}": sum(month[name] for month in months) for name in TOTALS}
    row |= {f"horizon.{name}": figure for name, figure in coverage(total(run.flows)).items()}
    row |= first_default(run, months)
    row |= {
        "runway": horizon if default is None else default - 1,
        "need_at_default": 0 if default is None else needs[default - 1],
        "first_month_below_minimum_cash": first(month["minimum_cash_gap"] > 0 for month in months),
        "largest_gap_before_default": max(gaps, default=0),
        "largest_gap_before_default_period": gaps.index(max(gaps)) + 1 if any(gaps) else 0,
        "lowest_liquidity_before_default": min(liquid, default="NOT_KNOWN"),
        "lowest_liquidity_before_default_period": liquid.index(min(liquid)) + 1 if liquid else 0,
        "lowest_liquidity": lowest,
        "lowest_liquidity_period": liquidity.index(lowest) + 1,
        "first_month_of_lapsed_capital_expenditure": first(month["capital_expenditure_lapsed"] > 0 for month in months),
        "standstill_peak": peak,
        "standstill_peak_period": needs.index(peak) + 1 if peak else 0,
        **wall(run),
        "wall_liquidity": liquidity[-1],
        "interest_annual_run_rate": run_rate(run.company),
        "weighted_average_rate": ratio(
            run_rate(run.company), sum(debt.balance for debt in run.company.debts), "NO_DEBT"
        ),
    }
    row["total.total_shortfall"] = row["total.operating_shortfall"] + row["total.debt_service_shortfall"]
    return row | covenant_header(run, months) | recovery_header(execution)


def first(hits: Any) -> int:
    """The number of the first month that hits, 0 for none."""
    return next((t for t, hit in enumerate(hits, start=1) if hit), 0)


def first_default(run: Run, months: list[Figures]) -> Figures:
    """The first month with anything unpaid, and what the waterfall reaches first of it."""
    if run.default_month is None:
        return {"default_month": 0, "default_kind": "none", "default_debt": None, "default_lien": 0}
    t, month = run.default_month, months[run.default_month - 1]
    row: Figures = {"default_month": t, "default_kind": "operating", "default_debt": None, "default_lien": 0}
    if month["operating_arrears"]:
        return row
    for lien in sorted({debt.lien for debt in run.company.debts}):
        names = [debt.name for debt in run.company.debts if debt.lien == lien]
        for kind, figure in (("interest", "interest_arrears"), ("principal", "overdue")):
            for name in names:
                if month[f"{name}.{figure}"]:
                    matured = kind == "principal" and t >= run.contracts[name].maturity_month
                    kind = "maturity" if matured else kind
                    return row | {"default_kind": kind, "default_debt": name, "default_lien": lien}
    raise AssertionError("a default without anything unpaid")


def wall(run: Run) -> Figures:
    """What matures or is repaid in the twelve months beyond the horizon, of what still performs at its end, by debt.

    A refinanced share rolls over and stands in no wall.
    """
    horizon = run.scenario.horizon
    beyond = range(horizon + 1, horizon + 13)
    revolver, due = run.company.revolver, {}
    for name, table in run.service.items():
        due[name] = min(run.state.debts[name].performing, sum(table.principal[t] for t in beyond))
    if revolver:
        drawn, matures = run.state.debts[revolver.name].performing, run.contracts[revolver.name].maturity_month
        stays = times(drawn, run.path["refinanced_share"][matures]) if matures in beyond else drawn
        due[revolver.name] = drawn - stays
    return {"wall": sum(due.values())} | {f"{name}.wall": amount for name, amount in due.items()}


def covenant_header(run: Run, months: list[Figures]) -> Figures:
    """First breach, first event of default and least headroom of each covenant."""
    row: Figures = {}
    for watch in run.watches:
        row |= {
            f"covenant.{watch.covenant.name}.{name}": figure for name, figure in covenant_figures(watch, months).items()
        }
    return row


def covenant_figures(watch: Watch, months: list[Figures]) -> Figures:
    name = watch.covenant.name
    headroom = [month.get(f"covenant.{name}.headroom") for month in months]
    breaches = [month[f"covenant.{name}.status"] in ("cured", "breach", "event_of_default") for month in months]
    least = min((amount for amount in headroom if amount is not None), default=None)
    return {
        "first_breach": first(breaches),
        "first_event_of_default": watch.defaulted or 0,
        "least_headroom": "NOT_KNOWN" if least is None else least,
        "least_headroom_period": 0 if least is None else headroom.index(least) + 1,
    }


def recovery_header(execution: Execution) -> Figures:
    """By debt what a liquidation in the month of default (else the last) pays; NOT_KNOWN without assets."""
    run, recovery = execution.run, execution.recovery
    month = execution.months[(run.default_month or run.scenario.horizon) - 1]
    if recovery is None:
        return {"recovery_period": month["period"], "recovery": "NOT_KNOWN"}
    row: Figures = {
        "recovery_period": month["period"],
        "recovery_value": recovery.value,
        "recovery_costs": recovery.costs,
        "recovery_priority_claims": recovery.priority_paid,
        "recovery_other_creditors": recovery.others_paid,
        "recovery_owners": recovery.owners,
        "fulcrum": recovery.fulcrum,
    }
    for debt in run.company.debts:
        claim, paid = month[f"{debt.name}.claim"], recovery.paid[debt.name]
        row |= {
            f"{debt.name}.recovery_claim": claim,
            f"{debt.name}.recovery_paid": paid,
            f"{debt.name}.recovery_share": ratio(paid, claim, "NO_DEBT"),
            f"{debt.name}.loss_share": ratio(claim - paid, claim, "NO_DEBT"),
        }
    return row
