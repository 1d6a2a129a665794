"""The result as tables for people: what `make backtest` prints is what docs/backtest.md shows."""

import re
from collections.abc import Sequence
from typing import Any

Result = dict[str, Any]

_LINES = ("10 % of sales", "no revolver")
_BLOCK = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end of table -->)", re.S)


def page_with(page: str, result: Result) -> str:
    """A page with each of its tables as the result has it."""
    tables = all_tables(result)
    return _BLOCK.sub(lambda block: f"{block[1]}{tables[block[2]]}\n{block[3]}", page)


def all_tables(result: Result) -> dict[str, str]:
    """Every table by its name, in Markdown."""
    return {
        "firms": _firms(result),
        "shares": _shares(result["shares"], "scenario", "scenario"),
        "fixed_shares": _shares(result["fixed_shares"], "fixed_shares", "fixed shares, moderate"),
        "discrimination": _discrimination(result),
        "calibration": _calibration(result),
        "order": _causes(result, "order"),
        "fewer_sales": _causes(result, "fewer_sales"),
        "higher_lows": _higher_lows(result),
        "readings": _readings(result),
        "us_companies": _us_companies(result),
    }


def template_sentences(result: Result) -> dict[str, str]:
    """What the description of each template says it was measured to do."""
    within = {(row["scenario"], row["revolver"]): f"{row['survivors_12']:.1f} %" for row in result["shares"]}
    low, _, high = (f"{row['survivors_12']:.1f} % at {row['fixed_shares']}" for row in result["fixed_shares"])
    sentences = {
        template: f"{within[template, True]} of real surviving firms default within 12 months with an undrawn revolver"
        f" of 10 % of sales, {within[template, False]} without a revolver (base case: {within['base', True]} and"
        f" {within['base', False]})."
        for template in ("mild", "moderate", "severe")
    }
    sentences["moderate"] += f" With other fixed shares of cost and the revolver: {low}, {high}."
    return sentences


def markdown(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table whose columns line up."""
    cells = [head, *[[str(cell) for cell in row] for row in rows]]
    widths = [max(len(row[n]) for row in cells) for n in range(len(head))]
    lines = [f"| {' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))} |" for row in cells]
    return "\n".join([lines[0], f"|{'|'.join('-' * (width + 2) for width in widths)}|", *lines[1:]])


def _firms(result: Result) -> str:
    firms = result["firms"]
    rows = [
        ("survived the year, scored", f"{firms['survivors']:,}"),
        ("bankrupt within it, scored", f"{firms['bankrupt']:,}"),
        *((f"left out: {reason}", count) for reason, count in firms["refused"].items()),
    ]
    return markdown(("rows of the file", "firms"), rows)


def _shares(rows: Sequence[dict[str, Any]], key: str, head: str) -> str:
    columns = ("survivors_12", "survivors_24", "bankrupt_12", "bankrupt_24")
    lines = [(_revolver(row["revolver"]), row[key], *(f"{row[name]:.1f}" for name in columns)) for row in rows]
    names = ("survivors, 12 months", "24 months", "bankrupt, 12 months", "24 months")
    return markdown(("revolver", head, *names), lines)


def _discrimination(result: Result) -> str:
    columns = ("months_12", "months_24", "liquidity")
    lines = [
        (_revolver(row["revolver"]), row["scenario"], *(f"{row[name]:.3f}" for name in columns))
        for row in result["discrimination"]
    ]
    score = result["z_score"]
    lines += [("", f"Altman's Z'' (standard error {score['standard_error']:.3f})", f"{score['area']:.3f}", "", "")]
    head = ("revolver", "scenario", "months to default, 12", "months to default, 24", "lowest liquidity")
    return markdown(head, lines)


def _calibration(result: Result) -> str:
    lines = [(row["scenario"], f"{row['firms']:,}", row["bankrupt"], f"{row['share']:.1f}") for row in _groups(result)]
    return markdown(("defaults within 12 months first in", "firms", "of them bankrupt", "percent"), lines)


def _groups(result: Result) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = result["calibration"]
    return groups


def _causes(result: Result, section: str) -> str:
    """How many firms for each cause, with and without a revolver."""
    by_revolver = result[section]
    causes = list(by_revolver["True"])
    lines: list[tuple[object, ...]] = [
        (cause, *(len(names[cause]) for names in by_revolver.values())) for cause in causes
    ]
    total = [sum(map(len, names.values())) for names in by_revolver.values()]
    return markdown(("why", *_LINES), [*lines, ("together", *total), _percent_of_firms(result, total)])


def _higher_lows(result: Result) -> str:
    counts = list(result["higher_lows"].values())
    return markdown(("", *_LINES), [("a higher lowest liquidity", *counts), _percent_of_firms(result, counts)])


def _percent_of_firms(result: Result, counts: Sequence[int]) -> tuple[object, ...]:
    firms = result["firms"]["survivors"] + result["firms"]["bankrupt"]
    return (f"in percent of {firms:,} firms", *(f"{100 * count / firms:.2f}" for count in counts))


def _readings(result: Result) -> str:
    scenarios = [f"{row['scenario']}{'' if row['revolver'] else ', none'}" for row in result["shares"]]
    lines = [(name, *(f"{share:.1f}" for share in shares)) for name, shares in result["readings"].items()]
    return markdown(("reading of the ratios", *scenarios), lines)


def _us_companies(result: Result) -> str:
    scenarios = ("base", "mild", "moderate", "severe")
    lines = [
        (
            row["company"],
            "failed" if row["failed"] else "alive",
            *(row[name] or "none" for name in scenarios),
            f"{row['z_score']:.2f}",
        )
        for row in result["us_companies"]
    ]
    return markdown(("company, last year", "label", *scenarios, "Z''"), lines)


def _revolver(committed: bool) -> str:
    return "10 % of sales" if committed else "none"
