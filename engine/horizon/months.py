"""The months of an execution as one matrix: a row for each month, a column for each figure.

A column is a leaf of `Month`, in the order of its `Shape`. Statuses stand there as positions, as the arithmetic of a
month has them. A principal that is not known has a column all the same, whose figure counts for nothing where the
status beside it says so.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, overload

from ..month.covenants import STATUSES as COVENANT_STATUSES
from ..month.coverage import NOT_KNOWN, STATUSES
from ..month.debt_results import CovenantTest, Coverage, CoverageStatus
from ..month.results import Month
from ..values.kept import kept
from ..values.shape import Shape

UNKNOWABLE = "scheduled_principal"  #: the figure that only some months may know
Matrix = Any  #: int64, [months, figures]; where nothing is rounded, fractions


class Unknowable(NamedTuple):
    """A figure that some months do not know: its column, and that of the status which says so."""

    column: int
    status: int


class Months(Sequence[Month]):
    """The months of an execution, each built where it is looked at. They are equal where their figures are."""

    __slots__ = ("_months", "layout", "matrix")

    def __init__(self, layout: Shape, matrix: Matrix) -> None:
        self.layout = layout  #: what stands in which column
        self.matrix = matrix
        self._months: dict[int, Month] = {}

    @classmethod
    def of(cls, months: Sequence[Month]) -> "Months":
        """The matrix of months as they were computed, with positions for statuses; all of one shape."""
        import numpy as np  # which a client of the engine's inputs does without

        layout = Shape(months[0])
        return cls(layout, np.array([layout.flatten(month) for month in months]))

    def known(self) -> Matrix:
        """The matrix with 0 where a figure is not known."""
        matrix = self.matrix.copy()
        for column, status in unknowable(self.layout):
            matrix[matrix[:, status] == NOT_KNOWN, column] = 0
        return matrix

    def __len__(self) -> int:
        return len(self.matrix)

    @overload
    def __getitem__(self, index: int) -> Month: ...
    @overload
    def __getitem__(self, index: slice) -> "Months": ...
    def __getitem__(self, index: int | slice) -> "Month | Months":
        if isinstance(index, slice):
            return Months(self.layout, self.matrix[index])
        return self._month(range(len(self))[index])

    def __iter__(self) -> Iterator[Month]:
        return map(self._month, range(len(self)))

    def _month(self, position: int) -> Month:
        """Month `position` plus one."""
        month = self._months.get(position)
        if month is None:
            month = self._months[position] = named_month(self.layout.build(self.matrix[position].tolist()))
        return month

    def __eq__(self, other: object) -> bool:
        import numpy as np

        if not isinstance(other, Months):
            return NotImplemented
        return self.layout == other.layout and np.array_equal(self.known(), other.known())

    __hash__ = None  # type: ignore[assignment]  # it would have to read every figure

    def __repr__(self) -> str:
        return f"Months({list(self)!r})"


@kept(50_000, lambda layout, _: layout.width)
def unknowable(layout: Shape) -> tuple[Unknowable, ...]:
    """The principals that some months may not know."""
    positions = {name: position for position, name in enumerate(layout.names)}
    return tuple(
        Unknowable(position, positions[f"{section}.status"])
        for name, position in positions.items()
        for section, _, figure in [name.rpartition(".")]
        if figure == UNKNOWABLE
    )


def named_month(month: Month) -> Month:
    """With words in place of positions, and nothing where a figure is not known."""
    return month._replace(
        coverage_month=named_coverage(month.coverage_month),
        coverage_last_twelve_months=named_coverage(month.coverage_last_twelve_months),
        covenants=tuple(map(_named_test, month.covenants)),
    )


def named_coverage(coverage: Coverage) -> Coverage:
    """The same of coverage."""
    status: CoverageStatus = STATUSES[coverage.status]  # type: ignore[call-overload]
    known = status is not CoverageStatus.NOT_KNOWN
    return coverage._replace(status=status, scheduled_principal=coverage.scheduled_principal if known else None)


def _named_test(test: CovenantTest) -> CovenantTest:
    return test._replace(status=COVENANT_STATUSES[test.status])  # type: ignore[call-overload]
