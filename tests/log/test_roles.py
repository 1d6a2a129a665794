"""The roles of PostgreSQL: who makes the tables cannot be who serves, and who checks cannot write."""

from pathlib import Path

import asyncpg
import pytest

from seawall.server.database import schema
from seawall.server.database.connect import database_of
from seawall.server.database.database import DatabaseRefused
from tests import places
from tests.log.stores import fill, verified
from tests.places import Place, run

ROLES = (Path(__file__).parent.parent.parent / "server" / "database" / "migrations" / "roles.sql").read_text(
    encoding="utf-8"
)
FORBIDDEN = [
    "UPDATE evidence SET tenant = 'x'",
    "DELETE FROM records",
    "TRUNCATE checkpoints",
    "DROP TRIGGER records_no_delete ON records",
    "ALTER TABLE records DISABLE TRIGGER ALL",
    "SET session_replication_role = replica",
    "UPDATE alembic_version SET version_num = 'x'",
    "INSERT INTO alembic_version VALUES ('x')",
    "CREATE TABLE extra (x int)",
]


def as_role(place, role):
    return Place(str(place.database).replace("//postgres:", f"//seawall_{role}:"), place.files)


@pytest.fixture
async def owned(postgres, tmp_path):
    """A database whose tables the owner made."""
    place = places.postgres_place(postgres, tmp_path, template="template0")
    run(place.database, [ROLES])
    database = database_of(as_role(place, "owner").database)
    await schema.upgrade(database)
    await database.dispose()
    run(place.database, [ROLES])
    return place


async def test_the_app_serves_and_the_auditor_checks(owned):
    await fill(as_role(owned, "app"))
    findings, result = await verified(as_role(owned, "auditor"))
    assert findings == []
    assert result.records == 9


@pytest.mark.parametrize("statement", FORBIDDEN)
async def test_neither_changes_a_row_or_the_tables(owned, statement):
    for role in ("app", "auditor"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            run(as_role(owned, role).database, [statement])


async def test_the_auditor_adds_nothing(owned):
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        run(as_role(owned, "auditor").database, ["INSERT INTO checkpoints VALUES ('x', 1, 'x')"])


async def test_a_server_that_may_become_the_owner_is_found(owned):
    run(owned.database, ["GRANT seawall_owner TO seawall_app"])  # of the whole server, which other tests use
    try:
        findings, _ = await verified(as_role(owned, "auditor"))
    finally:
        run(owned.database, ["REVOKE seawall_owner FROM seawall_app"])
    assert [(finding.where, finding.kind.name) for finding in findings] == [("membership of seawall_app", "SCHEMA")]


async def test_a_role_that_may_not_read_the_step_is_refused(owned):
    await fill(as_role(owned, "app"))
    run(owned.database, ["REVOKE SELECT ON alembic_version FROM seawall_app, seawall_auditor"])
    with pytest.raises(DatabaseRefused, match=r"alembic_version .*permission denied"):
        await as_role(owned, "app").store().open()
    ((finding,), _) = await verified(as_role(owned, "auditor"))
    assert (finding.where, finding.kind.name) == ("alembic_version", "SCHEMA")
