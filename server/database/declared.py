"""Columns that are read as they are declared.

SQLite keeps any value in any column of a file that somebody else has written. What is of another type, or longer than
its column declares, is read as empty: no code after this meets it, and verification says where it stands.
"""

from collections.abc import Iterable
from itertools import accumulate
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    LargeBinary,
    Text,
    and_,
    case,
    cast,
    func,
    literal_column,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

SHORT = 4_096  #: bytes of a text that is not said to be longer: addresses, names, times


class Words(Text):
    """Text of at most so many bytes."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__()
        self.most_bytes = most_bytes

    def column_expression(self, column: Any) -> ColumnElement[Any]:
        return case((_fits("text", _text_size(column), column, self.most_bytes), column), else_=literal_column("''"))


class Bytes(LargeBinary):
    """At most so many bytes."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__()
        self.most_bytes = most_bytes

    def column_expression(self, column: Any) -> ColumnElement[Any]:
        return case((_fits("blob", func.length(column), column, self.most_bytes), column), else_=literal_column("X''"))

    def result_processor(self, dialect: Any, coltype: Any) -> None:
        """The expression gives nothing but bytes, and SQLAlchemy would look at each again."""


#: No values, so that the text of a statement is always the same.
_WHOLE_OR_NONE: list[ColumnElement[Any]] = [literal_column(name) for name in ("'integer'", "'null'")]


class Whole(Integer):
    """A whole number of 64 bits, or none where no row is joined; anything else is read as 0."""

    def column_expression(self, column: Any) -> ColumnElement[Any]:
        return case((func.typeof(column).in_(_WHOLE_OR_NONE), column), else_=literal_column("0"))


def number() -> Any:
    """The type of a column of whole numbers; 64 bits everywhere, which in SQLite INTEGER is."""
    return Whole().with_variant(BigInteger(), "postgresql")


def words(most_bytes: int = SHORT) -> Any:
    """The type of a column of text; PostgreSQL keeps to its types itself."""
    return Words(most_bytes).with_variant(Text(), "postgresql")


def octets(most_bytes: int = SHORT) -> Any:
    """The type of a column of bytes."""
    return Bytes(most_bytes).with_variant(LargeBinary(), "postgresql")


def fits(column: Column[Any]) -> ColumnElement[bool]:
    """Whether SQLite has a value in a column that is as it declares."""
    if isinstance(column.type, Words):
        return _fits("text", _text_size(column), column, column.type.most_bytes)
    if isinstance(column.type, Bytes):
        return _fits("blob", func.length(column), column, column.type.most_bytes)
    return func.typeof(column) == "integer"


class bytes_in(FunctionElement[int]):  # a function of SQL
    """How many bytes a column of bytes has; 0 for another value that SQLite may have there, and does not read."""

    type = BigInteger()
    inherit_cache = True


@compiles(bytes_in)
def _bytes_in(element: Any, compiler: Any, **options: Any) -> str:
    return f"length({compiler.process(element.clauses, **options)})"


@compiles(bytes_in, "sqlite")
def _bytes_in_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    column = compiler.process(element.clauses, **options)
    return f"CASE WHEN typeof({column}) = 'blob' THEN length({column}) ELSE 0 END"


def rows_within(most_bytes: int, sizes: Iterable[int]) -> int:
    """How many of the first rows have at most so many bytes together; one that has more is read alone."""
    return max(1, sum(total <= most_bytes for total in accumulate(sizes)))


def declaration(column: Column[Any]) -> str:
    """What a column declares, in words."""
    match column.type:
        case Words(most_bytes=most_bytes):
            return f"text of at most {most_bytes:,} bytes"
        case Bytes(most_bytes=most_bytes):
            return f"at most {most_bytes:,} bytes"
    return "an integer"


def _fits(kind: str, size: ColumnElement[int], column: Any, most_bytes: int) -> ColumnElement[bool]:
    """SQLite looks at the type first; it knows the size of bytes without reading them."""
    return and_(func.typeof(column) == kind, size <= most_bytes)


def _text_size(column: Any) -> ColumnElement[int]:
    return func.length(cast(column, LargeBinary))
