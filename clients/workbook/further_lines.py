"""Every other figure of every month, below what is printed: the whole granular view is in the workbook."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby

from seawall.v1.covenant_pb2 import CovenantStatus
from seawall.v1.execution_pb2 import CoverageStatus
from seawall.v1.report_pb2 import Line

from ..report.story import Story
from ..report.wording import choice, defined, section_title, title
from .debt_sheet import DEBT_PATHS
from .statement_lines import STATEMENT_PATHS
from .statement_sheets import amounts_by_month
from .time_grid import TimeGrid
from .writing import Value

NOT_PRINTED = "Not printed: every other figure"
SHARES = ("loan_to_value", "headroom_share")  #: ratios that are read as percentages


def further_lines(position: TimeGrid, debt: TimeGrid, story: Story) -> None:
    """Figures of the company below its balance sheet, those of a debt, a covenant or a category below the debts."""
    written = STATEMENT_PATHS | DEBT_PATHS
    lines = [line for line in story.lines.values() if f"{line.section}.{line.figure}" not in written]
    _write(position, (line for line in lines if not line.item))
    _write(debt, (line for line in lines if line.item))


def _write(grid: TimeGrid, lines: Iterable[Line]) -> None:
    grid.row += 1
    grid.section(NOT_PRINTED)
    for (section, item), of_section in groupby(lines, lambda line: (line.section, line.item)):
        grid.section(f"{section_title(section)} {item}".rstrip())
        for line in of_section:
            name = f"{section} {item} {line.figure}"
            if line.amounts_minor:
                grid.amounts(name, amounts_by_month(line, title(line.figure)))
            else:
                grid.values(title(line.figure), *_values(line))


def _values(line: Line) -> tuple[str, list[Value]]:
    """The kind and the figures of a line that is no money."""
    if line.ratios:
        return "percent" if line.figure in SHARES else "multiple", list(map(defined, line.ratios))
    if line.rates:
        return "rate", list(map(Decimal, line.rates))
    if line.tests:
        return "text", [choice(CovenantStatus.DESCRIPTOR, status) for status in line.tests]
    if line.statuses:
        return "text", [choice(CoverageStatus.DESCRIPTOR, status) for status in line.statuses]
    return "text", ["yes" if mark else "no" for mark in line.marks]
