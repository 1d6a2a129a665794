"""The log of a store, on each database: what stands in it, what it proves, and what it refuses to go on from."""

import asyncio
import json
import os
import shutil

import pytest
from msgspec.structs import replace

from seawall.clients import verify
from seawall.server.documents.document import address_of
from seawall.server.log import key_file
from seawall.server.log.key_file import KeyRefused
from seawall.server.log.record import TRUNCATION_ACCEPTED, read_record
from seawall.server.store import clock
from seawall.server.store.checkpoint_file import CheckpointNotWritten
from seawall.server.store.log_check import LogRefused
from seawall.server.store.opening import LogFiles
from seawall.server.store.proofs import NotLogged, OutOfLog
from tests.log.stores import REQUEST, companies, documents, filled, opened, verified
from tests.places import Place


def records(place):
    return [json.loads(body) for (body,) in place.rows("SELECT body FROM records WHERE tenant = 'local' ORDER BY seq")]


def verifiers(place):
    return place.keys.lines


async def test_each_document_is_logged_once_and_every_replay(place):
    sealed = documents()
    async with opened(place) as store:
        for _ in range(2):
            for document in sealed:
                await store.append([document])
        for _ in range(2):
            await store.append(sealed[2:], outcome="IDENTICAL")
    logged = [(record["action"], record["subject"], record.get("outcome")) for record in records(place)]
    assert logged == [
        ("registered", sealed[0].address, None),
        ("created", sealed[1].address, None),
        ("executed", sealed[2].address, None),
        ("replayed", sealed[2].address, "identical"),
        ("replayed", sealed[2].address, "identical"),
    ]
    assert [record["seq"] for record in records(place)] == [0, 1, 2, 3, 4]
    assert {(record["tenant"], record["actor"]) for record in records(place)} == {("local", "local")}
    assert all(record["software"].startswith("seawall ") for record in records(place))


async def test_a_receipt_comes_with_the_commit_and_is_checked_without_the_server(place):
    async with opened(place) as store:
        (stored,) = await store.append(documents()[:1], REQUEST)
        later = await asyncio.gather(*(store.append([document]) for document in companies(20)))
        receipts = [stored.receipt, *(answer[0].receipt for answer in later)]
        receipts.append((await store.proofs.inclusion(stored.address)).receipt)
    shown = [verify.check_receipt(receipt, verifiers(place)) for receipt in receipts]
    assert {receipt.number for receipt in shown} == set(range(21))
    assert shown[0].record["request_id"] == REQUEST.request_id
    assert shown[-1].record == shown[0].record
    assert shown[-1].checkpoint.size == 21


async def test_every_document_that_is_there_has_a_proof_and_every_log_grew_from_the_one_before(place):
    notes = []
    async with opened(place) as store:
        for document in companies(13):
            await store.append([document])
            notes.append(verify.check_checkpoint(await store.proofs.checkpoint(), verifiers(place)))
        for document in companies(13):
            verify.check_receipt((await store.proofs.inclusion(document.address)).receipt, verifiers(place))
        for old in notes:
            proof = await store.proofs.consistency(old.size)
            verify.check_consistency(old, notes[-1], proof.hashes)
        for first, second in ((0, None), (14, None), (2, 1), (1, 14)):
            with pytest.raises(OutOfLog):
                await store.proofs.consistency(first, second)
        with pytest.raises(NotLogged):
            await store.proofs.inclusion("sha256:" + "0" * 64)


async def test_the_checkpoint_outside_is_there_before_the_answer(place):
    async with opened(place) as store:
        for number, document in enumerate(companies(3), start=1):
            await store.append([document])
            note = place.checkpoint.read_text()
            assert verify.check_checkpoint(note, verifiers(place)).size == number


async def test_time_in_the_log_never_goes_back(place, monkeypatch):
    hours = iter(["2030-01-01T10", "2030-01-01T10", "2030-01-01T09", "2029-12-31T23", "2030-01-01T11", "2030-01-01T12"])
    monkeypatch.setattr(clock, "now", lambda: f"{next(hours)}:00:00.000000Z")
    async with opened(place) as store:  # the first two are taken by opening both logs
        for document in companies(3):
            await store.append([document])
    times = [record["recorded_at"] for record in records(place)]
    assert times == ["2030-01-01T09:00:00.000000Z", "2030-01-01T09:00:00.000001Z", "2030-01-01T11:00:00.000000Z"]
    assert (await verified(place))[0] == []
    place.tamper("DELETE FROM checkpoints WHERE size = 1")  # each commit has a time of its own, and so shows
    ((finding,), _) = await verified(place)
    assert finding.where == "checkpoint 1"


def slipped_in(place, document=None):
    """A document that nobody filed; unless told, one that is right in every other way."""
    document = document or companies(1, first=99)[0]
    blob = f"X'{document.body.hex()}'" if not isinstance(place.database, str) else f"'\\x{document.body.hex()}'"
    return [
        "INSERT INTO evidence(tenant, position, address, kind, inputs, body, recorded_at) VALUES"
        f" ('local', (SELECT max(position) + 1 FROM evidence), '{document.address}', '{document.kind}', '', {blob},"
        " '2025-01-01T00:00:00.000000Z')",
        *(
            f"INSERT INTO labels VALUES ('local', '{document.address}', '{name}', '{label}')"
            for name, label in document.labels
        ),
    ]


async def test_a_log_that_is_shorter_than_its_checkpoint_outside_starts_only_where_that_is_accepted(place):
    await filled(place)
    kept_note = place.checkpoint.read_text()
    size = len(records(place))
    place.tamper("DELETE FROM records WHERE seq >= 5", "DELETE FROM checkpoints WHERE size > 5")
    with pytest.raises(LogRefused, match="--accept-truncation"):
        await place.store().open()
    async with opened(place, accept_truncation=True) as store:
        await store.append(companies(1, first=50))
    record = records(place)[5]
    assert (record["action"], record["checkpoint"]) == ("truncation_accepted", kept_note)
    assert f"\n{size}\n" in kept_note
    async with opened(place):
        pass


def cut(place, left):
    """The newest records are lost, with all that they stored."""
    lost = f"SELECT subject FROM records WHERE seq >= {left} AND subject NOT IN (SELECT subject FROM records"
    place.tamper(
        f"DELETE FROM evidence WHERE address IN ({lost} WHERE seq < {left}))",
        f"DELETE FROM records WHERE seq >= {left}",
        f"DELETE FROM checkpoints WHERE size > {left}",
    )


def truncations(place):
    return [record["checkpoint"] for record in records(place) if record["action"] == TRUNCATION_ACCEPTED]


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("left", [4, 8])
async def test_a_truncation_that_was_accepted_while_the_file_could_not_be_written_is_not_asked_for_again(
    place, left, again
):
    """With one record lost and one that says so the log is as long as before, and another one."""
    await filled(place)
    kept_note = place.checkpoint.read_text()
    cut(place, left)
    in_the_way = place.checkpoint.with_name(f".{place.checkpoint.name}.{os.getpid()}")
    in_the_way.mkdir()
    with pytest.raises(CheckpointNotWritten):
        await place.store(accept_truncation=True).open()
    assert (truncations(place), place.checkpoint.read_text()) == ([kept_note], kept_note)
    in_the_way.rmdir()
    async with opened(place, accept_truncation=again) as store:
        await store.append(companies(1, first=50))
    assert truncations(place) == [kept_note]
    assert (await verified(place, place.checkpoint.read_text()))[0] == []


async def test_what_one_server_accepted_as_lost_no_other_asks_for_again(place, tmp_path):
    other = Place(place.database, LogFiles(place.files.key, tmp_path / "other"))
    await filled(place)
    async with opened(other):
        kept_note = other.checkpoint.read_text()
    cut(place, 5)
    async with opened(place, accept_truncation=True) as store:
        await store.append(companies(6, first=50))
        async with opened(other) as second:
            await second.append(companies(1, first=60))
    assert truncations(place) == [kept_note]
    assert (await verified(place, other.checkpoint.read_text()))[0] == []


async def test_another_checkpoint_over_what_was_lost_is_refused_like_one_of_another_log(place, tmp_path, caplog):
    other = Place(place.database, LogFiles(place.files.key, tmp_path / "other"))
    await filled(place)
    other.files.checkpoints.mkdir()
    other.checkpoint.write_text(place.rows("SELECT note FROM checkpoints WHERE size = 7")[0][0])
    cut(place, 5)
    async with opened(place, accept_truncation=True) as store:
        await store.append(companies(6, first=50))
    for accept in (False, True):
        with pytest.raises(LogRefused, match="does not begin with the 7 records"):
            await other.store(accept_truncation=accept).open()
    other.checkpoint.unlink()  # the way out that docs/operating.md tells
    async with opened(other):
        assert f"No checkpoint file at {other.checkpoint}" in caplog.text


async def test_a_record_of_a_truncation_that_is_not_in_the_tree_accepts_none(place):
    await filled(place)
    kept_note = place.checkpoint.read_text()
    cut(place, 5)
    subject = address_of(kept_note.encode())
    record = read_record(place.rows("SELECT body FROM records WHERE seq = 2")[0][0])
    record = replace(record, subject=subject, action=TRUNCATION_ACCEPTED, checkpoint=kept_note)
    blob = f"X'{record.body.hex()}'" if not isinstance(place.database, str) else f"'\\x{record.body.hex()}'"
    place.tamper(f"UPDATE records SET subject = '{subject}', body = {blob} WHERE seq = 2")
    with pytest.raises(LogRefused, match="records are missing"):
        await place.store().open()
    assert place.checkpoint.read_text() == kept_note


async def test_a_document_with_the_highest_number_refuses_the_log(place):
    await filled(place)
    async with opened(place) as store:
        place.tamper(f"UPDATE evidence SET position = {2**63 - 1} WHERE position = 8")
        with pytest.raises(LogRefused, match=str(2**63 - 1)):
            await store.append(companies(1, first=50))
    with pytest.raises(LogRefused, match=str(2**63 - 1)):
        await place.store().open()


async def test_a_log_that_lost_every_record_begins_anew_where_that_is_accepted(place):
    await filled(place)
    place.tamper("DELETE FROM records WHERE tenant = 'local'", "DELETE FROM checkpoints WHERE tenant = 'local'")
    async with opened(place, accept_truncation=True) as store:
        (again,) = await store.append(documents()[:1])
    assert [record["action"] for record in records(place)] == ["truncation_accepted"]
    assert again.created is False  # nobody logs what somebody may have slipped in
    findings, _ = await verified(place)
    assert {finding.kind.name for finding in findings} == {"WITHOUT_RECORD", "REQUEST"}


async def test_a_log_that_is_as_long_but_another_one_is_refused(place, tmp_path):
    await filled(place)
    kept_note = place.checkpoint.read_text()
    tables = ("records", "checkpoints", "requests", "parents", "labels", "evidence")
    place.tamper(*(f"DELETE FROM {table} WHERE tenant = 'local'" for table in tables))
    place.checkpoint.unlink()
    async with opened(place) as store:  # the same key signs another history
        for document in companies(15, first=100):
            await store.append([document])
    place.checkpoint.write_text(kept_note)
    for accept in (False, True):
        with pytest.raises(LogRefused, match="does not begin with"):
            await place.store(accept_truncation=accept).open()


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM records WHERE seq = 8", "last checkpoint"),
        ("DELETE FROM checkpoints WHERE size = 9", "last checkpoint"),
        (
            "UPDATE records SET hashes = (SELECT hashes FROM records WHERE tenant = 'local' AND seq = 0) WHERE seq = 8",
            "not the one",
        ),
        ("UPDATE checkpoints SET note = (SELECT note FROM checkpoints WHERE size = 3) WHERE size = 9", "not the one"),
        ("UPDATE checkpoints SET note = 'nonsense' WHERE size = 9", "no signed note"),
    ],
)
async def test_a_log_whose_end_was_altered_is_refused(place, statement, words):
    await filled(place)
    assert len(records(place)) == 9
    place.tamper(statement)
    place.checkpoint.unlink()
    with pytest.raises(LogRefused, match=words):
        await place.store().open()


async def test_a_log_is_not_continued_with_another_key(place):
    await filled(place, 1)
    place.files.key.unlink()
    with pytest.raises(KeyRefused, match="no key"):
        await place.store().open()
    key_file.make(place.files.key)
    with pytest.raises(LogRefused, match="no known key"):
        await place.store().open()


async def test_a_log_goes_on_under_a_second_key(place):
    await filled(place, 1)
    place.replace_key(key_file.rotate, len(records(place)))
    async with opened(place) as store:
        assert (await store.proofs.checkpoint()).count(
            "\n— "
        ) == 2  # a record of the new key is the first that it signs
        await store.append(companies(1, first=7))
        assert (await store.proofs.checkpoint()).count("\n— ") == 2
    place.replace_key(key_file.retire, len(records(place)))
    async with opened(place) as store:
        await store.append(companies(1, first=8))
        assert (await store.proofs.checkpoint()).count("\n— ") == 1
    assert [record["action"] for record in records(place)][5:] == ["key_added", "registered", "registered"]
    assert (await verified(place))[0] == []


async def test_a_copy_of_the_file_is_a_backup_without_the_key(sqlite_place, tmp_path):
    await filled(sqlite_place)
    secret = sqlite_place.keys.signers[0]
    for path in sqlite_place.database.parent.glob("seawall.db*"):
        if path.is_file() and not path.name.endswith(".key"):
            assert secret.seed not in path.read_bytes()
            assert secret.line.encode() not in path.read_bytes()
    shutil.copy(sqlite_place.database, tmp_path / "backup.db")
