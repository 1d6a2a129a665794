"""The tables: the same on every way to them, and as the release knows them."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

from seawall.server import operate
from seawall.server.database import migrate, schema
from seawall.server.database import postgres as postgresql
from seawall.server.database.connect import database_of
from seawall.server.database.database import DatabaseRefused
from seawall.server.database.migrate import take_steps
from seawall.server.database.tables import metadata
from tests import places
from tests.log.stores import filled, opened, verified
from tests.places import run


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


async def faults_of(place, foreign=()):
    database = database_of(place.database, foreign=foreign)
    async with database.reader.connect() as connection:
        faults = await connection.run_sync(schema.faults_in_schema, database)
    await database.dispose()
    return faults


async def schema_of(place, make):
    database = database_of(place.database)
    async with database.writer.begin() as connection:
        await make(connection, database)
        definitions = await connection.run_sync(database.schema)
    await database.dispose()
    return definitions


async def nothing(_connection, _database):
    """Leaves it as it is."""


async def test_a_migrated_database_has_the_tables_constraints_and_triggers_of_a_fresh_one(empty, another):
    async def at_once(connection, database):
        await connection.run_sync(schema.make_at_once, database)

    async def step_by_step(connection, database):
        for at, step in pairwise(("", *schema.KNOWN)):
            await connection.run_sync(take_steps, database, at, step)

    fresh = await schema_of(empty, at_once)
    assert await schema_of(another, step_by_step) == fresh
    assert any("alembic_version" in name for name in fresh)
    triggers = 3 if isinstance(empty.database, Path) else 2
    assert len([name for name in fresh if name.startswith("trigger")]) == triggers * len(metadata.tables)


def test_each_step_has_the_name_of_its_file():
    assert tuple(sorted(script.revision for script in migrate.STEPS.walk_revisions())) == schema.KNOWN


@pytest.mark.parametrize("step", schema.KNOWN)
async def test_what_postgresql_tells_is_what_the_release_expects(postgres, tmp_path, step):
    database = database_of(places.postgres_place(postgres, tmp_path, template="template0").database)
    async with database.writer.begin() as connection:
        await connection.run_sync(take_steps, database, "", step)
        definitions = await connection.run_sync(database.schema)
    await database.dispose()
    expected = json.loads(postgresql._EXPECTED.read_text(encoding="utf-8"))  # made by tests.expected_schema
    assert definitions == expected[step]


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


SEQ, LOCK = "_litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER)", "_litestream_lock (id INTEGER)"
LITESTREAM = [f"CREATE TABLE IF NOT EXISTS {table}" for table in (SEQ, LOCK)]
ON_SEQ = "AFTER INSERT ON _litestream_seq BEGIN SELECT 1; END"
LOOK_ALIKES = {
    "another column": (["CREATE TABLE _litestream_lock (id INTEGER, x)"], ["table _litestream_lock"]),
    "another type": (["CREATE TABLE _litestream_lock (id TEXT)"], ["table _litestream_lock"]),
    "another key": (["CREATE TABLE _litestream_seq (id INTEGER, seq INTEGER)"], ["table _litestream_seq"]),
    "other capitals": (["CREATE TABLE _Litestream_lock (id INTEGER)"], ["table _Litestream_lock"]),
    "a view": (["CREATE VIEW _litestream_lock AS SELECT 1 AS id"], ["view _litestream_lock"]),
    "an index": ([*LITESTREAM, "CREATE INDEX beside ON _litestream_lock (id)"], ["index beside"]),
    "a trigger": ([*LITESTREAM, f"CREATE TRIGGER evil {ON_SEQ}"], ["trigger evil"]),
}


async def test_what_litestream_makes_is_no_fault(sqlite_place):
    await filled(sqlite_place, 1)
    run(sqlite_place.database, [*LITESTREAM, "INSERT INTO _litestream_seq VALUES (1, 1)"])
    assert await faults_of(sqlite_place) == []
    assert (await verified(sqlite_place))[0] == []


@pytest.mark.parametrize(("statements", "names"), LOOK_ALIKES.values(), ids=LOOK_ALIKES)
async def test_what_only_looks_like_litestream_is_a_fault(sqlite_place, statements, names):
    await filled(sqlite_place, 1)
    run(sqlite_place.database, statements)
    assert [where for where, _ in await faults_of(sqlite_place)] == names


FOREIGN = (
    "CREATE TABLE aside (id INTEGER PRIMARY KEY, word TEXT UNIQUE)",
    "CREATE INDEX aside_by_word ON aside (word)",
)
EVIL = "CREATE TRIGGER evil AFTER INSERT ON {} BEGIN SELECT 1; END"
STILL_FAULTS = {
    "another name": (["CREATE TABLE asides (id INTEGER)"], ["aside"], ["table asides"]),
    "a trigger of it that is not named": ([*FOREIGN, EVIL.format("aside")], ["aside"], ["trigger evil"]),
    "a trigger on the evidence": ([EVIL.format("records")], ["evil"], ["trigger evil"]),
    "an index on the evidence": (["CREATE INDEX evil ON Records (body)"], ["evil"], ["index evil"]),
}


async def test_what_the_operator_names_is_no_fault(place):
    await filled(place, 1)
    run(place.database, FOREIGN)
    assert "table aside" in [where for where, _ in await faults_of(place)]
    assert await faults_of(place, ["aside", "another"]) == []


@pytest.mark.parametrize(("statements", "foreign", "names"), STILL_FAULTS.values(), ids=STILL_FAULTS)
async def test_what_is_on_the_evidence_is_a_fault_whatever_its_name(sqlite_place, statements, foreign, names):
    await filled(sqlite_place, 1)
    run(sqlite_place.database, statements)
    assert [where for where, _ in await faults_of(sqlite_place, foreign)] == names


@pytest.mark.parametrize("name", ["records", "Evidence", "alembic_version"])
def test_no_table_of_the_evidence_is_of_another_program(sqlite_place, name):
    with pytest.raises(DatabaseRefused, match=f"--foreign: found {name.lower()}, allowed"):
        database_of(sqlite_place.database, foreign=["aside", name])


ON_RECORDS = "ON records FOR EACH ROW EXECUTE FUNCTION seawall_append_only()"
STILL_FAULTS_THERE = {
    "a trigger": ([f"CREATE TRIGGER aside AFTER INSERT {ON_RECORDS}"], ["trigger records.aside"]),
    "an index": (["CREATE INDEX aside ON records (request_id)"], ["index aside"]),
    "a child": (["CREATE TABLE aside () INHERITS (labels)"], ["child aside"]),
}


@pytest.mark.parametrize(("statements", "names"), STILL_FAULTS_THERE.values(), ids=STILL_FAULTS_THERE)
async def test_so_it_is_on_a_postgresql(postgres, tmp_path, statements, names):
    place = places.postgres_place(postgres, tmp_path)
    run(place.database, statements)
    assert [where for where, _ in await faults_of(place, ["aside"])] == names


ELSEWHERE = "CREATE SCHEMA elsewhere"
WITHOUT_FOREIGN_KEY = """DO $$ DECLARE own name; BEGIN
  FOR own IN SELECT tgname FROM pg_trigger WHERE tgrelid = 'requests'::regclass AND tgisinternal LOOP
    EXECUTE format('ALTER TABLE requests DISABLE TRIGGER %I', own); END LOOP; END $$"""
#: What is done in PostgreSQL, and what the check must then name. A role that every server has stands for any other.
CHANGES = {
    "a rule": (["CREATE RULE deaf AS ON INSERT TO records DO INSTEAD NOTHING"], ["rule records.deaf"]),
    "a table that a crash empties": (["ALTER TABLE checkpoints SET UNLOGGED"], ["table checkpoints"]),
    "a default": (["ALTER TABLE records ALTER tenant SET DEFAULT 'x'"], ["column records.tenant"]),
    "a collation": (['ALTER TABLE checkpoints ALTER note TYPE text COLLATE "C"'], ["column checkpoints.note"]),
    "an identity": (
        ["ALTER TABLE checkpoints ALTER size ADD GENERATED BY DEFAULT AS IDENTITY"],
        ["column checkpoints.size", "sequence checkpoints_size_seq"],
    ),
    "a generated column": (
        ["ALTER TABLE checkpoints ADD x int GENERATED ALWAYS AS (1) STORED"],
        ["column checkpoints.x"],
    ),
    "a foreign key that nobody enforces": (
        [WITHOUT_FOREIGN_KEY],
        [f'enforcement requests.requests_tenant_answer_fkey by "RI_FKey_check_{verb}"' for verb in ("ins", "upd")],
    ),
    "a constraint that is not for the rows that are there": (
        [
            "ALTER TABLE evidence DROP CONSTRAINT address_of_body",
            "ALTER TABLE evidence ADD CONSTRAINT address_of_body"
            " CHECK (address = 'sha256:' || encode(sha256(body), 'hex')) NOT VALID",
        ],
        ["constraint evidence.address_of_body"],
    ),
    "an index that is not in use": (
        ["UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'evidence_by_kind'::regclass"],
        ["index evidence_by_kind"],
    ),
    "triggers that PostgreSQL does not look for": (
        ["UPDATE pg_class SET relhastriggers = false WHERE relname = 'records'"],
        ["table records"],
    ),
    "a trigger that passes for PostgreSQL's own": (
        [
            "CREATE TRIGGER aside BEFORE INSERT ON records FOR EACH ROW EXECUTE FUNCTION seawall_append_only()",
            "UPDATE pg_trigger SET tgisinternal = true WHERE tgname = 'aside'",
        ],
        ["trigger records.aside"],
    ),
    "row level security": (["ALTER TABLE records ENABLE ROW LEVEL SECURITY"], ["table records"]),
    "row level security for the owner": (["ALTER TABLE records FORCE ROW LEVEL SECURITY"], ["table records"]),
    "a policy": (["CREATE POLICY few ON records USING (seq < 5)"], ["policy records.few"]),
    "a view": (["CREATE VIEW aside AS SELECT 1"], ["rule aside._RETURN", "view aside"]),
    "a materialized view": (
        ["CREATE MATERIALIZED VIEW aside AS SELECT 1 AS x"],
        ["materialized view aside", "rule aside._RETURN"],
    ),
    "a foreign table": (
        [
            "CREATE FOREIGN DATA WRAPPER far",
            "CREATE SERVER away FOREIGN DATA WRAPPER far",
            "CREATE FOREIGN TABLE aside () SERVER away",
        ],
        ["foreign table aside"],
    ),
    "a partitioned table": (
        ["CREATE TABLE aside (x int) PARTITION BY LIST (x)"],
        ["partitioned table aside"],
    ),
    "a child whose rows are read with the records": (
        [ELSEWHERE, "CREATE TABLE elsewhere.more () INHERITS (records)"],
        ["child elsewhere.more"],
    ),
    "a function with the rights of its owner": (
        ["ALTER FUNCTION seawall_append_only() SECURITY DEFINER"],
        ["function seawall_append_only()"],
    ),
    "a function with a setting": (
        ["ALTER FUNCTION seawall_append_only() SET search_path = elsewhere"],
        ["function seawall_append_only()"],
    ),
    "a function in another language": (
        [
            "UPDATE pg_proc SET prolang = (SELECT oid FROM pg_language WHERE lanname = 'sql')"
            " WHERE proname = 'seawall_append_only'"
        ],
        ["function seawall_append_only()"],
    ),
    "another function of the name": (
        ["CREATE FUNCTION seawall_append_only(int) RETURNS int LANGUAGE sql AS 'SELECT 1'"],
        ["function seawall_append_only(integer)"],
    ),
    "a database that enforces no foreign key": (
        [
            "DO $$ BEGIN EXECUTE format("
            "'ALTER DATABASE %I SET session_replication_role = replica', current_database()); END $$"
        ],
        ["setting of the database"],
    ),
    "another owner": (["ALTER TABLE checkpoints OWNER TO pg_monitor"], ["owner of checkpoints"]),
    "another owner of the function": (
        ["ALTER FUNCTION seawall_append_only() OWNER TO pg_monitor"],
        ["owner of seawall_append_only"],
    ),
    "everybody adds": (["GRANT INSERT ON records TO PUBLIC"], ["privilege of PUBLIC on records"]),
    "somebody changes": (["GRANT UPDATE ON records TO pg_monitor"], ["privilege of pg_monitor on records"]),
    "somebody changes a column": (
        ["GRANT UPDATE (note) ON checkpoints TO pg_monitor"],
        ["privilege of pg_monitor on checkpoints.note"],
    ),
    "somebody tells the step": (
        ["GRANT INSERT ON alembic_version TO pg_monitor"],
        ["privilege of pg_monitor on alembic_version"],
    ),
    "everybody makes tables": (["GRANT CREATE ON SCHEMA public TO PUBLIC"], ["privilege of PUBLIC on the schema"]),
}


@pytest.mark.parametrize(("statements", "names"), CHANGES.values(), ids=CHANGES)
async def test_nothing_hides_from_the_check_of_a_postgresql(postgres, tmp_path, statements, names):
    place = places.postgres_place(postgres, tmp_path)
    run(place.database, statements)
    assert [where for where, _ in await faults_of(place)] == names


async def test_of_two_definitions_of_a_name_both_are_reported(postgres, tmp_path):
    place = places.postgres_place(postgres, tmp_path)
    run(place.database, ["GRANT DELETE, TRUNCATE ON records TO PUBLIC"])
    ((_, fault),) = await faults_of(place)
    assert fault == "it does not belong here: DELETE; and again: TRUNCATE"


async def test_reading_and_adding_may_be_granted(postgres, tmp_path):
    place = places.postgres_place(postgres, tmp_path)
    run(
        place.database,
        ["GRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC", "GRANT INSERT ON records TO pg_monitor"],
    )
    assert await faults_of(place) == []


async def test_a_server_does_not_serve_a_postgresql_without_tables(postgres, tmp_path):
    empty = places.postgres_place(postgres, tmp_path, template="template0")
    with pytest.raises(DatabaseRefused, match="seawall db upgrade"):
        await empty.store().open()


async def test_an_empty_database_is_upgraded(empty):
    if not isinstance(empty.database, Path):
        with pytest.raises(DatabaseRefused, match="seawall db upgrade"):
            await operate.check(str(empty.database))
    assert await operate.upgrade(str(empty.database)) == 0
    assert await operate.check(str(empty.database)) == 0


@pytest.mark.parametrize("step", schema.RETIRED)
async def test_a_database_with_one_log_for_all_tenants_is_refused_by_the_release_that_reads_it(place, step, capsys):
    await filled(place, 1)
    run(place.database, [f"UPDATE alembic_version SET version_num = '{step}'"])
    for attempt in (
        operate.upgrade(str(place.database)),
        operate.check(str(place.database)),
        place.store().open(),
    ):
        with pytest.raises(DatabaseRefused, match=r"one log for all tenants .*seawall 0\.1 reads"):
            await attempt
    assert await operate.verify_database(str(place.database), place.files, must_have_checkpoints=False)
    assert f"has one log for all tenants (step {step}), which seawall 0.1 reads" in capsys.readouterr().out


#: What is done to the table that tells the step, and what is then said of it.
STEPS = {
    "an unknown step": (["UPDATE alembic_version SET version_num = '0009'"], "alembic_version.* 0009 .*0005"),
    "two steps": (
        ["INSERT INTO alembic_version VALUES ('0001')"],
        f"alembic_version.* 0001, {schema.LATEST} .*exactly one",
    ),
    "no step": (["DELETE FROM alembic_version"], "alembic_version.* no step .*0005"),
    "another table": (
        ["DROP TABLE alembic_version", "CREATE TABLE alembic_version (x int)"],
        "alembic_version.* no step .*0005",
    ),
    "no table": (
        ["DROP TABLE alembic_version"],
        "(?s)empty, as one without alembic_version .*table records: it does not belong here",
    ),
    "no evidence either": (
        ["DROP TABLE alembic_version", "DROP TABLE checkpoints"],
        "(?s)empty, .*table records: it does not belong here",
    ),
}


@pytest.mark.parametrize(("statements", "words"), STEPS.values(), ids=STEPS)
async def test_a_database_that_does_not_say_its_step_is_refused_and_is_a_finding(place, statements, words):
    await filled(place, 1)
    run(place.database, statements)
    before = await schema_of(place, nothing)
    for attempt in (
        operate.upgrade(str(place.database)),
        operate.check(str(place.database)),
        place.store().open(),
    ):
        with pytest.raises(DatabaseRefused, match=words):
            await attempt
    assert await schema_of(place, nothing) == before
    findings, _ = await verified(place)
    assert any(finding.kind.name == "SCHEMA" and "alembic_version" in finding.where for finding in findings)


async def test_a_server_says_at_its_start_what_is_not_as_it_must_be(place, caplog, capsys):
    await filled(place, 1)
    on = " ON records" if isinstance(place.database, str) else ""
    run(place.database, [f"DROP TRIGGER records_no_delete{on}", "CREATE VIEW aside AS SELECT 1"])
    async with opened(place):
        pass
    assert await operate.check(str(place.database)) == operate.FAULTY
    printed = capsys.readouterr().out
    for words in ("records_no_delete: it is missing", "view aside: it does not belong here"):
        assert words in caplog.text
        assert words in printed


async def test_nothing_is_made_in_a_database_of_somebody_else(empty):
    run(empty.database, ["CREATE TABLE accounts (x int)"])
    with pytest.raises(DatabaseRefused, match="table accounts"):
        await empty.store().open()
    with pytest.raises(DatabaseRefused, match="table accounts"):
        await operate.upgrade(str(empty.database))
    assert "table evidence" not in await schema_of(empty, nothing)


@pytest.mark.parametrize("setting", ["synchronous_commit", "fsync"])
async def test_a_postgresql_that_could_lose_a_commit_is_refused(postgres, tmp_path, setting, monkeypatch):
    place = places.postgres_place(postgres, tmp_path)
    name = str(place.database).partition("?")[0].rpartition("/")[2]
    if setting == "fsync":  # of the whole server, which other tests use: only what it tells is changed here
        monkeypatch.setattr("seawall.server.database.postgres.SETTINGS", ("enable_seqscan",))
        setting = "enable_seqscan"
    places.run(place.database, [f"ALTER DATABASE {name} SET {setting} = off"])
    with pytest.raises(DatabaseRefused, match=f"{setting} off"):
        await place.store().open()
