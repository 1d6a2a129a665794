"""The whole backtest as plain values, and where they are stored: every figure that the docs and the templates quote."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .causes import causes, higher_lows
from .ratios import DATA, Reading, Refusal, Statement, rows
from .runs import COHERENT, FEWER_SALES, SCENARIOS, Runs, run_all
from .scoring import (
    FIXED_SHARES,
    SCORED,
    WITH,
    WITHOUT,
    calibration,
    curves,
    default_shares,
    discrimination,
    z_score,
)
from .us_companies import last_years

FILE = DATA / "result.json"
EVERY = 20  #: the firms of a quick run
EVERY_SURVIVOR = 10  #: the survivors of other readings
CASH = Reading(all_liquid_is_cash=True)
COST = CASH._replace(operating_expenses=0.0)
DEBT = COST._replace(all_debt_is_renewed=True)
READINGS = {
    "all that is liquid is cash": CASH,
    "and cost by nature is all cost of sales": COST,
    "and long-term debt is renewed too": DEBT,
    "and half of the trade credit stands still": DEBT._replace(trade_credit=0.5),
}


def measured() -> dict[str, Any]:
    """All figures of the backtest, in two to three minutes on two free processors."""
    firms = [firm for firm in rows() if isinstance(firm, Statement)]
    fewer_sales = [(FEWER_SALES, setting) for setting in (WITH, WITHOUT)]
    runs = run_all(firms, list(dict.fromkeys([*SCORED, *FIXED_SHARES, *fewer_sales])))
    return {
        "firms": reading_counts(),
        "shares": default_shares(firms, runs, SCORED),
        "fixed_shares": default_shares(firms, runs, FIXED_SHARES),
        "discrimination": discrimination(firms, runs),
        "z_score": z_score(firms),
        "calibration": calibration(firms, runs, WITH),
        "order": {str(setting.with_revolver): causes(firms, runs, COHERENT, setting) for setting in (WITH, WITHOUT)},
        "fewer_sales": {
            str(setting.with_revolver): causes(firms, runs, ("base", FEWER_SALES), setting)
            for setting in (WITH, WITHOUT)
        },
        "higher_lows": {str(setting.with_revolver): higher_lows(runs, setting) for setting in (WITH, WITHOUT)},
        "readings": other_readings(firms, runs),
        "us_companies": us_companies(),
        "roc": curves(firms, runs),
        "sample": default_shares(firms[::EVERY], runs_of(runs, range(0, len(firms), EVERY)), SCORED),
    }


def reading_counts() -> dict[str, Any]:
    """How many rows of the file are firms that are scored, and why the others are not."""
    firms = list(rows())
    reasons = Counter(firm.reason for firm in firms if isinstance(firm, Refusal))
    scored = [firm for firm in firms if isinstance(firm, Statement)]
    bankrupt = sum(firm.bankrupt for firm in scored)
    return {"survivors": len(scored) - bankrupt, "bankrupt": bankrupt, "refused": dict(sorted(reasons.items()))}


def other_readings(firms: Sequence[Statement], runs: Runs) -> dict[str, list[float]]:
    """In percent, the survivors that default within 12 months, in the order of SCORED; of every tenth survivor."""
    survivors = [n for n, firm in enumerate(firms) if not firm.bankrupt][::EVERY_SURVIVOR]
    names = {firms[n].name for n in survivors}
    shares = {"as scored": default_shares([firms[n] for n in survivors], runs_of(runs, survivors), SCORED)}
    for name, reading in READINGS.items():
        again = [firm for firm in rows(reading) if isinstance(firm, Statement) and firm.name in names]
        shares[name] = default_shares(again, run_all(again, SCORED), SCORED)
    return {name: [row["survivors_12"] for row in table] for name, table in shares.items()}


def runs_of(runs: Runs, positions: Sequence[int]) -> Runs:
    """The figures of some firms."""
    return {work: [figures[n] for n in positions] for work, figures in runs.items()}


def us_companies() -> list[dict[str, Any]]:
    """The month of the first default of each company in each scenario, without a revolver; 0 where there is none."""
    firms = last_years()
    runs = run_all(firms, [(scenario, WITHOUT) for scenario in SCENARIOS])
    return [
        {"company": firm.name, "failed": firm.bankrupt, "z_score": round(firm.z_score, 2)}
        | {scenario: runs[scenario, WITHOUT][n].first_default for scenario in SCENARIOS}
        for n, firm in enumerate(firms)
    ]


def stored(path: Path = FILE) -> dict[str, Any]:
    """What the last whole run gave."""
    result: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return result


def text_of(result: dict[str, Any]) -> str:
    """As it is stored, a section a line."""
    sections = (f"{json.dumps(name)}: {json.dumps(section)}" for name, section in result.items())
    return "{{\n{}\n}}\n".format(",\n".join(sections))
