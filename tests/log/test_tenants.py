"""Several tenants in one store: each has documents and a log of its own, and no call meets anything of another."""

import asyncio
import json
from pathlib import Path

import pytest

from seawall.clients import verify
from seawall.server.database import tenants
from seawall.server.database.database import DatabaseRefused
from seawall.server.database.tables import metadata
from seawall.server.documents.kinds import DATASET_VERSION
from seawall.server.log import key_file
from seawall.server.log.record import TENANT_CHECKPOINT
from seawall.server.log.tenants import LOCAL, OPERATOR
from seawall.server.operate import FAULTY, keygen, verify_database
from seawall.server.store import operator_log
from seawall.server.store.checkpoint_file import CheckpointNotWritten
from seawall.server.store.log_check import LogRefused
from seawall.server.store.opening import LogFiles
from seawall.server.store.proofs import NotLogged, OutOfLog
from seawall.server.store.store import Store
from seawall.server.store.writer import MOST_IN_A_COMMIT
from tests.faults.hostile_files import past_the_types
from tests.log.stores import REQUEST, all_verified, companies, documents, opened, verified
from tests.log.test_verification import rewritten
from tests.places import Place

DATASET, SCENARIO, EXECUTION = documents()


async def two_tenants(place):
    """The same documents of `acme` and `local`, each call with a commit of its own, and one more of `local`."""
    async with opened(place) as store:
        for document in (DATASET, SCENARIO, EXECUTION):
            for tenant in ("acme", LOCAL):
                await store.of(tenant).append([document], REQUEST if document is DATASET else None)
        await store.append(companies(1))


def records(place, tenant):
    return [
        json.loads(body) for (body,) in place.rows(f"SELECT body FROM records WHERE tenant = '{tenant}' ORDER BY seq")
    ]


def cut(place, tenant, left):
    """The newest records of a tenant are lost, with all that they stored."""
    own = f"tenant = '{tenant}' AND"
    place.tamper(
        f"DELETE FROM requests WHERE {own} answer IN (SELECT address FROM evidence WHERE {own} position > {left})",
        f"DELETE FROM parents WHERE {own} child IN (SELECT address FROM evidence WHERE {own} position > {left})",
        f"DELETE FROM labels WHERE {own} address IN (SELECT address FROM evidence WHERE {own} position > {left})",
        f"DELETE FROM evidence WHERE {own} position > {left}",
        f"DELETE FROM records WHERE {own} seq >= {left}",
        f"DELETE FROM checkpoints WHERE {own} size > {left}",
    )


def kinds_and_places(findings):
    return {(finding.kind.name, finding.where) for finding in findings}


async def test_each_tenant_has_documents_and_a_log_of_its_own(place):
    await two_tenants(place)
    keys = key_file.load(place.files.key)
    for tenant, size in (("acme", 3), (LOCAL, 4)):
        assert [(record["seq"], record["tenant"]) for record in records(place, tenant)] == [
            (number, tenant) for number in range(size)
        ]
        note = place.files.checkpoint_of(tenant).read_text()
        checkpoint = verify.check_newest_checkpoint(note, keys.lines)
        assert (checkpoint.origin, checkpoint.size) == (f"{keys.operator.origin}/{tenant}", size)
        findings, result = await verified(place, note, tenant=tenant)
        assert (findings, result.documents, result.records, result.checkpoint) == ([], size, size, note)
    findings, result = await all_verified(place)
    assert (findings, result.documents, result.records) == ([], 7, 9)


async def test_the_same_figures_are_new_to_each_tenant_and_proven_with_its_own_key(sqlite_place):
    async with opened(sqlite_place) as store:
        receipts = {}
        for tenant in ("acme", "other"):
            (stored,) = await store.of(tenant).append([DATASET], actor="a.b", on_behalf_of="m.kim")
            assert (stored.created, stored.seq, stored.position) == (True, 0, 1)
            receipts[tenant] = stored.receipt
        keys = store.key_file
    for tenant, other in (("acme", "other"), ("other", "acme")):
        shown = verify.check_receipt(receipts[tenant], keys.of(tenant).lines)
        record = shown.record
        assert (record["tenant"], record["actor"], record["on_behalf_of"]) == (tenant, "a.b", "m.kim")
        assert verify.check_receipt(receipts[tenant], keys.lines) == shown  # one file for all tenants
        with pytest.raises(verify.Wrong, match="the checkpoint is of the log"):
            verify.check_receipt(receipts[tenant], keys.of(other).lines)


async def test_what_another_tenant_has_is_read_as_what_nobody_has(place):
    nobodys = "sha256:" + "0" * 64
    async with opened(place) as store:
        acme, other = store.of("acme"), store.of("other")
        await acme.append([DATASET], REQUEST)
        await acme.append([SCENARIO, EXECUTION])
        for address in (EXECUTION.address, nobodys):
            assert await other.get(address) is None
            assert await other.parents_of(address) == []
            assert await other.addresses(address[:20], 2) == []
            with pytest.raises(NotLogged):
                await other.proofs.inclusion(address)
        assert await other.find(EXECUTION.inputs) is None
        assert await other.answered(REQUEST) is None
        assert await other.newest(DATASET_VERSION.name, 0, 10, {}) == ([], False)
        with pytest.raises(NotLogged):
            await other.proofs.checkpoint()
        with pytest.raises(OutOfLog, match="1 to 0"):
            await other.proofs.consistency(1)
        (own,) = await other.append([DATASET], REQUEST)  # the id of a request is a tenant's own, too
        assert own.created
    assert (await all_verified(place))[0] == []


async def test_what_is_wrong_with_one_log_stops_the_calls_of_its_tenant_alone(place):
    await two_tenants(place)
    async with opened(place) as store:
        place.tamper("DELETE FROM records WHERE tenant = 'acme' AND seq = 2")
        answers = await asyncio.gather(
            *(store.of(tenant).append(companies(1, first=7)) for tenant in ("acme", LOCAL, "new")),
            return_exceptions=True,
        )
        assert [type(answer) for answer in answers] == [LogRefused, list, list]
        await store.ping()
        assert await store.get(DATASET.address)


async def test_a_checkpoint_file_that_cannot_be_written_stops_the_calls_of_its_tenant_alone(sqlite_place):
    async with opened(sqlite_place) as store:
        sqlite_place.files.checkpoint_of("acme").mkdir()
        acme, local = await asyncio.gather(
            *(store.of(tenant).append(companies(1)) for tenant in ("acme", LOCAL)), return_exceptions=True
        )
        assert isinstance(acme, LogRefused | CheckpointNotWritten)
        assert isinstance(local, list)


@pytest.mark.parametrize("lost", [1, 3])
async def test_a_start_is_refused_where_the_log_of_any_tenant_is_shorter_than_its_file(place, lost):
    await two_tenants(place)
    cut(place, "acme", 3 - lost)
    with pytest.raises(LogRefused, match=f"acme: the log has {3 - lost} record"):
        await place.store().open()
    async with opened(place, accept_truncation=True):
        pass
    assert [record["action"] for record in records(place, "acme")][3 - lost :] == ["truncation_accepted"]
    assert "truncation_accepted" not in {record["action"] for record in records(place, LOCAL)}


async def test_a_server_meets_the_tenants_that_another_one_made(place, tmp_path):
    other = Place(place.database, LogFiles(place.files.key, tmp_path / "other"))
    async with opened(place) as first, opened(other) as second:
        for number in range(3):
            await first.of("acme").append(companies(1, first=number))
            assert await second.of("acme").get(companies(1, first=number)[0].address)
            await second.of("acme").append(companies(1, first=10 + number))
    notes = [files.checkpoint_of("acme").read_text() for files in (place.files, other.files)]
    assert max(verify.check_checkpoint(note, key_file.load(place.files.key).lines).size for note in notes) == 6
    assert (await all_verified(place))[0] == []


async def test_a_key_is_replaced_in_every_log_from_what_their_files_say(sqlite_place, capsys):
    place, sizes = sqlite_place, {OPERATOR: 2, "acme": 3, LOCAL: 4}
    await two_tenants(place)
    keygen(place.files.key, None, key_file.rotate, place.files.checkpoints, {})
    keys = key_file.load(place.files.key)
    assert {tenant: [(key.first, key.last) for key in keys.of(tenant).keys] for tenant in sizes} == {
        tenant: [(0, None), (size + 1, None)] for tenant, size in sizes.items()
    }
    async with opened(place) as store:
        for tenant in ("acme", "new"):
            await store.of(tenant).append(companies(1))
    assert [record["action"] for record in records(place, "acme")][3:] == ["key_added", "registered"]
    assert [record["action"] for record in records(place, "new")] == ["registered"]
    keygen(place.files.key, None, key_file.retire, place.files.checkpoints, {})
    async with opened(place) as store:
        for tenant in ("acme", "new", "newest"):
            (stored,) = await store.of(tenant).append(companies(1, first=9))
            shown = verify.check_receipt(stored.receipt, store.key_file.lines)
            assert shown.record["tenant"] == tenant
    assert (await all_verified(place))[0] == []
    published = place.files.key.with_name(place.files.key.name + key_file.PUBLIC_SUFFIX).read_text()
    assert capsys.readouterr().out.endswith(published)


async def test_all_tenants_are_verified_by_one_command(sqlite_place, capsys):
    await two_tenants(sqlite_place)
    assert await verify_database(str(sqlite_place.database), sqlite_place.files, must_have_checkpoints=True) == 0
    assert "7 documents, 9 records, 0 findings" in capsys.readouterr().out
    sqlite_place.tamper("UPDATE requests SET created = 0 WHERE tenant = 'acme'")
    assert await verify_database(str(sqlite_place.database), sqlite_place.files, must_have_checkpoints=True) == FAULTY
    assert f"REQUEST acme: {REQUEST.request_id}: created says 0" in capsys.readouterr().out
    for tenant, code in ((LOCAL, 0), ("acme", FAULTY)):
        assert await verify_database(str(sqlite_place.database), sqlite_place.files, True, tenant=tenant) == code
    assert "4 documents, 4 records, 0 findings" in capsys.readouterr().out


async def test_the_operators_log_has_how_far_each_goes_and_nothing_twice(sqlite_place):
    await two_tenants(sqlite_place)
    for _ in range(2):
        async with opened(sqlite_place):
            pass
    of_operator = records(sqlite_place, OPERATOR)
    assert [record["action"] for record in of_operator] == [TENANT_CHECKPOINT] * 2
    notes = {sqlite_place.files.checkpoint_of(tenant).read_text() for tenant in ("acme", LOCAL)}
    assert {record["checkpoint"] for record in of_operator} == notes
    assert (
        verify.check_checkpoint(
            sqlite_place.files.checkpoint_of(OPERATOR).read_text(), key_file.load(sqlite_place.files.key).lines
        ).size
        == 2
    )


async def test_the_operators_log_grows_while_a_server_runs(sqlite_place, monkeypatch):
    monkeypatch.setattr(operator_log, "RECORDED_EVERY_SECONDS", 0.02)
    async with opened(sqlite_place) as store:
        await store.of("acme").append(companies(1))
        for _ in range(1_000):
            if await asyncio.to_thread(records, sqlite_place, OPERATOR):
                break
            await asyncio.sleep(0.02)
        assert await asyncio.to_thread(records, sqlite_place, OPERATOR)
    assert [record["action"] for record in records(sqlite_place, OPERATOR)] == [TENANT_CHECKPOINT]


async def test_an_operators_log_that_cannot_be_written_stops_no_tenant_and_no_end(sqlite_place, caplog):
    async with opened(sqlite_place) as store:
        sqlite_place.files.checkpoint_of(OPERATOR).mkdir()
        assert (await store.of("acme").append(companies(1)))[0].created
    assert "The operator's log lacks the newest checkpoints" in caplog.text


async def test_a_fault_of_one_tenant_is_in_no_other_verification_and_named_in_that_of_all(sqlite_place):
    await two_tenants(sqlite_place)
    sqlite_place.tamper(
        f"DELETE FROM evidence WHERE tenant = 'acme' AND address = '{EXECUTION.address}'",
        f"DELETE FROM labels WHERE tenant = 'acme' AND address = '{EXECUTION.address}'",
    )
    assert (await verified(sqlite_place))[0] == []
    findings, result = await verified(sqlite_place, tenant="acme")
    assert ("WITHOUT_DOCUMENT", EXECUTION.address) in kinds_and_places(findings)
    assert (result.documents, result.records) == (2, 3)
    findings, _ = await all_verified(sqlite_place)
    assert ("WITHOUT_DOCUMENT", f"acme: {EXECUTION.address}") in kinds_and_places(findings)
    assert all(finding.where.startswith("acme: ") for finding in findings)


async def test_a_tenants_log_that_was_cut_with_its_file_is_found_by_the_operators(place):
    await two_tenants(place)
    cut(place, "acme", 1)
    assert (await verified(place, tenant="acme"))[0] == []  # it is whole in itself
    findings, _ = await all_verified(place)
    assert kinds_and_places(findings) == {("HISTORY", "acme: checkpoint 3")}
    cut(place, "acme", 0)
    findings, _ = await all_verified(place)
    assert kinds_and_places(findings) == {("HISTORY", "acme: checkpoint 3")}


async def test_a_tenants_log_that_was_written_anew_with_the_key_is_found_by_the_operators(sqlite_place):
    await two_tenants(sqlite_place)
    sqlite_place.tamper(*rewritten(sqlite_place))
    assert (await verified(sqlite_place))[0] == []
    findings, _ = await all_verified(sqlite_place)
    assert kinds_and_places(findings) == {("HISTORY", "checkpoint 4")}
    assert "record" in findings[0].description


async def test_who_keeps_a_checkpoint_of_the_operators_log_finds_what_became_of_any_other(sqlite_place):
    await two_tenants(sqlite_place)
    note = sqlite_place.files.checkpoint_of(OPERATOR).read_text()
    cut(sqlite_place, "acme", 1)
    cut(sqlite_place, OPERATOR, 0)
    assert (await all_verified(sqlite_place))[0] == []  # by somebody who leaves nothing in the house
    findings, _ = await all_verified(sqlite_place, {OPERATOR: note})
    assert kinds_and_places(findings) == {("HISTORY", f"{OPERATOR}: record 0")}
    sqlite_place.files.checkpoint_of("kept").write_text(note)
    kept = LogFiles(sqlite_place.files.key, sqlite_place.files.checkpoint_of("kept"))
    assert await verify_database(str(sqlite_place.database), kept, must_have_checkpoints=True) == FAULTY


async def test_rows_of_a_tenant_that_are_said_to_be_of_another_are_found_with_both(place):
    await two_tenants(place)
    renamed = [f"UPDATE {table} SET tenant = 'thief' WHERE tenant = 'acme'" for table in metadata.tables]
    place.tamper(*(["PRAGMA foreign_keys=OFF"] if isinstance(place.database, Path) else []), *renamed)
    assert (await verified(place))[0] == []
    findings, _ = await all_verified(place)
    named = kinds_and_places(findings)
    assert {("COLUMN", f"thief: record {seq}") for seq in range(3)} <= named
    assert {("CHECKPOINT", f"thief: checkpoint {size}") for size in (1, 2, 3)} <= named
    assert ("HISTORY", "acme: checkpoint 3") in named
    with pytest.raises(LogRefused, match=r"thief: |acme: "):
        await place.store().open()


async def test_a_kept_checkpoint_of_a_tenant_without_rows_is_missed(sqlite_place):
    await two_tenants(sqlite_place)
    note = sqlite_place.files.checkpoint_of("acme").read_text()
    cut(sqlite_place, "acme", 0)
    findings, _ = await all_verified(sqlite_place, {"acme": note})
    assert ("HISTORY", "acme: record 0") in kinds_and_places(findings)


async def test_rows_of_no_tenant_are_found(place):
    await two_tenants(place)
    place.tamper("UPDATE records SET tenant = 'Nobody!' WHERE tenant = 'acme' AND seq = 2")
    findings, _ = await all_verified(place)
    assert ("COLUMN", "tenant 'Nobody!'") in kinds_and_places(findings)
    assert ("DATABASE", "records") in kinds_and_places(findings)
    assert (await verified(place))[0] == []


async def test_a_value_that_fits_no_column_is_told_to_its_tenant_without_the_number_of_a_row(sqlite_place):
    await two_tenants(sqlite_place)
    past_the_types(sqlite_place, "UPDATE records SET subject = X'00' WHERE tenant = 'acme' AND seq = 2")
    words = "subject is not text of at most 4,096 bytes"
    by_tenant = {tenant: await verified(sqlite_place, tenant=tenant) for tenant in ("acme", LOCAL)}
    assert ("a row of records", words) in {(finding.where, finding.description) for finding in by_tenant["acme"][0]}
    assert {finding.kind.name for finding in by_tenant[LOCAL][0]} == {"DATABASE"}  # SQLite's own check of the file
    findings, _ = await all_verified(sqlite_place)
    assert ("row 5 of records", words) in {(finding.where, finding.description) for finding in findings}


async def test_each_of_many_tenants_is_found(place):
    names = sorted(f"tenant-{number}" for number in range(12))
    async with opened(place) as store:
        await asyncio.gather(*(store.of(name).append(companies(2)) for name in names))
    async with opened(place):
        pass
    assert {name for (name,) in place.rows("SELECT DISTINCT tenant FROM records")} == {*names, OPERATOR}
    findings, result = await all_verified(place)
    assert (findings, result.documents, result.records) == ([], 24, 36)


async def test_more_tenants_than_a_server_holds_are_refused_and_the_first_of_them_verified(place, monkeypatch):
    await two_tenants(place)
    monkeypatch.setattr(tenants, "MOST_TENANTS", 2)
    with pytest.raises(DatabaseRefused, match="rows of more than 2 tenants"):
        await place.store().open()
    findings, result = await all_verified(place)
    assert {(finding.kind.name, finding.description.partition(":")[0]) for finding in findings} == {
        ("DATABASE", "names cannot be read"),
        ("DATABASE", "tenants cannot be read"),
        ("DATABASE", "7 rows are counted and 3 can be read"),
        ("DATABASE", "9 rows are counted and 5 can be read"),
    }
    assert result.documents == 3


async def test_a_noisy_tenant_does_not_starve_another(sqlite_place):
    """The call of another is in the next commit, however many wait before it."""
    answered = []

    async def append(store, tenant, number):
        await store.of(tenant).append(companies(1, first=number))
        answered.append(tenant)

    async with opened(sqlite_place) as store:
        noisy = [asyncio.create_task(append(store, "noisy", number)) for number in range(600)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await append(store, "quiet", 0)
        before = answered.index("quiet")
        await asyncio.gather(*noisy)
    assert before <= 2 * MOST_IN_A_COMMIT
    assert (len(records(sqlite_place, "noisy")), len(records(sqlite_place, "quiet"))) == (600, 1)


def test_a_tenant_of_no_such_name_has_no_store(tmp_path):
    for name in ("", OPERATOR, "A", "../x"):
        with pytest.raises(AssertionError):
            Store(tmp_path / "seawall.db").of(name)
