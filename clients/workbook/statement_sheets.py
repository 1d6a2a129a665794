"""The statements in their order: income and cash flow on a page, balance sheet, liquidity and coverage on another."""

from collections.abc import Mapping, Sequence
from functools import partial

from seawall.v1 import report_pb2 as granular
from seawall.v1.report_pb2 import ComparisonKind

from ..report.story import Story, monthly_amounts
from ..report.wording import title
from .formulas import Place, cell, signed_sum
from .statement_lines import (
    CASH_FLOW,
    CLAIMS,
    CLOSING_CASH,
    COVERAGE,
    DEBT,
    EQUITY,
    INCOME,
    LAPSED,
    LAST_TWELVE,
    LIQUIDITY,
    NET,
    OPENING_CASH,
    POSITION,
    UNPAID,
    Line,
)
from .time_columns import OPENING, Amounts, Nature
from .time_grid import Terms, TimeGrid

INCOME_SHEET, BALANCE_SHEET = "Income and cash flow", "Balance sheet"
RUN_LABELS = {
    ComparisonKind.COMPARISON_KIND_BASE: "Liquidity without the stress",
    ComparisonKind.COMPARISON_KIND_LOW_FIXED_SHARES: "Liquidity, low fixed shares",
    ComparisonKind.COMPARISON_KIND_HIGH_FIXED_SHARES: "Liquidity, high fixed shares",
}
SUM = ("bold", "over")  #: how a sum looks
NO_OPENING: Mapping[str, int] = {}
#: Line of the opening balance sheet -> its name in the company, where it differs; not there means 0 on the first day.
OPENING_NAMES = {"tax_position": "tax_payable", "operating_arrears": "", "interest_arrears": "", "debt": ""}


def amounts_of(story: Story, line: Line, item: str = "", opening: int | None = None) -> Amounts:
    """A line of the granular view with the sign of its statement; one that is known in no month is not there."""
    section, _, figure = line.path.rpartition(".")
    of_view = story.lines.get((section, item, figure))
    if of_view is None:
        return Amounts(line.name, [None] * len(story.months), Nature.STOCK)
    amounts = amounts_by_month(of_view, line.name)
    months = [None if amount is None else line.sign * amount for amount in amounts.months]
    return amounts._replace(months=months, opening=opening)


def amounts_by_month(line: granular.Line, label: str) -> Amounts:
    nature = Nature.FLOW if line.nature == granular.LineNature.LINE_NATURE_FLOW else Nature.STOCK
    return Amounts(label, monthly_amounts(line), nature)


def write_lines(grid: TimeGrid, story: Story, lines: Sequence[Line], opening: Mapping[str, int] = NO_OPENING) -> None:
    """Lines below each other; a sum stands out from what it is made of."""
    for line in lines:
        amounts = amounts_of(story, line, opening=opening.get(line.path))
        if line.terms:
            grid.amounts(line.path, amounts, partial(_sum_of, grid, line.terms), *SUM)
        else:
            grid.amounts(line.path, amounts)


def _sum_of(grid: TimeGrid, paths: Sequence[str], column: int) -> str:
    terms = [(-1 if path[0] == "-" else 1, grid.place(path.removeprefix("-"), column)) for path in paths]
    return signed_sum(terms)


def income_and_cash_flow(grid: TimeGrid, story: Story) -> None:
    """The income statement, and how the cash of each period rolls from its opening to its closing."""
    grid.section("Income statement")
    write_lines(grid, story, INCOME)
    grid.section("Cash flow")
    grid.announce(CLOSING_CASH, grid.row + 1 + len(CASH_FLOW))
    opening = Amounts("Opening cash", story.amounts(OPENING_CASH), Nature.FIRST)

    def rolled(column: int) -> str:
        return f"={cell(grid.place(CLOSING_CASH, grid.columns.before(column)))}"

    grid.amounts(OPENING_CASH, opening, rolled)
    write_lines(grid, story, CASH_FLOW)
    closing = Amounts("Closing cash", story.amounts("position.cash"), Nature.CLOSING)
    grid.amounts(CLOSING_CASH, closing, partial(_sum_of, grid, (OPENING_CASH, NET)), *SUM)
    grid.number(CLOSING_CASH, OPENING, story.company.balance_sheet.cash_minor, *SUM)
    write_lines(grid, story, [LAPSED])


def opening_balances(story: Story) -> dict[str, int]:
    """The balance sheet of the first day, in minor units, by the path of the line."""
    balances = {}
    for line in POSITION:
        name = line.path.rpartition(".")[2]
        name = OPENING_NAMES.get(name, name)
        balances[line.path] = getattr(story.company.balance_sheet, f"{name}_minor", 0) if name else 0
    balances[DEBT] = sum(line.opening_balance_minor for line in story.executive.capital_structure)
    for line in POSITION:
        if line.terms:
            balances[line.path] = sum(balances[path] for path in line.terms)
    return balances


def balance_sheet(grid: TimeGrid, income: TimeGrid, story: Story) -> range:
    """Position, liquidity and coverage; below them the checks, whose rows it gives."""
    grid.section("Balance sheet")
    write_lines(grid, story, POSITION, opening_balances(story))
    total = amounts_of(story, Line("position.total_assets"))._replace(label="Total liabilities and equity")
    total = total._replace(opening=opening_balances(story)["position.total_assets"])
    grid.amounts(CLAIMS, total, partial(_sum_of, grid, ("position.total_liabilities", EQUITY)), *SUM)
    _liquidity(grid, story)
    _coverage(grid, story)
    return _checks(grid, income)


def _liquidity(grid: TimeGrid, story: Story) -> None:
    grid.section("Liquidity")
    write_lines(grid, story, LIQUIDITY)
    minimum = [story.minimum_cash_minor] * len(story.months)
    grid.amounts("minimum_cash", Amounts("Minimum cash", minimum, Nature.STOCK))
    for run in story.executive.comparison:
        if run.kind in RUN_LABELS and run.liquidity_minor:
            grid.run(RUN_LABELS[run.kind], run.liquidity_minor)
    write_lines(grid, story, UNPAID)


def _coverage(grid: TimeGrid, story: Story) -> None:
    grid.section("Coverage of the last twelve months")
    for ratio, amounts in COVERAGE.items():
        paths = [f"{LAST_TWELVE}.{name}" for name in amounts]
        write_lines(grid, story, [Line(path) for path in paths])
        grid.ratios(title(ratio), story.ratios(f"{LAST_TWELVE}.{ratio}"), (paths[0], paths[1]))
    over = (DEBT, f"{LAST_TWELVE}.adjusted_ebitda")
    grid.ratios("Leverage: debt over adjusted EBITDA", story.ratios("exposure.leverage"), over, less_is_better=True)


def _checks(grid: TimeGrid, income: TimeGrid) -> range:
    grid.section("Checks, 0 in every column")

    def of_income(name: str, column: int) -> Place:
        return income.place(name, column, INCOME_SHEET)

    def cash(column: int) -> Terms:
        return [(1, of_income(CLOSING_CASH, column)), (-1, grid.place("position.cash", column))]

    def position(column: int) -> Terms:
        return [(1, grid.place("position.total_assets", column)), (-1, grid.place(CLAIMS, column))]

    def equity(column: int) -> Terms:
        return [
            (1, grid.place(EQUITY, column)),
            (-1, grid.place(EQUITY, grid.columns.before(column))),
            (-1, of_income("income.net_income", column)),
            (-1, of_income("cash_flow.equity_cure", column)),
        ]

    first = grid.check("Closing cash less cash of the balance sheet", cash, from_opening=True)
    grid.check("Assets less liabilities and equity", position, from_opening=True)
    last = grid.check("Equity less that before, net income and cures", equity)
    return range(first, last + 1)
