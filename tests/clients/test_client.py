"""A cut connection costs time and nothing else: every call is made again, and each period comes exactly once."""

import asyncio

import grpc
import pytest
from google.protobuf import any_pb2, duration_pb2
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status

from seawall.clients.client import FieldViolation, Retry, SeawallError, StressClient
from seawall.v1 import stress_service_pb2 as stress
from seawall.v1.dataset_pb2 import DatasetVersion
from seawall.v1.execution_pb2 import PeriodResult
from tests.clients.fake_server import EXECUTION_ID, HORIZON, LISTED, Cable, FakeStressService, serving

QUICK = Retry(attempts=5, first_wait_seconds=0.05)
EVERY_MONTH = list(range(1, HORIZON + 1))


def unavailable(context):
    return context.abort(grpc.StatusCode.UNAVAILABLE, "the database is locked")


def refused(code, *details):
    async def fail(context):
        packed = []
        for detail in details:
            detail_as_any = any_pb2.Any()
            detail_as_any.Pack(detail)
            packed.append(detail_as_any)
        status = status_pb2.Status(code=code, message="refused", details=packed)
        await context.abort_with_status(rpc_status.to_status(status))

    return fail


async def received(events):
    """What a caller received: started, the numbers of the periods, completed."""
    messages = [event async for event in events]
    return [event.period if isinstance(event, PeriodResult) else type(event) for event in messages]


WHOLE = [stress.ExecutionStarted, *EVERY_MONTH, stress.ExecutionCompleted]
WHOLE_REPLAY = [stress.ReplayStarted, *EVERY_MONTH, stress.ReplayCompleted]


async def test_a_stream_tells_started_each_period_and_completed():
    async with serving(FakeStressService()) as address, StressClient(address) as client:
        assert await received(client.execute("s", "d")) == WHOLE
        assert await received(client.execute("s", "d", periods_per_message=5)) == WHOLE
        assert await received(client.execute("s", "d", start_period=23)) == [WHOLE[0], 23, 24, WHOLE[-1]]
        assert await received(client.execute("s", "d", start_period=25)) == [WHOLE[0], WHOLE[-1]]
        assert await received(client.replay("e", "d")) == WHOLE_REPLAY


@pytest.mark.parametrize("pack", [1, 5])
@pytest.mark.parametrize(
    "cut_after", [[0], [100_000], [300_000, 5_000], [100_000, 100_000, 100_000, 100_000], [500, 500, 700_000]]
)
async def test_a_connection_that_is_cut_in_mid_stream_costs_no_period_and_repeats_none(cut_after, pack):
    service = FakeStressService()
    async with (
        serving(service) as address,
        Cable(address, cut_after) as cable,
        StressClient(cable.address, retry=QUICK) as client,
    ):
        assert await received(client.execute("s", "d", periods_per_message=pack)) == WHOLE
    assert cable.connections == len(cut_after) + 1


async def test_a_replay_that_is_cut_goes_on_likewise():
    async with (
        serving(FakeStressService()) as address,
        Cable(address, [200_000, 200_000]) as cable,
        StressClient(cable.address, retry=QUICK) as client,
    ):
        assert await received(client.replay("e", "d")) == WHOLE_REPLAY
    assert cable.connections == 3


async def test_what_has_begun_is_only_read_when_it_goes_on():
    class Stumbling(FakeStressService):
        async def Execute(self, request, context):
            async for message in super().Execute(request, context):
                yield message
                if len(self.requests) == 1 and message.periods.periods:
                    await unavailable(context)

    service = Stumbling()
    async with serving(service) as address, StressClient(address, retry=QUICK) as client:
        assert await received(client.execute("s", "d", request_id="r")) == WHOLE
    first, again = service.requests
    assert (first.WhichOneof("source"), first.request_id) == ("scenario", "r")
    assert (again.execution_id, again.request_id, again.start_period) == (EXECUTION_ID, "", 2)


async def test_a_stream_without_its_last_message_was_cut():
    class Short(FakeStressService):
        async def Execute(self, request, context):
            answers = super().Execute(request, context)
            # The first three calls end in good order, and too early.
            limit = 5 if len(self.requests) < 3 else 100
            async for message in answers:
                yield message
                limit -= 1
                if not limit:
                    return

    async with serving(Short()) as address, StressClient(address, retry=QUICK) as client:
        assert await received(client.execute("s", "d")) == WHOLE


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda message: message.periods.periods[0].__setattr__("period", 7), "period 7 came in place of 1"),
        (lambda message: message.__setattr__("execution_id", "other"), "went on with other"),
    ],
)
async def test_a_gap_or_another_execution_is_an_error_and_never_passed_on(wrong, words):
    class Wrong(FakeStressService):
        async def Execute(self, request, context):
            async for message in super().Execute(request, context):
                if message.HasField("periods"):
                    wrong(message)
                yield message

    async with serving(Wrong()) as address, StressClient(address, retry=QUICK) as client:
        with pytest.raises(SeawallError, match=words) as raised:
            await received(client.execute("s", "d"))
    assert raised.value.code is grpc.StatusCode.DATA_LOSS


async def test_an_end_before_the_last_month_is_an_error():
    class Hasty(FakeStressService):
        async def Execute(self, request, context):
            async for message in super().Execute(request, context):
                if not message.HasField("periods"):
                    yield message

    async with serving(Hasty()) as address, StressClient(address, retry=QUICK) as client:
        with pytest.raises(SeawallError, match="completed before period 1 of 24"):
            await received(client.execute("s", "d"))


async def test_a_server_that_falls_silent_has_failed():
    class Silent(FakeStressService):
        async def Execute(self, request, context):
            async for message in super().Execute(request, context):
                yield message
                if message.HasField("periods"):
                    await asyncio.sleep(3_600)

    async with serving(Silent()) as address, StressClient(address, timeout_seconds=0.5) as client:
        events = client.execute("s", "d")
        with pytest.raises(SeawallError, match="said nothing for") as raised:
            await received(events)
    assert raised.value.code is grpc.StatusCode.DEADLINE_EXCEEDED


async def test_a_caller_who_takes_its_time_between_months_loses_nothing():
    async with serving(FakeStressService()) as address, StressClient(address, timeout_seconds=0.5) as client:
        events = client.execute("s", "d")
        first = [await anext(events), await anext(events)]
        await asyncio.sleep(1)
        assert len(first) + len(await received(events)) == len(WHOLE)


async def test_a_caller_may_stop_early():
    service = FakeStressService()
    async with serving(service) as address, StressClient(address) as client:
        events = client.execute("s", "d")
        assert isinstance(await anext(events), stress.ExecutionStarted)
        await events.aclose()
        assert (await client.register(DatasetVersion())).created


async def test_a_unary_call_is_made_again_while_the_server_is_unavailable():
    service = FakeStressService([unavailable, unavailable])
    async with serving(service) as address, StressClient(address, retry=QUICK) as client:
        assert (await client.register(DatasetVersion())).created
    assert len(service.requests) == 3


async def test_it_gives_up_after_the_last_attempt():
    service = FakeStressService([unavailable] * 10)
    async with serving(service) as address, StressClient(address, retry=QUICK) as client:
        with pytest.raises(SeawallError, match="the database is locked") as raised:
            await client.register(DatasetVersion())
        with pytest.raises(SeawallError, match="the database is locked"):
            await received(client.execute("s", "d"))
    assert raised.value.code is grpc.StatusCode.UNAVAILABLE
    assert len(service.requests) == 2 * QUICK.attempts


async def test_a_retry_that_the_server_recommends_is_made():
    wait = error_details_pb2.RetryInfo(retry_delay=duration_pb2.Duration(nanos=1_000_000))
    service = FakeStressService([refused(code_pb2.RESOURCE_EXHAUSTED, wait)])
    async with serving(service) as address, StressClient(address, retry=QUICK) as client:
        assert (await client.register(DatasetVersion())).created


async def test_a_refusal_is_typed_and_never_repeated():
    info = error_details_pb2.ErrorInfo(reason="OUT_OF_RANGE", domain="seawall.v1", metadata={"faults": "1"})
    request = error_details_pb2.BadRequest()
    request.field_violations.add(field="dataset_version.cash_sweep_share", reason="OUT_OF_RANGE", description="found 2")
    service = FakeStressService([refused(code_pb2.INVALID_ARGUMENT, info, request)])
    async with serving(service) as address, StressClient(address, retry=QUICK) as client:
        with pytest.raises(SeawallError) as raised:
            await client.register(DatasetVersion())
    error = raised.value
    assert (error.code, error.reason, error.message) == (grpc.StatusCode.INVALID_ARGUMENT, "OUT_OF_RANGE", "refused")
    assert error.metadata == {"faults": "1"}
    assert error.violations == (FieldViolation("dataset_version.cash_sweep_share", "OUT_OF_RANGE", "found 2"),)
    assert error.retry_after_seconds is None
    assert len(service.requests) == 1


async def test_no_server_is_unavailable():
    async with StressClient("127.0.0.1:1", retry=Retry(attempts=2, first_wait_seconds=0.01)) as client:
        with pytest.raises(SeawallError) as raised:
            await client.register(DatasetVersion())
    assert raised.value.code is grpc.StatusCode.UNAVAILABLE


async def test_a_list_is_read_page_by_page():
    service = FakeStressService()
    async with serving(service) as address, StressClient(address) as client:
        executions = [summary.execution_id async for summary in client.executions()]
    assert executions == [str(number) for number in range(LISTED)]
    assert len(service.requests) == 3
