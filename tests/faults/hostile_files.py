"""Database files that an adversary wrote, each with what must be said of it.

The sizes are those of `make faults` with SEAWALL_FAULTS=long.
"""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from seawall.server.database.tables import metadata
from seawall.server.documents.document import Document, address_of
from tests.faults import hostile_pages as pages
from tests.faults.hostile_pages import Change, instead
from tests.faults.scale import times
from tests.log.test_store import slipped_in
from tests.places import Place

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
BURNS = "length(hex(zeroblob(8000000)) || hex(zeroblob(7000000)))"
ENDLESS_RECORDS = f"""CREATE VIEW records AS {ENDLESS}
    SELECT i AS seq, 'local' AS tenant, '' AS subject, '' AS request_id, X'' AS body, X'' AS hashes FROM n"""
COMPUTED = """CREATE TABLE requests
    (tenant, request_id, method, request_sha256, created, answer AS (zeroblob(400000000)))"""
#: Beside the type of its column; where nothing is named, a number.
WRONG = dict.fromkeys(("body", "position", "seq", "size"), "'text'") | {
    "hashes": "12",
    "note": "X'00ff'",
    "created": "9999999999999999999",
    "tenant": "1.5",
}
#: Each selects twice from the one before: to look at the last is to look 2^59 times at the first.
VIEWS = [f"CREATE VIEW v{n} AS SELECT * FROM v{n - 1} UNION ALL SELECT * FROM v{n - 1}" for n in range(1, 60)]
LONGEST = 9 * 10**8  #: bytes of a value, of those that SQLite can make


class Hostile(NamedTuple):
    """How a file is made, and words that its verification and its server say; "" where a server starts on it."""

    change: Change
    verification: str
    server: str = ""


def with_statements(*statements: str) -> Change:
    def change(place: Place) -> None:
        with closing(sqlite3.connect(place.database, isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)

    return change


def with_schema(assignment: str, name: str) -> Change:
    """The schema itself changed, past every check of CREATE."""
    return with_statements(
        "PRAGMA writable_schema = ON", f"UPDATE sqlite_schema SET {assignment} WHERE name = '{name}'"
    )


def with_document(make: Callable[[], bytes]) -> Change:
    """A document of these bytes, at their address."""

    def change(place: Place) -> None:
        body = make()
        place.tamper(*slipped_in(place, Document("scenario.v2", body, address_of(body))))

    return change


def with_value(table: str, column: str, value: str) -> Change:
    """A value in the first row of a table."""
    where = f"rowid = (SELECT min(rowid) FROM {table})"
    return lambda place: past_the_types(place, f"UPDATE {table} SET {column} = {value} WHERE {where}")


def with_wrong_types(place: Place) -> None:
    """Another type in each column, in the last row of each table."""
    for table in metadata.sorted_tables:
        columns = [column.name for column in table.c]
        values = ", ".join(f"{name} = {WRONG.get(name, '7')}" for name in columns)
        past_the_types(place, f"UPDATE {table} SET {values} WHERE rowid = (SELECT max(rowid) FROM {table})")


def past_the_types(place: Place, *statements: str) -> None:
    """Runs statements while the tables take any value and have no triggers."""
    schema = place.rows("SELECT type, name, sql FROM sqlite_schema WHERE sql NOT NULL")
    triggers = [(name, sql) for kind, name, sql in schema if kind == "trigger"]
    loose = "sql = replace(replace(sql, 'STRICT', ''), 'NOT NULL', '')"
    with_statements(
        *(f"DROP TRIGGER {name}" for name, _ in triggers),
        "PRAGMA writable_schema = ON",
        f"UPDATE sqlite_schema SET {loose} WHERE type = 'table'",
    )(place)
    with_statements(*statements)(place)
    with closing(sqlite3.connect(place.database)) as connection, connection:
        connection.execute("PRAGMA writable_schema = ON")
        tables = [(sql, name) for kind, name, sql in schema if kind == "table"]
        connection.executemany("UPDATE sqlite_schema SET sql = ? WHERE name = ?", tables)
    with_statements(*(sql for _, sql in triggers))(place)


def with_tables(count: int) -> Change:
    def change(place: Place) -> None:
        with closing(sqlite3.connect(place.database)) as connection, connection:
            connection.execute("PRAGMA writable_schema = ON")
            names = (f"t{number}" for number in range(count))
            rows = (("table", name, name, 3, f"CREATE TABLE {name} (a, b, c, d, e)") for name in names)
            connection.executemany("INSERT INTO sqlite_schema VALUES (?, ?, ?, ?, ?)", rows)

    return change


def million_parents() -> bytes:
    return b'{"parents":{' + b",".join(b'"a%07d":"b"' % number for number in range(times(10**5, 10**6))) + b"}}"


SOUND = "a sound file"
FILES = {
    SOUND: Hostile(lambda place: None, " 0 findings"),
    "an endless view in the place of a table": Hostile(
        with_statements("DROP TABLE records", ENDLESS_RECORDS), "SCHEMA view records", "view records"
    ),
    "an endless view in the place of the step": Hostile(
        with_statements(
            "DROP TABLE alembic_version",
            f"CREATE VIEW alembic_version AS {ENDLESS} SELECT i AS version_num FROM n",
        ),
        "SCHEMA view alembic_version",
        "view alembic_version",
    ),
    "views of views of views": Hostile(
        with_statements(
            "DROP TABLE alembic_version",
            "CREATE VIEW v0 AS SELECT 'x' AS version_num",
            *VIEWS,
            "CREATE VIEW alembic_version AS SELECT * FROM v59",
        ),
        "SCHEMA view alembic_version",
        "view alembic_version",
    ),
    "a computed column of 400 MB": Hostile(
        with_statements("DROP TABLE requests", COMPUTED), "SCHEMA table requests", "table requests"
    ),
    "a trigger without end": Hostile(
        with_statements(
            "CREATE TRIGGER more AFTER INSERT ON records BEGIN INSERT INTO checkpoints"
            f" SELECT i + 1000, '' FROM ({ENDLESS} SELECT i FROM n); END"
        ),
        "SCHEMA trigger more",
        "trigger more",
    ),
    "an index on an expression that burns": Hostile(
        with_statements(f"CREATE INDEX slow ON records ({BURNS})"), "SCHEMA index slow", "index slow"
    ),
    "a table beside, whose check burns": Hostile(
        with_statements(f"CREATE TABLE aside (a CHECK ({BURNS}))", "INSERT INTO aside VALUES (1), (2), (3)"),
        "SCHEMA table aside",
    ),
    "an unknown collation": Hostile(
        with_schema("sql = replace(sql, 'name TEXT', 'name TEXT COLLATE nobody')", "parents"),
        "SCHEMA table parents",
        "table parents",
    ),
    "a virtual table in the place of a table": Hostile(
        with_statements("DROP TABLE requests", "CREATE VIRTUAL TABLE requests USING fts5(tenant, request_id)"),
        "SCHEMA table requests",
        "table requests",
    ),
    "a schema that is no SQL": Hostile(
        with_schema("sql = 'CREATE TABLE evidence('", "evidence"),
        "schema cannot be read: malformed database schema",
        "malformed database schema",
    ),
    "two tables on the same pages": Hostile(
        with_schema("rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'records')", "evidence"),
        "2nd reference to page",
    ),
    "a table on the page of the schema": Hostile(
        with_schema("rootpage = 1", "records"), "malformed database schema (records)", "malformed database schema"
    ),
    "a thousand tables": Hostile(with_tables(1_000), "SCHEMA number of names", "number of names"),
    "tables without number": Hostile(
        with_tables(times(20_000, 2_000_000)), "schema cannot be read: it takes more than", "it takes more than"
    ),
    "a schema of megabytes": Hostile(
        lambda place: with_statements(f"CREATE VIEW long AS SELECT '{'x' * times(10**7, 10**8)}'")(place),
        "string or blob too big",
        "string or blob too big",
    ),
    "a document nested 100,000 deep": Hostile(
        with_document(lambda: b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"), "CANONICAL_FORM sha256:"
    ),
    "a document of lists of nothing": Hostile(
        with_document(lambda: b'{"a":[' + b"[]," * 9_000_000 + b"[]]}"), "CANONICAL_FORM sha256:"
    ),
    "a document of a million parents": Hostile(with_document(million_parents), "PARENT sha256:"),
    "a body of a gigabyte": Hostile(
        with_value("evidence", "body", f"zeroblob({times(10**8, LONGEST)})"),
        "COLUMN row 1 of evidence: body is not at most",
    ),
    "a text of a gigabyte": Hostile(
        with_value("evidence", "kind", f"CAST(zeroblob({times(10**8, LONGEST)}) AS TEXT)"),
        "COLUMN row 1 of evidence: a text is longer than",
    ),
    "a record of megabytes": Hostile(
        with_value("records", "body", "zeroblob(30000000)"), "COLUMN row 1 of records: body is not at most"
    ),
    "a checkpoint of megabytes": Hostile(
        with_value("checkpoints", "note", "CAST(zeroblob(30000000) AS TEXT)"),
        "COLUMN row 1 of checkpoints: note is not text of at most",
    ),
    "another type in every column": Hostile(
        with_wrong_types, "row 1 of requests: created is not an integer", "records are missing"
    ),
    "nothing in a column": Hostile(
        with_value("evidence", "body", "NULL"), "COLUMN row 1 of evidence: body is not at most"
    ),
    "garbage among the pages": Hostile(pages.garbage_from(0.75), "DATABASE"),
    "garbage in the schema": Hostile(pages.garbage_from(0.01), "DATABASE", "malformed"),
    "half of a file": Hostile(
        pages.of_bytes(lambda file: file[: len(file) // 2]), "database disk image is malformed", "malformed"
    ),
    "no database": Hostile(
        pages.of_bytes(lambda _: b"nonsense" * 1_000), "file is not a database", "file is not a database"
    ),
    "an empty file": Hostile(pages.of_bytes(lambda _: b""), "SCHEMA table records: it is missing", "has 0 records"),
    "a tree deeper than the stack": Hostile(
        pages.deep_tree, "records: database disk image is malformed", "database disk image is malformed"
    ),
    "a tree without end": Hostile(pages.endless_tree, "pages cannot be read: it takes more than"),
    "free pages in a circle": Hostile(pages.free_list_in_a_circle, "2nd reference to page"),
    "a hole of a terabyte": Hostile(pages.with_a_hole, "is never used"),
    "the -wal of another database": Hostile(pages.foreign_wal, "SCHEMA table t0", "table t0"),
    "a folder": Hostile(instead(Path.mkdir), "is a folder, no file", "is a folder, no file"),
    "a pipe": Hostile(instead(os.mkfifo), "is a pipe", "is a pipe"),
    "an endless device": Hostile(instead(lambda path: path.symlink_to("/dev/zero")), "a device", "a device"),
    "a link to itself": Hostile(instead(lambda path: path.symlink_to(path)), "symbolic links", "symbolic links"),
    "a pipe for its -wal": Hostile(instead(os.mkfifo, "-wal"), "-wal is a pipe", "-wal is a pipe"),
}
