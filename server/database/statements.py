"""Statements that every call runs: compiled once from the tables, and run on the driver's own connection.

SQLAlchemy makes a statement anew each time, and its adapter of a driver takes several steps for each: that was most of
what a commit cost. Its tables and types still say what the statements are.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, Boolean, Column, Select, Table, Text, bindparam
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

Row = tuple[Any, ...]


class Compiled(NamedTuple):
    """A statement as a driver takes it: its text, the names of its values in their order, and its own values."""

    text: str
    names: Sequence[str]
    own: Mapping[str, Any]

    def values(self, values: Mapping[str, Any]) -> list[Any]:
        """The values in their order."""
        return [values[name] if name in values else self.own[name] for name in self.names]


class Statement:
    """A query, with names for its values; a list stands for all its entries."""

    def __init__(self, query: Select[Any]) -> None:
        self.query = query
        self._compiled: dict[str, Compiled] = {}

    def on(self, dialect: Dialect) -> Compiled:
        """For one kind of database."""
        if dialect.name not in self._compiled:
            compiled = self.query.compile(dialect=dialect)
            self._compiled[dialect.name] = Compiled(str(compiled), compiled.positiontup or (), compiled.params)
        return self._compiled[dialect.name]


class Read(NamedTuple):
    """A statement with its values."""

    statement: Statement
    values: Mapping[str, Any]


class among(FunctionElement[bool]):  # a function of SQL
    """Whether a column is one of the values of this name, however many they are: the text stays the same."""

    type = Boolean()
    inherit_cache = True

    def __init__(self, column: Column[Any], name: str) -> None:
        super().__init__(column, bindparam(name, type_=Text().with_variant(ARRAY(Text()), "postgresql")))

    def self_group(self, against: Any = None) -> "among":
        """Itself: on SQLite SQLAlchemy would compare it with 1, and no index finds the rows of such a comparison."""
        return self


@compiles(among)
def _among(element: Any, compiler: Any, **options: Any) -> str:
    column, values = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} = ANY({values})"


@compiles(among, "sqlite")
def _among_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    column, values = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"


def for_sqlite(read: Read, dialect: Dialect) -> tuple[str, list[Any]]:
    """The text of a statement and its values, as SQLite takes them: a list is JSON."""
    compiled = read.statement.on(dialect)
    values = compiled.values(read.values)
    return compiled.text, [json.dumps(value) if isinstance(value, list) else value for value in values]


class Insert:
    """New rows of a table."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.columns = [column.name for column in table.columns]

    @cached_property
    def with_marks(self) -> str:
        """For a row at a time, as SQLite takes it."""
        marks = ", ".join("?" * len(self.columns))
        return f"INSERT INTO {self.table.name} ({', '.join(self.columns)}) VALUES ({marks})"

    def values(self, rows: Iterable[Mapping[str, Any]]) -> list[list[Any]]:
        """The values of rows in the order of the columns."""
        return [[row[column] for column in self.columns] for row in rows]


def insert_of_all(inserts: Sequence[Insert], dialect: Dialect) -> str:
    """One statement for the rows of several tables, a list for each column, as PostgreSQL takes it.

    What refers to a row of the same statement is checked at its end.
    """
    parts, number = [], 0
    for each in inserts:
        lists = []
        for column in each.table.columns:
            number += 1
            lists.append(f"${number}::{column.type.compile(dialect)}[]")
        parts.append(
            f"_{each.table.name} AS (INSERT INTO {each.table.name} ({', '.join(each.columns)})"
            f" SELECT * FROM unnest({', '.join(lists)}))"
        )
    return f"WITH {', '.join(parts)} SELECT 1"
