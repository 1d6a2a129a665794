"""What the server's log says of what an operator has to know: each once, in one line, without a traceback."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from seawall.server.database.database import StoreFull, StoreUnavailable
from seawall.server.services import health, refusal_log
from seawall.server.services.refusal_log import RefusalLog, without_traceback
from seawall.server.store import clock
from seawall.v1 import evidence_service_pb2 as v
from tests.companies import company
from tests.log.stores import companies, opened
from tests.log.test_commits import by_file_size
from tests.places import run, sqlite_place
from tests.server.running import reason, registered, running

assert by_file_size  # a fixture
CALLS = 40


def lines(caplog, level=logging.WARNING):
    """What the server itself logged, in the order in which it did."""
    records = [record for record in caplog.records if record.name == "seawall.server" and record.levelno >= level]
    assert not any(record.exc_info or "\n" in record.getMessage() for record in records)
    return [record.getMessage() for record in records]


async def refused(calls):
    """The reasons of calls that are all refused."""
    answers: list[Any] = await asyncio.gather(*calls, return_exceptions=True)
    return {reason(error) for error in answers}


async def test_a_reason_is_said_at_once_then_counted_then_said_again(caplog):
    refusals = RefusalLog(seconds=0.05)
    for number in range(100):
        refusals.say(StoreFull(f"page {number}"))
    refusals.say(StoreUnavailable("it is\ngone"))
    assert lines(caplog) == ["STORE_FULL: page 0", "STORE_UNAVAILABLE: it is gone"]
    await asyncio.sleep(0.2)  # after its count nothing more came, so nothing more is said
    assert lines(caplog)[2:] == ["STORE_FULL: 99 more in 0.05 seconds, the last: page 99"]
    refusals.say(StoreFull("again"))
    assert lines(caplog)[3:] == ["STORE_FULL: again"]


async def test_a_store_that_is_down_is_a_line_and_a_count(place, caplog, monkeypatch):
    monkeypatch.setattr(refusal_log, "SECONDS", 3_600)
    async with running(place.database, place.files) as server:
        await registered(server)
        # On a thread: the server of this loop may hold a lock that the statement waits for.
        await asyncio.to_thread(run, place.database, ["ALTER TABLE records RENAME TO gone"])
        calls = [registered(server, company(company_name=f"Company {number}")) for number in range(CALLS)]
        assert await refused(calls) == {"STORE_UNAVAILABLE"}
        await asyncio.to_thread(run, place.database, ["ALTER TABLE gone RENAME TO records"])
    (line,) = [line for line in lines(caplog) if line.startswith("STORE_UNAVAILABLE")]
    assert str(place.database).partition("?")[0].rpartition("/")[2] in line


async def test_a_disk_that_is_full_is_a_line(sqlite_place, caplog, by_file_size):
    fill, free = by_file_size
    async with running(sqlite_place.database) as server:
        await registered(server)
        await fill(sqlite_place.store())
        calls = [registered(server, company(company_name=f"Company {number}")) for number in range(CALLS)]
        assert "STORE_FULL" in await refused(calls)
        await free(sqlite_place)
    assert len([line for line in lines(caplog) if line.startswith("STORE_FULL")]) == 1


async def test_damaged_evidence_is_a_line(sqlite_place, caplog):
    async with running(sqlite_place.database) as server:
        dataset = await registered(server)
        await asyncio.to_thread(sqlite_place.tamper, "UPDATE evidence SET body = X'00'")
        calls = [server.evidence.GetEvidence(v.GetEvidenceRequest(address=dataset)) for _ in range(CALLS)]
        assert await refused(calls) == {"EVIDENCE_DAMAGED"}
    assert [line for line in lines(caplog) if line.startswith("EVIDENCE_DAMAGED")] == [
        f"EVIDENCE_DAMAGED: The stored bytes of {dataset} are not those of this address: they were changed or lost."
    ]


def test_how_a_connection_ended_is_a_line():
    try:
        raise ConnectionResetError("reset\nby peer")
    except ConnectionResetError as error:
        said = (type(error), error, error.__traceback__)
    record = logging.LogRecord("pool", logging.ERROR, "", 1, "Exception terminating connection %r", (7,), said)
    assert without_traceback(record)
    assert logging.Formatter().format(record) == "Exception terminating connection 7: reset by peer"


async def test_a_database_that_cannot_be_opened_is_named_with_the_reason(tmp_path):
    place = sqlite_place(tmp_path / "missing")
    with pytest.raises(StoreUnavailable) as unavailable:
        await place.store().open()
    await asyncio.sleep(0.1)  # until the thread of the driver has ended: it answers this loop
    assert str(unavailable.value) == (
        f"{place.database}: unable to open database file: there is no folder {tmp_path / 'missing'}"
    )


async def status_of_clock(server, service=health.CLOCK):
    stub: Any = health_pb2_grpc.HealthStub(server.channel)
    answer = await stub.Check(health_pb2.HealthCheckRequest(service=service))
    return health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status)


def hours_from_now(hours):
    return (datetime.now(UTC) + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


async def test_a_clock_that_stood_in_the_future_is_warned_of_and_stops_nothing(place, caplog, monkeypatch):
    with monkeypatch.context() as future:
        future.setattr(clock, "now", lambda: hours_from_now(2))
        async with opened(place) as store:
            await store.append(companies(1))
    async with running(place.database, place.files) as server:
        assert await status_of_clock(server) == "NOT_SERVING"
        await registered(server, company(company_name="Another"))
        assert [await status_of_clock(server, name) for name in (health.CLOCK, *health.SERVICES)] == [
            "NOT_SERVING",
            *["SERVING"] * len(health.SERVICES),
        ]
        monkeypatch.setattr(clock, "now", lambda: hours_from_now(3))
        assert await status_of_clock(server) == "SERVING"
    begins, ends = [line for line in lines(caplog) if line.startswith("clock:")]
    assert "the newest record is 7200 seconds ahead" in begins or "7199 seconds" in begins
    assert ends == "clock: records have this machine's time again"
