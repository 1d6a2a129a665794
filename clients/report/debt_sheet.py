"""Debt: how all of it rolls, what of it falls due, the covenants by test date, and then each debt by itself."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import partial
from typing import NamedTuple

from xlsxwriter.utility import xl_range_abs

from seawall.v1.covenant_pb2 import CovenantKind, CovenantStatus
from seawall.v1.report_pb2 import CapitalStructureLine, CovenantLine

from ..client.values import major
from .committee import AFTER_DEFAULT
from .formulas import cell, multiple_of, signed_sum
from .quarters import UNTESTED
from .sheet_cells import Value
from .sheet_printing import MOST_ROWS_OF_A_PAGE
from .statement_lines import DEBT, Line
from .statement_sheets import BALANCE_SHEET, SUM, amounts_of
from .story import Story
from .time_columns import LABEL, OPENING, Amounts, Nature
from .time_grid import Computed, Terms, TimeGrid
from .wording import choice, multiple_value

DEBT_SHEET = "Debt"
OPENING_LABEL, CLOSING, PRINCIPAL_DUE = "Opening balance", "Closing balance", "Principal due"
#: The roll of a debt: its opening, what changes it, and its closing as their sum.
ROLL = (
    Line("facilities.drawn"),
    Line("facilities.interest_capitalised"),
    Line("facilities.principal_paid", -1),
    Line("facilities.prepaid", -1),
)
BESIDE = (
    Line("facilities.principal_scheduled", label=PRINCIPAL_DUE),
    Line("facilities.interest_due"),
    Line("facilities.interest_paid"),
    Line("facilities.interest_arrears"),
)
#: The figures that stand in this sheet.
DEBT_PATHS = frozenset(
    (
        *(line.path for line in (*ROLL, *BESIDE)),
        *(f"facilities.{figure}" for figure in ("opening_balance", "closing_balance", "rate")),
        *(f"covenants.{figure}" for figure in ("numerator", "denominator", "ratio", "threshold", "headroom", "status")),
    )
)
#: Rows of all debts: heading, opening, what changes it, closing, what stands beside it, check.
ALL_DEBTS = 1 + 1 + len(ROLL) + 1 + len(BESIDE) + 1
PRINCIPAL_ROWS = 3  #: of the principal due beside those of the debts: an empty one, heading, total
#: What a covenant sets against what.
COMPARED = {
    CovenantKind.COVENANT_KIND_MAX_NET_LEVERAGE: ("Net debt", "EBITDA"),
    CovenantKind.COVENANT_KIND_MIN_INTEREST_COVERAGE: ("EBITDA", "Cash interest"),
    CovenantKind.COVENANT_KIND_MIN_FIXED_CHARGE_COVERAGE: ("EBITDA less capital expenditure and tax", "Fixed charges"),
    CovenantKind.COVENANT_KIND_MIN_LIQUIDITY: ("Liquidity", "Least liquidity"),
}


def debt_sheet(grid: TimeGrid, position: TimeGrid, story: Story) -> tuple[range, int]:
    """Write the sheet; gives the rows of its checks and the last row that is printed.

    What there may be a thousand of comes last. Each debt is written first, because what stands above refers to it.
    """
    debts = len(story.executive.capital_structure)
    top = grid.row
    grid.row = top + ALL_DEBTS
    for covenant in story.executive.covenants:
        _covenant(grid, story, covenant)
    if not story.executive.covenants:
        grid.section("No covenants are given: whether one is breached is not known")
    of_principal = grid.row
    grid.row += PRINCIPAL_ROWS + debts if debts else 0
    first, before_each = grid.row + 1, grid.row - 1
    for line in story.executive.capital_structure:
        _debt(grid, story, line)
    end, grid.row = grid.row, top
    _all_debts(grid, story, range(first, end))
    check = grid.check("Debt less that of the balance sheet", lambda column: _difference(grid, position, column))
    if debts:
        grid.row = of_principal
        _principal_due(grid, story)
    grid.row = end
    return range(check, check + 1), end - 1 if end <= MOST_ROWS_OF_A_PAGE else before_each


def _difference(grid: TimeGrid, position: TimeGrid, column: int) -> Terms:
    return [(1, grid.place(CLOSING, column)), (-1, position.place(DEBT, column, BALANCE_SHEET))]


def _all_debts(grid: TimeGrid, story: Story, debts: range) -> None:
    """The roll of all debts; each change is the sum of the lines of that name below."""
    grid.section("All debts")
    lines = [_total(story, line) for line in (*ROLL, *BESIDE)]
    opening = sum(line.opening_balance_minor for line in story.executive.capital_structure)

    def summed(column: int) -> str:
        names = xl_range_abs(debts[0], LABEL, debts[-1], LABEL)
        figures = xl_range_abs(debts[0], column, debts[-1], column)
        return f"=SUMIF({names},{cell(('', grid.row, LABEL))},{figures})"

    balance = story.amounts(DEBT)
    _roll(grid, "", Balances([opening, *balance[:-1]], balance, opening), lines, summed if debts else None)


def _total(story: Story, line: Line) -> Amounts:
    """A line of all debts together."""
    of_debts = [amounts_of(story, line, facility.facility_id) for facility in story.header.facilities]
    months = [sum(filter(None, month)) for month in zip(*(amounts.months for amounts in of_debts), strict=True)]
    nature = of_debts[0].nature if of_debts else Nature.FLOW
    return Amounts(line.name, months or [0] * len(story.months), nature)


class Balances(NamedTuple):
    """What a debt opens and closes each month with, in minor units."""

    opening: Sequence[int]
    closing: Sequence[int]
    first: int  #: on the first day


def _roll(grid: TimeGrid, name: str, balances: Balances, lines: Sequence[Amounts], summed: Computed | None) -> None:
    """Opening, what changes it, closing as their sum; then what stands beside it."""
    opening, closing = f"{name}{OPENING_LABEL}", f"{name}{CLOSING}"
    grid.announce(closing, grid.row + 1 + len(ROLL))
    first = grid.row
    grid.amounts(
        opening,
        Amounts(OPENING_LABEL, balances.opening, Nature.FIRST),
        lambda column: f"={cell(grid.place(closing, grid.columns.before(column)))}",
    )
    for line in lines[: len(ROLL)]:
        grid.amounts(f"{name}{line.label}", line, summed)
    grid.amounts(
        closing,
        Amounts(CLOSING, balances.closing, Nature.CLOSING),
        lambda column: signed_sum([(1, ("", row, column)) for row in range(first, first + 1 + len(ROLL))]),
        *SUM,
    )
    grid.number(closing, OPENING, balances.first, *SUM)
    for line in lines[len(ROLL) :]:
        grid.amounts(f"{name}{line.label}", line, summed)


def _debt(grid: TimeGrid, story: Story, line: CapitalStructureLine) -> None:
    """A debt by itself."""
    facility = line.facility.facility_id
    grid.section(f"{facility}, lien {line.facility.lien}")
    balances = Balances(
        story.amounts("facilities.opening_balance", facility),
        story.amounts("facilities.closing_balance", facility),
        line.opening_balance_minor,
    )
    _roll(grid, f"{facility} ", balances, [amounts_of(story, each, facility) for each in (*ROLL, *BESIDE)], None)
    grid.values("Rate", "rate", list(map(Decimal, story.line("facilities.rate", facility).rates)))


def _principal_due(grid: TimeGrid, story: Story) -> None:
    """What falls due by debt, and in the year after the horizon."""
    grid.section("Principal due")
    first, after = grid.row, grid.columns.total + 1
    grid.heading(after, ("Year after", "the horizon"))
    due = Line("facilities.principal_scheduled")
    for line in story.executive.capital_structure:
        name = line.facility.facility_id
        source = f"{name} {PRINCIPAL_DUE}"
        amounts = amounts_of(story, due, name)._replace(label=name)
        grid.amounts(f"principal due, {name}", amounts, partial(_same_as, grid, source))
        wall = line.wall_minor if line.HasField("wall_minor") else None
        grid.number(f"principal due, {name}", after, wall, otherwise=AFTER_DEFAULT)
    total = _total(story, due)._replace(label="All debts")
    rows = range(first, grid.row)
    grid.amounts("principal due", total, lambda column: signed_sum([(1, ("", row, column)) for row in rows]), *SUM)


def _same_as(grid: TimeGrid, name: str, column: int) -> str:
    return f"={cell(grid.place(name, column))}"


def _covenant(grid: TimeGrid, story: Story, covenant: CovenantLine) -> None:
    """Each test of a covenant; a quarter shows the last test in it."""
    name, columns = covenant.covenant_id, grid.columns
    statuses = story.line("covenants.status", name).tests
    tested = [status not in UNTESTED for status in statuses]

    def last_test(span: range) -> int | None:
        return max((position for position in span if tested[position]), default=None)

    def row(label: str, kind: str, months: Sequence[Value], computed: Sequence[str] = ()) -> None:
        of_tests = [value if is_tested else None for value, is_tested in zip(months, tested, strict=True)]
        grid.values(label, kind, of_tests, computed, last_test)

    def amounts(figure: str) -> list[Value]:
        return [major(minor, story.minor_digits) for minor in story.amounts(f"covenants.{figure}", name)]

    grid.section(f"Covenant {name}: {choice(CovenantKind.DESCRIPTOR, covenant.kind)}")
    row("Tested on", "day", [date.fromisoformat(end) for end in story.header.period_ends])
    have, needed = COMPARED[covenant.kind]
    row(have, "money", amounts("numerator"))
    row(needed, "money", amounts("denominator"))
    above = grid.row - 2
    less_is_better = covenant.kind == CovenantKind.COVENANT_KIND_MAX_NET_LEVERAGE
    quotients = [
        multiple_of(("", above, column), ("", above + 1, column), less_is_better=less_is_better)
        for column in range(columns.first_month, columns.last + 1)
    ]
    rounding = ROUND_CEILING if less_is_better else ROUND_FLOOR
    ratios = story.line("covenants.ratio", name).ratios
    row("Ratio", "multiple", [multiple_value(ratio, rounding) for ratio in ratios], quotients)
    if covenant.kind != CovenantKind.COVENANT_KIND_MIN_LIQUIDITY:
        row("Threshold", "multiple", list(map(Decimal, story.line("covenants.threshold", name).rates)))
    row("Headroom", "money", amounts("headroom"))
    row("Result", "text", [choice(CovenantStatus.DESCRIPTOR, status) for status in statuses])
