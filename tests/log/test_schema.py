"""The tables: the same on every way to them, and as the release knows them."""

import json
from pathlib import Path

import pytest

from seawall.server import postgres, schema, sqlite
from seawall.server.database import DatabaseRefused
from seawall.server.databases import database_of
from seawall.server.tables import metadata
from tests import places
from tests.log.filings import filled
from tests.places import run


def make_at_once(connection, database):
    """Today's tables without any step."""
    metadata.create_all(connection)
    for table in metadata.sorted_tables:
        for statement in database.append_only(table):
            connection.exec_driver_sql(statement)


@pytest.fixture
def empty(request, tmp_path, place):
    """A database without tables, of the same kind."""
    if isinstance(place.database, Path):
        return place
    return places.postgres_place(request.getfixturevalue("postgres"), tmp_path, template="template0")


@pytest.fixture
def another(request, tmp_path, empty):
    """One more of those."""
    if isinstance(empty.database, Path):
        (tmp_path / "another").mkdir()
        return places.sqlite_place(tmp_path / "another")
    return places.postgres_place(request.getfixturevalue("postgres"), tmp_path, template="template0")


async def faults_of(place):
    database = database_of(place.database)
    async with database.reader.connect() as connection:
        found = await connection.run_sync(schema.faults_in_schema, database)
    await database.dispose()
    return found


async def schema_of(place, make):
    database = database_of(place.database)
    async with database.writer.begin() as connection:
        await make(connection, database)
        found = await connection.run_sync(database.schema)
    await database.dispose()
    return {name: told for name, told in found.items() if "alembic_version" not in name}


async def test_a_migrated_database_has_the_tables_constraints_and_triggers_of_a_fresh_one(empty, another):
    async def at_once(connection, database):
        await connection.run_sync(make_at_once, database)

    async def step_by_step(connection, database):
        await connection.run_sync(schema._upgrade, database, schema.FIRST)
        await connection.run_sync(schema._upgrade, database, schema.LATEST)

    fresh = await schema_of(empty, at_once)
    assert await schema_of(another, step_by_step) == fresh
    triggers = 3 if isinstance(empty.database, Path) else 2
    assert len([name for name in fresh if name.startswith("trigger")]) == triggers * len(metadata.tables)


async def test_what_postgresql_tells_is_what_the_release_expects(place):
    if isinstance(place.database, Path):
        pytest.skip("SQLite's tables are compared with those of a database in memory")
    database = database_of(place.database)
    async with database.reader.connect() as connection:
        assert await connection.run_sync(database.schema) == json.loads(postgres._EXPECTED.read_text(encoding="utf-8"))
    await database.dispose()


async def test_a_database_from_before_the_steps_goes_on_from_the_first(sqlite_place):
    database = database_of(sqlite_place.database)
    async with database.writer.begin() as connection:
        for name in ("evidence", "parents", "requests"):
            await connection.run_sync(metadata.tables[name].create)
            for statement in sqlite.append_only(metadata.tables[name]):
                await connection.exec_driver_sql(statement)
    await schema.upgrade(database)
    async with database.reader.connect() as connection:
        assert await connection.run_sync(schema.version) == schema.LATEST
        assert await connection.run_sync(schema.faults_in_schema, database) == []
    await database.dispose()


def slipped_into_sqlite(sql, kind="trigger", name="evil", table="records"):
    """A row of SQLite's own table of the schema, past every check of CREATE."""
    quoted = sql.replace("'", "''")
    return (
        "PRAGMA writable_schema=ON",
        f"INSERT INTO sqlite_schema VALUES ('{kind}', '{name}', '{table}', 0, '{quoted}')",
    )


LOSES = "AFTER INSERT ON records BEGIN DELETE FROM checkpoints; END"
HIDDEN = {
    "a table called almost as SQLite calls its own": (["CREATE TABLE sqlite0 (a)"], "table sqlite0"),
    "a view in capitals": (["CREATE VIEW SQLITEX AS SELECT 1"], "view SQLITEX"),
    "a trigger called as SQLite calls its own": (
        slipped_into_sqlite(f"CREATE TRIGGER sqlite_evil {LOSES}", name="sqlite_evil"),
        "trigger sqlite_evil",
    ),
    "a letter that looks like a space": (
        [
            "PRAGMA writable_schema=ON",
            "UPDATE sqlite_schema SET sql = replace(sql, 'RAISE(ABORT, ''records is', 'RAISE(ABORT, ''records\u00a0is')"
            " WHERE name = 'records_no_delete'",
        ],
        "trigger records_no_delete",
    ),
}


@pytest.mark.parametrize(("statements", "name"), HIDDEN.values(), ids=HIDDEN)
async def test_nothing_hides_from_the_check_of_a_sqlite_file(sqlite_place, statements, name):
    await filled(sqlite_place, 1)
    run(sqlite_place.database, statements)
    assert [where for where, _ in await faults_of(sqlite_place)] == [name]


async def test_what_sqlite_makes_to_plan_its_queries_is_no_fault(sqlite_place):
    await filled(sqlite_place, 1)
    run(sqlite_place.database, ["ANALYZE"])
    assert await faults_of(sqlite_place) == []


async def test_a_server_does_not_serve_a_postgresql_that_stands_at_an_earlier_step(postgres, tmp_path):
    old = places.postgres_place(postgres, tmp_path)
    places.run(old.database, ["UPDATE alembic_version SET version_num = '0001'"])
    with pytest.raises(DatabaseRefused, match="seawall db upgrade"):
        await old.store().open()


@pytest.mark.parametrize("setting", ["synchronous_commit", "fsync"])
async def test_a_postgresql_that_could_lose_a_commit_is_refused(postgres, tmp_path, setting, monkeypatch):
    place = places.postgres_place(postgres, tmp_path)
    name = str(place.database).partition("?")[0].rpartition("/")[2]
    if setting == "fsync":  # of the whole server, which other tests use: only what it tells is changed here
        monkeypatch.setattr("seawall.server.postgres.SETTINGS", ("enable_seqscan",))
        setting = "enable_seqscan"
    places.run(place.database, [f"ALTER DATABASE {name} SET {setting} = off"])
    with pytest.raises(DatabaseRefused, match=f"{setting} off"):
        await place.store().open()
