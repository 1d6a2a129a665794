"""The result as tables for people: what `make backtest` prints is what docs/backtest.md shows."""

import re
from collections.abc import Sequence
from typing import Any

Result = dict[str, Any]

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
        "order": _causes(result, result["order"]),
        "fewer_sales": _causes(result, result["fewer_sales"]),
        "readings": _readings(result),
        "us_companies": _us_companies(result),
    }


def template_sentence(result: Result, template: str) -> str:
    """What the description of a template says it was measured to do."""
    within = {(row["scenario"], row["revolver"]): f"{row['survivors_12']:.0f} %" for row in result["shares"]}
    return (
        f"{within[template, True]} of real surviving firms default within 12 months with an undrawn revolver of 10 % of"
        f" sales, {within[template, False]} without a revolver (base case: {within['base', True]} and"
        f" {within['base', False]})."
    )


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
    head = ("revolver", "scenario", "months to default, 12", "months to default, 24", "lowest liquidity")
    return markdown(head, [*lines, ("", "Altman's Z''", f"{result['z_score']:.3f}", "", "")])


def _calibration(result: Result) -> str:
    lines = [(row["scenario"], f"{row['firms']:,}", row["bankrupt"], f"{row['share']:.1f}") for row in _groups(result)]
    return markdown(("defaults within 12 months first in", "firms", "of them bankrupt", "percent"), lines)


def _groups(result: Result) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = result["calibration"]
    return groups


def _causes(result: Result, by_revolver: dict[str, dict[str, list[str]]]) -> str:
    """How many firms for each cause, with and without a revolver."""
    firms = result["firms"]["survivors"] + result["firms"]["bankrupt"]
    lines: list[tuple[object, ...]] = [
        (cause, *(len(names[cause]) for names in by_revolver.values())) for cause in by_revolver["True"]
    ]
    total = [sum(map(len, names.values())) for names in by_revolver.values()]
    lines = [
        *lines,
        ("together", *total),
        (f"in percent of {firms:,} firms", *(f"{100 * n / firms:.2f}" for n in total)),
    ]
    return markdown(("why", "10 % of sales", "no revolver"), lines)


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
