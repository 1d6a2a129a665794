"""The checkpoint outside the database: nothing is told before it stands there, and no other log goes on under it."""

import asyncio
import fcntl
import logging
import os
import threading
from typing import Any

import grpc
import pytest
from google.rpc.error_details_pb2 import RetryInfo
from grpc_health.v1 import health_pb2, health_pb2_grpc

from seawall.server.log import keys
from seawall.server.log.checkpoint import Checkpoint, read_checkpoint
from seawall.server.run import serving
from seawall.server.store import known_log
from seawall.server.store.checkpoint_file import CheckpointNotWritten, CommitNotBegun, replace_checkpoint_file
from seawall.server.store.log_check import LogRefused
from seawall.server.store.opening import LogFiles
from seawall.v1 import evidence_service_pb2 as v
from seawall.v1 import stress_service_pb2 as s
from tests.companies import company
from tests.log.stores import REQUEST, companies, documents, fill, filled, opened, verified
from tests.log.test_verification import rewritten
from tests.places import Place, run
from tests.server.running import detail, everything_in, reason, registered, registration, running

TRUNCATED = ("DELETE FROM records WHERE seq >= 5", "DELETE FROM checkpoints WHERE size > 5")
NO_CHECKPOINTS = {"empty": b"", "binary": b"\xff\x00\x01", "text": b"nonsense\n", "half": b"a log\n5\n"}


@pytest.fixture
def apart(place, tmp_path):
    """A place whose checkpoint stands in a folder of its own."""
    (tmp_path / "outside").mkdir()
    return Place(place.database, LogFiles(place.files.key, tmp_path / "outside" / "log.checkpoint"))


def gone(place):
    """Takes the folder of the checkpoint away; gives how to bring it back."""
    folder = place.files.checkpoint.parent
    elsewhere = folder.rename(folder.with_name("elsewhere"))
    return lambda: elsewhere.rename(folder)


def size_outside(place):
    return read_checkpoint(place.files.checkpoint.read_text(), keys.load(place.files.key)).size


async def is_serving(server):
    health: Any = health_pb2_grpc.HealthStub(server.channel)
    answer = await health.Check(health_pb2.HealthCheckRequest(service=""))
    return answer.status == health_pb2.HealthCheckResponse.SERVING


async def refusal(call):
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await call
    return refused.value


async def refusal_to_register(server, number=1):
    return reason(await refusal(registered(server, company(company_name=f"Another {number}"))))


async def test_a_call_is_acknowledged_once_the_checkpoint_over_it_can_be_written(apart):
    another = registration(company(company_name="Another"))
    another.request_id = REQUEST.request_id
    async with running(apart.database, apart.files) as server:
        dataset = await registered(server)
        bring_back = gone(apart)
        refused = await refusal(server.stress.RegisterDatasetVersion(another))
        assert (refused.code(), reason(refused)) == (grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE")
        assert "Stored but not yet acknowledged" in str(refused.details())
        assert detail(refused, RetryInfo).retry_delay.seconds == 1
        assert len(everything_in(apart.database)["evidence"]) == 2
        for again in (another, registration(company(company_name="Another")), registration(company(company_name="3"))):
            refused = await refusal(server.stress.RegisterDatasetVersion(again))
            assert (refused.code(), "nothing new is stored" in str(refused.details())) == (
                grpc.StatusCode.UNAVAILABLE,
                True,
            )
        assert len(everything_in(apart.database)["evidence"]) == 2
        for reading in (
            server.stress.ListDatasetVersions(s.ListDatasetVersionsRequest()),
            server.evidence.GetCheckpoint(v.GetCheckpointRequest()),
            server.evidence.GetProof(v.GetProofRequest(address=dataset)),
        ):
            assert (await refusal(reading)).code() is grpc.StatusCode.UNAVAILABLE
        await server.evidence.GetEvidence(v.GetEvidenceRequest(address=dataset))  # it was acknowledged before
        assert not await is_serving(server)
        bring_back()
        assert size_outside(apart) == 1
        assert (await server.stress.RegisterDatasetVersion(another)).created
        assert size_outside(apart) == 2
        assert await is_serving(server)


async def test_a_folder_that_somebody_locks_for_good_stalls_no_call(apart, monkeypatch):
    monkeypatch.setattr(known_log, "LOCK_SECONDS", 0.5)
    folder = apart.files.checkpoint.parent
    async with running(apart.database, apart.files) as server:
        dataset = await registered(server)
        held = os.open(folder, os.O_RDONLY)
        fcntl.flock(held, fcntl.LOCK_EX)
        async with asyncio.timeout(30):
            for _ in range(2):
                refused = await refusal(registered(server, company(company_name="Another")))
                assert (refused.code(), reason(refused)) == (grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE")
            checks = [asyncio.create_task(is_serving(server)) for _ in range(100)]
            await asyncio.sleep(0.2)
            asked = s.GetDatasetVersionRequest(dataset_version_id=dataset)
            await server.stress.GetDatasetVersion(asked)  # no thread waits for the folder
            assert not any(await asyncio.gather(*checks))
        os.close(held)
        assert not (await server.stress.RegisterDatasetVersion(registration(company(company_name="Another")))).created
        assert await is_serving(server)
        assert size_outside(apart) == 2


async def test_it_recovers_without_a_call_and_says_so(apart, caplog):
    with caplog.at_level(logging.WARNING):
        async with running(apart.database, apart.files) as server:
            bring_back = gone(apart)
            await refusal(registered(server))
            assert not await is_serving(server)
            assert not await is_serving(server)
            bring_back()
            assert await is_serving(server)
            assert size_outside(apart) == 1
    told = [record.message for record in caplog.records if record.message.startswith("health: ")]
    assert [line.partition(":")[2].split()[:2] for line in told] == [["not", "serving:"], ["serving", "again"]]


async def test_health_outlives_whatever_happens_to_the_tables(place):
    async with running(place.database, place.files) as server:
        # On a thread: the server of this loop may hold a lock that the statement waits for.
        await asyncio.to_thread(run, place.database, ["ALTER TABLE checkpoints RENAME TO elsewhere"])
        assert not await is_serving(server)
        await asyncio.to_thread(run, place.database, ["ALTER TABLE elsewhere RENAME TO checkpoints"])
        assert await is_serving(server)


async def test_no_way_to_read_tells_what_is_not_covered_yet(apart):
    dataset, stress, execution = documents()
    async with opened(apart) as store:
        await store.append([dataset, stress])
        bring_back = gone(apart)
        with pytest.raises(CheckpointNotWritten):
            await store.append([execution], REQUEST)
        with pytest.raises(CommitNotBegun):
            await store.append([execution], REQUEST)
        for read in (
            store.answered(REQUEST),
            store.find(execution.inputs),
            store.get(execution.address),
            store.proofs.inclusion(dataset.address),
            store.proofs.consistency(1),
        ):
            with pytest.raises(CheckpointNotWritten):
                await read
        assert await store.get(dataset.address)
        bring_back()
        answered = await store.answered(REQUEST)
        assert answered is not None
        assert answered.address == execution.address
        assert size_outside(apart) == 3


async def test_a_replay_that_is_not_covered_yet_is_not_answered_again(apart):
    async with opened(apart) as store:
        await store.append(documents())
        bring_back = gone(apart)
        with pytest.raises(CheckpointNotWritten):
            await store.append(documents()[2:], REQUEST, "IDENTICAL")
        with pytest.raises(CheckpointNotWritten):
            await store.answered(REQUEST)
        bring_back()
        assert await store.answered(REQUEST)
        assert size_outside(apart) == 4


async def test_who_reads_while_the_checkpoint_is_written_is_not_told_before(place, monkeypatch):
    committed, go_on = threading.Event(), threading.Event()

    def slow(*arguments):
        if not committed.is_set():
            committed.set()
            go_on.wait(10)
        return replace_checkpoint_file(*arguments)

    (document,) = companies(1)
    async with opened(place) as store:
        monkeypatch.setattr(known_log, "replace_checkpoint_file", slow)
        appending = asyncio.create_task(store.append([document]))
        await asyncio.to_thread(committed.wait, 10)
        reading = asyncio.create_task(store.get(document.address))
        await asyncio.sleep(0.2)
        assert (reading.done(), place.files.checkpoint.exists()) == (False, False)
        go_on.set()
        assert await reading
        assert size_outside(place) == 1
        await appending


async def test_what_another_server_added_is_told_once_it_stands_outside_here_too(place, tmp_path):
    other = Place(place.database, LogFiles(place.files.key, tmp_path / "other.checkpoint"))
    async with opened(place) as one, opened(other) as two:
        for number, document in enumerate(companies(4), start=1):
            await one.append([document])
            assert await two.get(document.address)
            assert size_outside(other) == number


async def test_a_deleted_or_damaged_file_is_written_again(place):
    async with opened(place) as store:
        await store.append(companies(1))
        for damage in (place.files.checkpoint.unlink, lambda: place.files.checkpoint.write_bytes(b"\xff")):
            damage()
            await store.ping()
            assert size_outside(place) == 1


@pytest.mark.parametrize("content", NO_CHECKPOINTS.values(), ids=NO_CHECKPOINTS)
async def test_a_file_that_is_no_checkpoint_refuses_the_start(place, content):
    await filled(place, 1)
    place.files.checkpoint.write_bytes(content)
    for accept in (False, True):
        with pytest.raises(LogRefused, match=str(place.files.checkpoint)):
            await place.store(accept_truncation=accept).open()
    assert place.files.checkpoint.read_bytes() == content


async def test_a_last_record_that_is_none_refuses_the_start(place):
    await filled(place, 1)
    quoted = "X'00'" if not isinstance(place.database, str) else "'\\x00'"
    place.tamper(f"UPDATE records SET body = {quoted} WHERE seq = (SELECT max(seq) FROM records)")
    with pytest.raises(LogRefused, match="record 4 cannot be read"):
        await place.store().open()


async def test_what_cannot_be_read_refuses_the_start(place):
    await filled(place, 1)
    place.files.checkpoint.unlink()
    place.files.checkpoint.mkdir()
    with pytest.raises(LogRefused, match="cannot be read"):
        await place.store().open()


async def test_a_start_without_the_file_warns_and_writes_it(place, caplog):
    await filled(place, 1)
    kept = place.files.checkpoint.read_text()
    place.files.checkpoint.unlink()
    with caplog.at_level(logging.WARNING):
        async with opened(place):
            assert place.files.checkpoint.read_text() == kept
    assert f"No checkpoint file at {place.files.checkpoint}" in caplog.text
    caplog.clear()
    async with opened(place):
        pass
    assert "No checkpoint file" not in caplog.text


async def test_a_start_brings_an_older_checkpoint_up_to_date(place):
    await filled(place, 1)
    kept = place.files.checkpoint.read_text()
    older = place.rows("SELECT note FROM checkpoints ORDER BY size LIMIT 1")[0][0]
    place.files.checkpoint.write_text(older)
    async with opened(place):
        assert place.files.checkpoint.read_text() == kept


async def test_a_start_without_a_log_warns_of_nothing(place, caplog):
    async with opened(place):
        assert "No checkpoint file" not in caplog.text


async def test_a_running_server_does_not_go_on_from_a_log_that_lost_records(place):
    await filled(place)
    async with running(place.database, place.files) as server:
        kept = place.files.checkpoint.read_text()
        await asyncio.to_thread(place.tamper, *TRUNCATED)  # the server of this loop may hold a lock
        before = everything_in(place.database)
        refused = await refusal(registered(server, company(company_name="Another")))
        assert (refused.code(), reason(refused)) == (grpc.StatusCode.DATA_LOSS, "LOG_REFUSED")
        assert not await is_serving(server)
        refused = await refusal(server.evidence.GetCheckpoint(v.GetCheckpointRequest()))
        assert reason(refused) == "LOG_REFUSED"
        events = [event async for event in server.evidence.VerifyEvidence(v.VerifyEvidenceRequest())]
        found = [event.finding for event in events if event.WhichOneof("event") == "finding"]
        kinds = {(v.FindingKind.Name(finding.kind), finding.where) for finding in found}
        assert ("FINDING_KIND_HISTORY", "record 5") in kinds
    assert everything_in(place.database) == before
    assert place.files.checkpoint.read_text() == kept


@pytest.mark.parametrize("left", [5, 0])
async def test_a_log_that_lost_records_is_told_as_that(place, left):
    await filled(place)
    async with opened(place) as store:
        place.tamper(f"DELETE FROM records WHERE seq >= {left}", f"DELETE FROM checkpoints WHERE size > {left}")
        with pytest.raises(LogRefused, match=f"has {left} records and this server knows 9: records are missing"):
            await store.append(companies(1, first=50))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM records WHERE seq = 8",
        "DELETE FROM checkpoints WHERE size = 9",
        "UPDATE checkpoints SET note = 'nonsense' WHERE size = 9",
        "UPDATE checkpoints SET note = (SELECT note FROM checkpoints WHERE size = 3) WHERE size = 9",
    ],
)
async def test_a_running_server_meets_every_change_to_the_end_of_its_log(place, statement):
    await filled(place)
    async with opened(place) as store:
        place.tamper(statement)
        before = everything_in(place.database)
        for call in (store.append(companies(1, first=50)), store.append(documents()[:1]), store.ping()):
            with pytest.raises(LogRefused):
                await call
    assert everything_in(place.database) == before


async def test_a_running_server_does_not_go_on_from_a_log_that_was_written_anew(place):
    """With the real key, as long or longer: nothing in the house shows it but what the server knows."""
    await filled(place)
    async with opened(place) as store:
        kept = place.files.checkpoint.read_text()
        place.tamper(*rewritten(place))
        for call in (store.append(companies(1, first=50)), store.ping()):
            with pytest.raises(LogRefused, match="does not begin with the 9 records"):
                await call
        assert place.files.checkpoint.read_text() == kept
        place.files.checkpoint.unlink()
        async with opened(place) as deceived:
            await deceived.append(companies(1, first=51))
        for call in (store.append(companies(1, first=50)), store.ping()):
            with pytest.raises(LogRefused, match="does not begin with the 9 records"):
                await call


async def test_a_log_that_comes_back_is_gone_on_with(place):
    await filled(place)
    last = place.rows("SELECT note FROM checkpoints WHERE size = 9")[0][0]
    async with opened(place) as store:
        place.tamper("DELETE FROM checkpoints WHERE size = 9")
        with pytest.raises(LogRefused):
            await store.ping()
        place.tamper(f"INSERT INTO checkpoints VALUES (9, '{last}')")
        await store.ping()
        assert (await store.append(companies(1, first=50)))[0].created


async def test_servers_that_share_a_database_go_on_from_each_other(place, tmp_path):
    other = Place(place.database, LogFiles(place.files.key, tmp_path / "other.checkpoint"))
    async with opened(place) as one, opened(other) as two:
        for number in range(6):
            for store in (one, two):
                await store.append(companies(1, first=10 * number + (store is two)))
            assert size_outside(other) == 2 * number + 2
    assert (await verified(place, other.files.checkpoint.read_text()))[0] == []


async def test_servers_that_share_the_file_too_never_make_it_shorter(sqlite_place):
    sizes = []

    async def append(store, first):
        for number in range(20):
            (stored,) = await store.append(companies(1, first=first + number))
            sizes.append(size_outside(sqlite_place))
            assert sizes[-1] > stored.seq

    async with opened(sqlite_place) as one, opened(sqlite_place) as two:
        await asyncio.gather(*(append(store, 100 * number) for number, store in enumerate((one, two, one, two))))
    assert sizes == sorted(sizes)
    assert sizes[-1] == 80


def test_a_signed_checkpoint_is_replaced_only_where_that_is_known_to_be_right(tmp_path):
    path, held = tmp_path / "log.checkpoint", keys.make(tmp_path / "log.key")
    notes = [Checkpoint(held.origin, size, bytes(32)).signed(held) for size in (1, 2, 3)]
    for older, number, stands in ((0, 0, 0), (0, 1, 1), (0, 0, 1), (0, 2, 1), (1, 2, 2), (1, 1, 2)):
        other = replace_checkpoint_file(path, notes[number], held, older=notes[older])
        assert path.read_text() == notes[stands]
        assert (other.note if other else notes[number]) == notes[stands]


@pytest.mark.parametrize("size", [4, 5, 9])
async def test_a_running_server_does_not_go_on_under_a_file_of_another_log(place, size):
    """Of fewer records, as many and more than it has; what the file says is a proof, and stays."""
    await filled(place)
    place.tamper(*TRUNCATED)
    place.files.checkpoint.unlink()
    held = keys.load(place.files.key)
    proof = Checkpoint(held.origin, size, bytes(32)).signed(held)
    async with running(place.database, place.files) as server:
        assert size_outside(place) == 5
        place.files.checkpoint.write_text(proof)
        for number in range(5):
            assert (await refusal_to_register(server, number)) == "LOG_REFUSED"
        assert not await is_serving(server)
        assert place.files.checkpoint.read_text() == proof
        assert place.rows("SELECT count(*) FROM records") <= [(6,)]  # the call that met it was stored
        place.files.checkpoint.unlink()
        assert await is_serving(server)


async def test_a_log_that_lost_records_does_not_outgrow_the_file_that_proves_it(place):
    await filled(place)
    proof = place.files.checkpoint.read_text()
    place.tamper(*TRUNCATED)
    place.files.checkpoint.unlink()
    async with running(place.database, place.files) as server:
        place.files.checkpoint.write_text(proof)
        for number in range(6):
            assert (await refusal_to_register(server, number)) == "LOG_REFUSED"
        assert place.files.checkpoint.read_text() == proof
    with pytest.raises(LogRefused, match="records are missing"):
        await place.store().open()


async def test_any_checkpoint_of_the_same_log_may_stand_in_the_file_of_a_running_server(place, tmp_path):
    other = Place(place.database, LogFiles(place.files.key, tmp_path / "other.checkpoint"))
    async with opened(place) as one, opened(other) as two:
        await one.append(companies(4))
        for document in companies(3, first=10):
            await two.append([document])
        place.files.checkpoint.write_text(other.files.checkpoint.read_text())  # further on than the server knows
        assert (await one.append(companies(1, first=20)))[0].created
        assert size_outside(place) == 8
        (older,) = place.rows("SELECT note FROM checkpoints WHERE size = 5")[0]
        place.files.checkpoint.write_text(older)
        assert (await one.append(companies(1, first=21)))[0].created
        assert size_outside(place) == 9
        place.files.checkpoint.write_text(older)
        await one.ping()
        assert size_outside(place) == 9


async def test_a_checkpoint_that_is_a_link_stays_one(place, tmp_path):
    (tmp_path / "safe").mkdir()
    place.files.checkpoint.symlink_to(tmp_path / "safe" / "real")
    await fill(place, 1)
    assert place.files.checkpoint.is_symlink()
    assert (tmp_path / "safe" / "real").read_text() == place.files.checkpoint.read_text()


async def test_a_start_that_is_refused_leaves_no_key_behind(sqlite_place):
    sqlite_place.files.checkpoint.touch()
    with pytest.raises(LogRefused):
        await sqlite_place.store().open()
    assert not list(sqlite_place.database.parent.glob("*.key*"))


async def test_a_port_that_is_taken_leaves_nothing_behind(sqlite_place, tmp_path):
    (tmp_path / "other").mkdir()
    async with running(tmp_path / "other" / "seawall.db") as server:
        with pytest.raises(RuntimeError):
            async with serving(sqlite_place.database, server.address):
                pass
    assert not list(sqlite_place.database.parent.glob("seawall.db*"))
