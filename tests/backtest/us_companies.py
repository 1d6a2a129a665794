"""Ten companies of the US bankruptcy data in their last year: shown, not scored, for ten say nothing about shares."""

import csv
from pathlib import Path

from .ratios import DATA, Statement

FILE = DATA / "us_bankruptcy_1999_2018_subset130.csv"


def last_years(path: Path = FILE) -> list[Statement]:
    """Each company's last year in the file, in the order of the file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        years = {fields["company_name"]: fields for fields in csv.DictReader(file)}
    return [_statement(fields) for fields in years.values()]


def _statement(fields: dict[str, str]) -> Statement:
    """Shares of total assets. Cash is what current assets have besides stock and receivables: it is not given.

    Current liabilities are trade credit, for what they have of debt is not given either.
    """
    total = float(fields["X10"])
    x = {name: float(fields[name]) / total for name in fields if name.startswith("X")}
    cash = max(x["X1"] - x["X5"] - x["X7"], 0.0)
    return Statement(
        name=f"{fields['company_name']} {fields['year']}",
        bankrupt=fields["status_label"] == "failed",
        revenue=x["X9"],
        cost_of_sales=x["X2"],
        operating_expenses=x["X18"] - x["X2"],
        depreciation=x["X3"],
        cash=cash,
        receivables=x["X7"],
        inventory=x["X5"],
        fixed_assets=max(1 - x["X1"], 0.0),
        other_assets=0.0,
        payables=x["X14"],
        repaid_debt=x["X11"],
        renewed_debt=0.0,
        other_liabilities=max(x["X17"] - x["X11"] - x["X14"], 0.0),
        z_score=_z_score(x),
    )


def _z_score(x: dict[str, float]) -> float:
    equity = 1 - x["X17"]
    return 3.25 + 6.56 * (x["X1"] - x["X14"]) + 3.26 * x["X15"] + 6.72 * x["X12"] + 1.05 * equity / x["X17"]
