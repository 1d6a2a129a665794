"""A log that changes under a running server: it goes on if others extended it, and is refused if they rewrote it."""

import asyncio

import grpc
import pytest

from seawall.server.log.checkpoint import Checkpoint
from seawall.server.store.log_check import LogRefused
from seawall.server.store.opening import LogFiles
from seawall.v1 import evidence_service_pb2 as v
from tests.companies import company
from tests.log.stores import companies, documents, filled, opened, verified
from tests.log.test_checkpoint_file import is_serving, refusal, refusal_to_register, size_in_file
from tests.log.test_verification import rewritten
from tests.places import Place
from tests.server.running import everything_in, reason, registered, running

NUMBERED = (("records", "seq"), ("checkpoints", "size - 1"))
TRUNCATED = ("DELETE FROM records WHERE seq >= 5", "DELETE FROM checkpoints WHERE size > 5")


async def test_what_another_server_added_is_answered_once_the_file_of_this_one_covers_it(place, tmp_path):
    other = Place(place.database, LogFiles(place.files.key, tmp_path / "other"))
    async with opened(place) as first, opened(other) as second:
        for number, document in enumerate(companies(4), start=1):
            await first.append([document])
            assert await second.get(document.address)
            assert size_in_file(other) == number


async def test_a_running_server_does_not_go_on_from_a_log_that_lost_records(place):
    await filled(place)
    async with running(place.database, place.files) as server:
        note = place.checkpoint.read_text()
        await asyncio.to_thread(place.tamper, *TRUNCATED)  # the server of this loop may hold a lock
        before = everything_in(place.database)
        refused = await refusal(registered(server, company(company_name="Another")))
        assert (refused.code(), reason(refused)) == (grpc.StatusCode.DATA_LOSS, "LOG_REFUSED")
        assert not await is_serving(server)
        refused = await refusal(server.evidence.GetCheckpoint(v.GetCheckpointRequest()))
        assert reason(refused) == "LOG_REFUSED"
        events = [event async for event in server.evidence.VerifyEvidence(v.VerifyEvidenceRequest())]
        findings = [event.finding for event in events if event.WhichOneof("event") == "finding"]
        kinds = {(v.FindingKind.Name(finding.kind), finding.where) for finding in findings}
        assert ("FINDING_KIND_HISTORY", "record 5") in kinds
    assert everything_in(place.database) == before
    assert place.checkpoint.read_text() == note


@pytest.mark.parametrize("left", [5, 0])
async def test_a_log_that_lost_records_is_refused_as_that(place, left):
    await filled(place)
    async with opened(place) as store:
        place.tamper(
            *(f"DELETE FROM {table} WHERE tenant = 'local' AND {number} >= {left}" for table, number in NUMBERED)
        )
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
        note = place.checkpoint.read_text()
        place.tamper(*rewritten(place))
        for call in (store.append(companies(1, first=50)), store.ping()):
            with pytest.raises(LogRefused, match="does not begin with the 9 records"):
                await call
        assert place.checkpoint.read_text() == note
        place.checkpoint.unlink()
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
        place.tamper(f"INSERT INTO checkpoints VALUES ('local', 9, '{last}')")
        await store.ping()
        assert (await store.append(companies(1, first=50)))[0].created


async def test_looks_at_a_log_beside_the_commits_of_two_servers_meet_nothing_wrong(place):
    """Health looks while a commit is on its way to the checkpoint file that both write."""
    async with opened(place) as first, opened(place) as second:

        async def committed(store, number):
            for company_number in range(number, number + 5):
                await store.append(companies(1, first=company_number))

        every = asyncio.gather(*(committed(store, 10 * number) for number, store in enumerate(4 * [first, second])))
        while not every.done():
            await asyncio.gather(first.ping(), second.ping())
        await every
        await first.ping()
        assert size_in_file(place) == 40


async def test_servers_that_share_a_database_go_on_from_each_other(place, tmp_path):
    other = Place(place.database, LogFiles(place.files.key, tmp_path / "other"))
    async with opened(place) as first, opened(other) as second:
        for number in range(6):
            for store in (first, second):
                await store.append(companies(1, first=10 * number + (store is second)))
            assert size_in_file(other) == 2 * number + 2
    assert (await verified(place, other.checkpoint.read_text()))[0] == []


async def test_servers_that_share_the_file_too_never_make_it_shorter(sqlite_place):
    sizes = []

    async def append(store, first):
        for number in range(20):
            (stored,) = await store.append(companies(1, first=first + number))
            sizes.append(size_in_file(sqlite_place))
            assert sizes[-1] > stored.seq

    async with opened(sqlite_place) as first, opened(sqlite_place) as second:
        await asyncio.gather(
            *(append(store, 100 * number) for number, store in enumerate((first, second, first, second)))
        )
    assert sizes == sorted(sizes)
    assert sizes[-1] == 80


@pytest.mark.parametrize("size", [4, 5, 9])
async def test_a_running_server_does_not_go_on_under_a_file_of_another_log(place, size):
    """Of fewer records, as many and more than it has; what the file says is a proof, and stays."""
    await filled(place)
    place.tamper(*TRUNCATED)
    place.checkpoint.unlink()
    log_keys = place.keys
    proof = Checkpoint(log_keys.origin, size, bytes(32)).signed(log_keys)
    async with running(place.database, place.files) as server:
        assert size_in_file(place) == 5
        place.checkpoint.write_text(proof)
        for number in range(5):
            assert (await refusal_to_register(server, number)) == "LOG_REFUSED"
        assert not await is_serving(server)
        assert place.checkpoint.read_text() == proof
        assert place.rows("SELECT count(*) FROM records WHERE tenant = 'local'") <= [
            (6,)
        ]  # the call that met it was stored
        place.checkpoint.unlink()
        assert await is_serving(server)


async def test_a_log_that_lost_records_does_not_outgrow_the_file_that_proves_it(place):
    await filled(place)
    proof = place.checkpoint.read_text()
    place.tamper(*TRUNCATED)
    place.checkpoint.unlink()
    async with running(place.database, place.files) as server:
        place.checkpoint.write_text(proof)
        for number in range(6):
            assert (await refusal_to_register(server, number)) == "LOG_REFUSED"
        assert place.checkpoint.read_text() == proof
    with pytest.raises(LogRefused, match="records are missing"):
        await place.store().open()


async def test_any_checkpoint_of_the_same_log_may_stand_in_the_file_of_a_running_server(place, tmp_path):
    other = Place(place.database, LogFiles(place.files.key, tmp_path / "other"))
    async with opened(place) as first, opened(other) as second:
        await first.append(companies(4))
        for document in companies(3, first=10):
            await second.append([document])
        place.checkpoint.write_text(other.checkpoint.read_text())  # further on than the server knows
        assert (await first.append(companies(1, first=20)))[0].created
        assert size_in_file(place) == 8
        (older,) = place.rows("SELECT note FROM checkpoints WHERE size = 5")[0]
        place.checkpoint.write_text(older)
        assert (await first.append(companies(1, first=21)))[0].created
        assert size_in_file(place) == 9
        place.checkpoint.write_text(older)
        await first.ping()
        assert size_in_file(place) == 9
