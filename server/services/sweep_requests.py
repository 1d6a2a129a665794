"""The requests of SweepService as values with the fields of their messages."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from seawall.engine.sweeps.plan import MOST_SWEPT_ROWS, SweepPlan
from seawall.engine.values.units import Address, Kind, Most, Unit
from seawall.engine.values.value import Value

from .requests import IdPrefix, PageSize, PageToken, RequestId, Switch, checks_leave_no_answer

MOST_COLUMNS = 100
RowNumber = Annotated[
    int, Unit(Kind.COUNT, 0, MOST_SWEPT_ROWS, allowed="a row of the sweep, from 0 to one less than it has")
]
RowCount = Annotated[int, Unit(Kind.COUNT, 1, MOST_SWEPT_ROWS, allowed=f"a whole number from 1 to {MOST_SWEPT_ROWS}")]
ColumnName = Annotated[
    str, Unit(Kind.TEXT, 1, 100, r"[a-z][a-z_.]{0,99}", "the name of a column, as the summary of the sweep has it")
]


@dataclass(frozen=True, slots=True)
class CreateSweep(Value):
    """A plan to store."""

    RULES: ClassVar = (checks_leave_no_answer,)

    plan: SweepPlan
    request_id: RequestId | None = None
    validate_only: Switch = False


@dataclass(frozen=True, slots=True)
class RunSweep(Value):
    """A sweep to compute, or to go on with."""

    sweep_plan_id: Address


@dataclass(frozen=True, slots=True)
class GetSweep(Value):
    """A sweep to read, without its rows."""

    sweep_plan_id: IdPrefix


@dataclass(frozen=True, slots=True)
class ListSweeps(Value):
    """A page of sweeps."""

    page_size: PageSize = 50
    page_token: PageToken = ""


@dataclass(frozen=True, slots=True)
class CancelSweep(Value):
    """A sweep to stop."""

    sweep_plan_id: Address


@dataclass(frozen=True, slots=True)
class ReadSweepRows(Value):
    """Rows to read, and which of their columns."""

    sweep_plan_id: Address
    first_row: RowNumber = 0
    most_rows: RowCount | None = None
    columns: Annotated[tuple[ColumnName, ...], Most(MOST_COLUMNS)] = ()


@dataclass(frozen=True, slots=True)
class GetSweepRow(Value):
    """A row to read with its proof."""

    sweep_plan_id: Address
    row: RowNumber
