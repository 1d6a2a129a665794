"""The live check of a balance sheet: formulas below its lines, of which the last must read 0."""

from collections.abc import Iterator
from decimal import Decimal

from ..files.tree import Fields
from .cells import NUMBER
from .filling import items
from .layout import ALL, CHECKS, Line, Sheet

SHEET, DEBT, REVOLVER = ALL["balance_sheet"], ALL["debt"], ALL["revolver"]
ASSETS = ("cash", "restricted_cash", "receivables", "inventory", "fixed_assets", "other_assets")
BORROWED = {DEBT: DEBT.by_name["principal"], REVOLVER: REVOLVER.by_name["drawn"]}  #: where the debt stands
DECIMALS = 8  #: of cents in millions


def formulas(
    cells: dict[str, str], borrowed: list[str], row: int, tree: Fields | None
) -> Iterator[tuple[str, str, float]]:
    """Each check with its formula and what that gives now: `cells` of the lines, `borrowed` the cells of all debt.

    The first check stands in `row`, which counts from 1, under the values.
    """
    assets = ",".join(cell for name, cell in cells.items() if name in ASSETS)
    liabilities = ",".join(cell for name, cell in cells.items() if name not in ASSETS)
    total_assets = _sum(tree, SHEET, [line for line in SHEET.lines if line.name in ASSETS])
    debt = sum(_sum(tree, sheet, [line]) for sheet, line in BORROWED.items())
    claims = debt + _sum(tree, SHEET, [line for line in SHEET.lines if line.name not in ASSETS])
    column = next(iter(cells.values()))[0]
    yield CHECKS[0], f"=SUM({assets})", float(total_assets)
    yield CHECKS[1], f"=SUM({','.join(borrowed)})", float(debt)
    yield CHECKS[2], f"=SUM({liabilities})+{column}{row + 1}", float(claims)
    yield CHECKS[3], f"=ROUND({column}{row}-{column}{row + 2},{DECIMALS})", float(total_assets - claims)


def _sum(tree: Fields | None, sheet: Sheet, lines: list[Line]) -> Decimal:
    texts = [text for values in items(sheet, tree) for line in lines for text in values.get(line, ())]
    return sum((Decimal(text) for text in texts if NUMBER.fullmatch(text)), Decimal())
