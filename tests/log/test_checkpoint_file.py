"""The checkpoint file outside the database: nothing is acknowledged that it does not cover."""

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

from seawall.server.log import key_file
from seawall.server.log.checkpoint import Checkpoint, read_checkpoint
from seawall.server.log.files import lock_of
from seawall.server.run import serving
from seawall.server.store import known_log
from seawall.server.store.checkpoint_file import CheckpointNotWritten, CommitNotBegun, replace_checkpoint_file
from seawall.server.store.log_check import LogRefused
from seawall.server.store.opening import LogFiles
from seawall.v1 import evidence_service_pb2 as v
from seawall.v1 import stress_service_pb2 as s
from tests.companies import company
from tests.log.stores import REQUEST, companies, documents, fill, filled, opened
from tests.places import Place, run
from tests.server.running import detail, everything_in, reason, registered, registration, running

NO_CHECKPOINTS = {"empty": b"", "binary": b"\xff\x00\x01", "text": b"nonsense\n", "half": b"a log\n5\n"}


@pytest.fixture
def apart(place, tmp_path):
    """A place whose checkpoint stands in a folder of its own."""
    (tmp_path / "outside").mkdir()
    return Place(place.database, LogFiles(place.files.key, tmp_path / "outside" / "checkpoints"))


def take_folder_away(place):
    """Takes the folder of the checkpoint away; gives how to bring it back."""
    folder = place.checkpoint.parent
    elsewhere = folder.rename(folder.with_name("elsewhere"))
    return lambda: elsewhere.rename(folder)


def size_in_file(place):
    return read_checkpoint(place.checkpoint.read_text(), place.keys).size


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
        bring_back = take_folder_away(apart)
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
        assert size_in_file(apart) == 1
        assert (await server.stress.RegisterDatasetVersion(another)).created
        assert size_in_file(apart) == 2
        assert await is_serving(server)


async def test_a_file_that_somebody_locks_for_good_stalls_no_call(apart, monkeypatch):
    monkeypatch.setattr(known_log, "LOCK_SECONDS", 0.5)
    async with running(apart.database, apart.files) as server:
        dataset = await registered(server)
        descriptor = os.open(lock_of(apart.checkpoint), os.O_RDONLY)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        async with asyncio.timeout(30):
            for _ in range(2):
                refused = await refusal(registered(server, company(company_name="Another")))
                assert (refused.code(), reason(refused)) == (grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE")
            checks = [asyncio.create_task(is_serving(server)) for _ in range(100)]
            await asyncio.sleep(0.2)
            request = s.GetDatasetVersionRequest(dataset_version_id=dataset)
            await server.stress.GetDatasetVersion(request)  # no thread waits for the file
            assert not any(await asyncio.gather(*checks))
        os.close(descriptor)
        assert not (await server.stress.RegisterDatasetVersion(registration(company(company_name="Another")))).created
        assert await is_serving(server)
        assert size_in_file(apart) == 2


async def test_it_recovers_without_a_call_and_says_so(apart, caplog):
    with caplog.at_level(logging.WARNING):
        async with running(apart.database, apart.files) as server:
            bring_back = take_folder_away(apart)
            await refusal(registered(server))
            assert not await is_serving(server)
            assert not await is_serving(server)
            bring_back()
            assert await is_serving(server)
            assert size_in_file(apart) == 1
    messages = [record.message for record in caplog.records if record.message.startswith("health: ")]
    assert [line.partition(":")[2].split()[:2] for line in messages] == [["not", "serving:"], ["serving", "again"]]


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
        bring_back = take_folder_away(apart)
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
        assert size_in_file(apart) == 3


async def test_a_replay_that_is_not_covered_yet_is_not_answered_again(apart):
    async with opened(apart) as store:
        await store.append(documents())
        bring_back = take_folder_away(apart)
        with pytest.raises(CheckpointNotWritten):
            await store.append(documents()[2:], REQUEST, "IDENTICAL")
        with pytest.raises(CheckpointNotWritten):
            await store.answered(REQUEST)
        bring_back()
        assert await store.answered(REQUEST)
        assert size_in_file(apart) == 4


async def test_who_reads_while_the_checkpoint_is_written_is_answered_after_it(place, monkeypatch):
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
        was_answered = reading.done()  # on SQLite it may write the file itself, beside the thread of the commit
        assert place.checkpoint.exists() or not was_answered
        go_on.set()
        assert await reading
        assert size_in_file(place) == 1
        await appending


async def test_a_file_that_was_deleted_damaged_or_set_back_is_said_and_written_again(place, caplog):
    file = place.checkpoint
    async with opened(place) as store:
        await store.append(companies(1))
        older = file.read_text()
        await store.append(companies(1, first=1))
        for damage, words in (
            (file.unlink, "is gone"),
            (lambda: file.write_bytes(b"\xff"), "is no checkpoint any more"),
            (lambda: file.write_text(older), "is over 1 record again"),
        ):
            caplog.clear()
            damage()
            await store.ping()
            assert size_in_file(place) == 2
            (message,) = [record.message for record in caplog.records if str(file) in record.message]
            assert words in message


async def test_nothing_is_said_of_a_file_that_only_servers_write(sqlite_place, caplog):
    async with opened(sqlite_place) as first, opened(sqlite_place) as second:
        for number in range(4):
            await (first, second)[number % 2].append(companies(1, first=number))
            await first.ping()
    assert str(sqlite_place.checkpoint) not in caplog.text


@pytest.mark.parametrize("content", NO_CHECKPOINTS.values(), ids=NO_CHECKPOINTS)
async def test_a_file_that_is_no_checkpoint_refuses_the_start(place, content):
    await filled(place, 1)
    place.checkpoint.write_bytes(content)
    for accept in (False, True):
        with pytest.raises(LogRefused, match=str(place.checkpoint)):
            await place.store(accept_truncation=accept).open()
    assert place.checkpoint.read_bytes() == content


async def test_a_last_record_that_is_none_refuses_the_start(place):
    await filled(place, 1)
    quoted = "X'00'" if not isinstance(place.database, str) else "'\\x00'"
    place.tamper(f"UPDATE records SET body = {quoted} WHERE seq = 4")
    with pytest.raises(LogRefused, match="record 4 cannot be read"):
        await place.store().open()


async def test_what_cannot_be_read_refuses_the_start(place):
    await filled(place, 1)
    place.checkpoint.unlink()
    place.checkpoint.mkdir()
    with pytest.raises(LogRefused, match="cannot be read"):
        await place.store().open()


async def test_a_start_without_the_file_warns_and_writes_it(place, caplog):
    await filled(place, 1)
    note = place.checkpoint.read_text()
    place.checkpoint.unlink()
    with caplog.at_level(logging.WARNING):
        async with opened(place):
            assert place.checkpoint.read_text() == note
    assert f"No checkpoint file at {place.checkpoint}" in caplog.text
    caplog.clear()
    async with opened(place):
        pass
    assert "No checkpoint file" not in caplog.text


async def test_a_start_brings_an_older_checkpoint_up_to_date(place):
    await filled(place, 1)
    note = place.checkpoint.read_text()
    older = place.rows("SELECT note FROM checkpoints WHERE tenant = 'local' ORDER BY size LIMIT 1")[0][0]
    place.checkpoint.write_text(older)
    async with opened(place):
        assert place.checkpoint.read_text() == note


async def test_a_start_without_a_log_warns_of_nothing(place, caplog):
    async with opened(place):
        assert "No checkpoint file" not in caplog.text


def test_a_signed_checkpoint_is_replaced_only_where_that_is_known_to_be_right(tmp_path):
    path, log_keys = tmp_path / "log.checkpoint", key_file.make(tmp_path / "log.key").operator
    notes = [Checkpoint(log_keys.origin, size, bytes(32)).signed(log_keys) for size in (1, 2, 3)]
    for older, number, stands in ((0, 0, 0), (0, 1, 1), (0, 0, 1), (0, 2, 1), (1, 2, 2), (1, 1, 2)):
        other = replace_checkpoint_file(path, notes[number], log_keys, older=notes[older])
        assert path.read_text() == notes[stands]
        assert (other.note if other else notes[number]) == notes[stands]


async def test_a_checkpoint_that_is_a_link_stays_one(place, tmp_path):
    (tmp_path / "safe").mkdir()
    place.files.checkpoints.mkdir()
    place.checkpoint.symlink_to(tmp_path / "safe" / "real")
    await fill(place, 1)
    assert place.checkpoint.is_symlink()
    assert (tmp_path / "safe" / "real").read_text() == place.checkpoint.read_text()


async def test_a_start_that_is_refused_leaves_no_key_behind(sqlite_place):
    sqlite_place.files.checkpoints.mkdir()
    sqlite_place.checkpoint.touch()
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
