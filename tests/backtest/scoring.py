"""What the figures of all firms come to: shares that default, how well they tell, who fails where."""

from collections.abc import Iterable, Sequence
from typing import Any

from .companies import HIGH, LOW, SUGGESTED, Setting
from .measures import Point, auc, roc, share, standard_error
from .ratios import Statement
from .runs import HORIZON, SCENARIOS, Runs, Work

Row = dict[str, Any]

YEAR = 12
WITH, WITHOUT = Setting(True, SUGGESTED), Setting(False, SUGGESTED)
SCORED: tuple[Work, ...] = tuple((scenario, setting) for setting in (WITH, WITHOUT) for scenario in SCENARIOS)
FIXED_SHARES: tuple[Work, ...] = tuple(("moderate", Setting(True, fixed)) for fixed in (LOW, SUGGESTED, HIGH))


def default_shares(firms: Sequence[Statement], runs: Runs, works: Iterable[Work]) -> list[Row]:
    """In percent of the survivors and of the bankrupt, those that default within 12 and within 24 months."""
    return [
        {"scenario": scenario, "revolver": setting.with_revolver, "fixed_shares": str(setting.fixed)}
        | {
            f"{name}_{horizon}": percent(
                figures.months_to_default(horizon) <= horizon
                for firm, figures in zip(firms, runs[scenario, setting], strict=True)
                if firm.bankrupt is bankrupt
            )
            for name, bankrupt in (("survivors", False), ("bankrupt", True))
            for horizon in (YEAR, HORIZON)
        }
        for scenario, setting in works
    ]


def discrimination(firms: Sequence[Statement], runs: Runs) -> list[Row]:
    """AUC of each scenario and of the four summed, by months to default and by lowest liquidity."""
    bankrupt = [firm.bankrupt for firm in firms]
    return [
        {"scenario": name, "revolver": setting.with_revolver}
        | {key: round(auc(total, bankrupt), 3) for key, total in summed_scores(runs, scenarios, setting).items()}
        for setting in (WITH, WITHOUT)
        for name, scenarios in {**{name: (name,) for name in SCENARIOS}, "summed": SCENARIOS}.items()
    ]


def summed_scores(runs: Runs, scenarios: Sequence[str], setting: Setting) -> dict[str, list[int]]:
    """Each score of every firm, summed over scenarios."""
    by_firm = list(zip(*[runs[scenario, setting] for scenario in scenarios], strict=True))
    return {
        "months_12": [sum(figures.months_to_default(YEAR) for figures in firm) for firm in by_firm],
        "months_24": [sum(figures.months_to_default(HORIZON) for figures in firm) for firm in by_firm],
        "liquidity": [sum(figures.lowest_liquidity for figures in firm) for firm in by_firm],
    }


def z_score(firms: Sequence[Statement]) -> Row:
    """AUC of Altman's Z'' on the same firms, and how far chance alone moves such an area."""
    bankrupt = [firm.bankrupt for firm in firms]
    area = auc([firm.z_score for firm in firms], bankrupt)
    error = standard_error(area, len(firms) - sum(bankrupt), sum(bankrupt))
    return {"area": round(area, 3), "standard_error": round(error, 3)}


def calibration(firms: Sequence[Statement], runs: Runs, setting: Setting) -> list[Row]:
    """The firms by the mildest scenario under which they default within a year, and how many of each failed."""
    by_firm = list(zip(*[runs[scenario, setting] for scenario in SCENARIOS], strict=True))
    groups: dict[str, list[bool]] = {name: [] for name in (*SCENARIOS, "none")}
    for firm, of_firm in zip(firms, by_firm, strict=True):
        defaults = (name for name, f in zip(SCENARIOS, of_firm, strict=True) if f.months_to_default(YEAR) <= YEAR)
        groups[next(defaults, "none")].append(firm.bankrupt)
    return [
        {"scenario": name, "firms": len(group), "bankrupt": sum(group), "share": percent(group)}
        for name, group in groups.items()
    ]


def percent(flags: Iterable[bool]) -> float:
    """The share that is set, in percent to one decimal."""
    listed = list(flags)
    return round(100 * share(listed), 1) if listed else 0.0


def curves(firms: Sequence[Statement], runs: Runs) -> dict[str, list[Point]]:
    """ROC curves of the months to default with a revolver, in the base case and summed, and of Z''."""
    scores: dict[str, Sequence[float]] = {
        "base": summed_scores(runs, ("base",), WITH)["months_24"],
        "summed": summed_scores(runs, SCENARIOS, WITH)["months_24"],
        "z": [firm.z_score for firm in firms],
    }
    bankrupt = [firm.bankrupt for firm in firms]
    return {name: thinned(roc(score, bankrupt)) for name, score in scores.items()}


def thinned(points: Sequence[Point]) -> list[Point]:
    """At most 101 points of a curve, its first and last among them, to three decimals."""
    last = len(points) - 1
    chosen = sorted({round(last * n / min(last, 100)) for n in range(min(last, 100) + 1)})
    return [(round(points[n][0], 3), round(points[n][1], 3)) for n in chosen]
