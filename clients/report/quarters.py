"""What a committee reads by quarter: the statements, what falls due to whom, and the tests of the covenants.

A quarter is three months of the horizon; the last one has what is left. All stop with the quarter of the first default.
"""

from collections.abc import Iterator

from seawall.v1.covenant_pb2 import CovenantKind, CovenantStatus
from seawall.v1.report_pb2 import LineNature

from .cells import Cell, Money, Multiple, Table, money_in, money_or
from .committee import AFTER_DEFAULT
from .story import Story, monthly_amounts
from .wording import choice, title

MONTHS = 3
UNTESTED = (CovenantStatus.COVENANT_STATUS_UNSPECIFIED, CovenantStatus.COVENANT_STATUS_NOT_TESTED)

#: Statement -> its lines in the order of the trade; those of nothing in every quarter are left out, but for cash.
STATEMENTS = {
    "Income statement": (
        "income.revenue",
        "income.cost_of_sales",
        "income.operating_expenses",
        "income.ebitda",
        "income.depreciation_and_amortisation",
        "income.interest_expense",
        "income.profit_before_tax",
        "income.tax",
        "income.net_income",
    ),
    "Cash flow": (
        "month.opening_cash",
        "cash_flow.collections",
        "cash_flow.operating_payments",
        "cash_flow.interest_payments",
        "cash_flow.operating_cash_flow",
        "cash_flow.capital_expenditure_payments",
        "cash_flow.principal_payments",
        "cash_flow.revolver_draws",
        "cash_flow.revolver_repayments",
        "cash_flow.sweep_prepayments",
        "cash_flow.equity_cure",
        "cash_flow.financing_cash_flow",
        "cash_flow.moved_to_restricted",
        "cash_flow.net_cash_flow",
        "position.cash",
    ),
    "Balance sheet": (
        "position.cash",
        "position.restricted_cash",
        "position.receivables",
        "position.inventory",
        "position.fixed_assets",
        "position.other_assets",
        "position.total_assets",
        "position.payables",
        "position.operating_arrears",
        "position.tax_position",
        "position.other_liabilities",
        "position.accrued_interest",
        "position.interest_arrears",
        "position.debt",
        "position.total_liabilities",
        "position.equity",
    ),
}

#: Lines of what leaves, written below 0 so that a statement adds up as it reads.
TAKEN = frozenset(
    f"income.{name}"
    for name in ("cost_of_sales", "operating_expenses", "depreciation_and_amortisation", "interest_expense", "tax")
) | frozenset(
    f"cash_flow.{name}"
    for name in (
        "operating_payments",
        "capital_expenditure_payments",
        "interest_payments",
        "principal_payments",
        "revolver_repayments",
        "sweep_prepayments",
        "moved_to_restricted",
    )
)
#: Lines that add up those above.
SUMS = frozenset(
    (
        *("income.ebitda", "income.profit_before_tax", "income.net_income"),
        *("cash_flow.operating_cash_flow", "cash_flow.financing_cash_flow", "cash_flow.net_cash_flow"),
        *("position.total_assets", "position.total_liabilities", "position.equity"),
    )
)
OPENING, CASH = "month.opening_cash", "position.cash"
NAMES = {("Cash flow", OPENING): "Cash at the start", ("Cash flow", CASH): "Cash at the end"}


def quarters(story: Story) -> list[range]:
    """The months of each quarter, up to the one of the first default."""
    last = story.first_default or len(story.months)
    return [story.months[start : start + MONTHS] for start in range(0, last, MONTHS)]


def _headings(story: Story) -> tuple[str, ...]:
    return tuple(
        f"{story.header.period_ends[quarter[-1] - 1]}{'*' if story.is_after_default(quarter[-1]) else ''}"
        for quarter in quarters(story)
    )


def _note(story: Story) -> str:
    if not story.first_default:
        return ""
    return f"* Counts the months from the default in month {story.first_default} on too."


def _by_quarter(story: Story, path: str, item: str = "") -> list[int | None]:
    """A line by quarter: the sum of a flow, the last of a balance; None where a month of it is not known."""
    line = story.line(path, item)
    amounts = monthly_amounts(line)
    of_quarters = [[amounts[period - 1] for period in quarter] for quarter in quarters(story)]
    if line.nature != LineNature.LINE_NATURE_FLOW:
        return [values[-1] for values in of_quarters]
    return [None if None in values else sum(filter(None, values)) for values in of_quarters]


def statements(story: Story) -> list[Table]:
    """The three statements: flows summed over the quarter, balances at its end; what leaves is below 0."""
    return [_statement(story, name, paths) for name, paths in STATEMENTS.items()]


def _statement(story: Story, name: str, paths: tuple[str, ...]) -> Table:
    by_path = {path: _written(story, path) for path in paths}
    shown = [path for path, amounts in by_path.items() if any(amounts) or path in (OPENING, CASH)]
    rows = [(_line_name(name, path), *map(money_or, by_path[path])) for path in shown]
    sums = frozenset(row for row, path in enumerate(shown) if path in SUMS or (name, path) == ("Cash flow", CASH))
    heading, headings = f"{name} by quarter", ("To the end of", *_headings(story))
    return Table(name.lower().replace(" ", "-"), heading, headings, rows, note=_note(story), sums=sums)


def _line_name(statement: str, path: str) -> str:
    return NAMES.get((statement, path)) or title(path.rpartition(".")[2])


def _written(story: Story, path: str) -> list[int | None]:
    """A line by quarter as a statement has it."""
    if path == OPENING:
        opening = story.amounts(path)
        return [opening[quarter[0] - 1] for quarter in quarters(story)]
    sign = -1 if path in TAKEN else 1
    return [None if amount is None else sign * amount for amount in _by_quarter(story, path)]


def maturities(story: Story) -> Table:
    """Principal that falls due by quarter and debt, and in the year after the horizon."""
    rows: list[tuple[Cell, ...]] = []
    for line in story.executive.capital_structure:
        due = _by_quarter(story, "facilities.principal_scheduled", line.facility.facility_id)
        rows.append((line.facility.facility_id, *map(money_or, due), money_in(line, "wall_minor", AFTER_DEFAULT)))
    headings = ("Debt", *_headings(story), "Year after")
    return Table("maturities", "Principal due by quarter", headings, rows, note=_note(story))


def covenant_tests(story: Story) -> Table:
    """Every test of every covenant up to the default, with its ratio and what is left."""
    rows = [row for covenant in story.executive.covenants for row in _tests(story, covenant.covenant_id, covenant.kind)]
    headings = ("Covenant", "Tested at", "Ratio", "Asked", "Headroom", "Result")
    return Table("covenant-tests", "Covenants by test date", headings, rows, frozenset((0, 1, 5)))


def _tests(story: Story, covenant_id: str, kind: int) -> Iterator[tuple[Cell, ...]]:
    statuses = story.line("covenants.status", covenant_id).tests
    is_amount = kind == CovenantKind.COVENANT_KIND_MIN_LIQUIDITY
    less_is_better = kind == CovenantKind.COVENANT_KIND_MAX_NET_LEVERAGE
    ratios = story.line("covenants.ratio", covenant_id).ratios
    for period in range(1, story.aggregated.through_period + 1):
        status = statuses[period - 1]
        if status in UNTESTED:
            continue
        threshold: Cell = (
            Money(story.amounts("covenants.denominator", covenant_id)[period - 1])
            if is_amount
            else f"{story.line('covenants.threshold', covenant_id).rates[period - 1]}x"
        )
        yield (
            covenant_id,
            story.header.period_ends[period - 1],
            Multiple(ratios[period - 1], less_is_better),
            threshold,
            Money(story.amounts("covenants.headroom", covenant_id)[period - 1]),
            choice(CovenantStatus.DESCRIPTOR, status),
        )
