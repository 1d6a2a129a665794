"""A stream that survives a cut: the call is made again from the last period + 1, so each period comes exactly once."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from typing import Generic, Protocol, TypeVar

import grpc

from seawall.v1.execution_pb2 import ExecutionHeader, PeriodResult
from seawall.v1.stress_service_pb2 import ExecutionPeriods

from .errors import SeawallError, from_rpc_error
from .retry import Retry


class HasHeader(Protocol):
    """The first message of a stream."""

    @property
    def header(self) -> ExecutionHeader: ...


Started = TypeVar("Started", bound=HasHeader, covariant=True)
Completed = TypeVar("Completed", covariant=True)


class Response(Protocol[Started, Completed]):
    """One message of Execute or of Replay: started, periods or completed."""

    @property
    def execution_id(self) -> str: ...
    @property
    def started(self) -> Started: ...
    @property
    def periods(self) -> ExecutionPeriods: ...
    @property
    def completed(self) -> Completed: ...
    def HasField(self, field_name: str) -> bool: ...


class Call(Protocol[Started, Completed]):
    """A stream under way."""

    def __aiter__(self) -> AsyncIterator[Response[Started, Completed]]: ...
    def cancel(self) -> bool: ...


#: Opens the stream at a period; the execution_id is that of an earlier opening, "" the first time.
Open = Callable[[int, str], Call[Started, Completed]]


async def resumed(
    open_at: Open[Started, Completed], start_period: int, retry: Retry, silence_seconds: float | None
) -> AsyncGenerator[Started | PeriodResult | Completed, None]:
    """Started once, each period from `start_period` on once and in order, completed once, however often it is cut.

    A server that says nothing for `silence_seconds` has failed with DEADLINE_EXCEEDED, as one that does not answer has.
    """
    received = _Received[Started, Completed](start_period)
    attempt = 1
    while not received.completed:
        events_before = received.events
        call = open_at(received.next_period, received.execution_id)
        try:
            async for response in _messages_of(call, silence_seconds):
                for event in received.new_in(response):
                    yield event
            cut = SeawallError(grpc.StatusCode.UNAVAILABLE, "the stream ended without its last message")
        except grpc.aio.AioRpcError as error:
            cut = from_rpc_error(error)
        finally:
            call.cancel()
        if not received.completed:
            attempt = 2 if received.events > events_before else attempt + 1
            await retry.wait_before(attempt, cut)


async def _messages_of(
    call: Call[Started, Completed], silence_seconds: float | None
) -> AsyncIterator[Response[Started, Completed]]:
    """The messages of a call. The server has `silence_seconds` for each; the caller's own time does not count."""
    responses = aiter(call)
    while True:
        try:
            async with asyncio.timeout(silence_seconds):
                response = await anext(responses)
        except StopAsyncIteration:
            return
        except TimeoutError:
            silence = f"the server said nothing for {silence_seconds:g} seconds"
            raise SeawallError(grpc.StatusCode.DEADLINE_EXCEEDED, silence) from None
        yield response


class _Received(Generic[Started, Completed]):
    """What the caller has received so far."""

    def __init__(self, start_period: int) -> None:
        self.next_period = start_period
        self.execution_id = ""
        self.horizon = 0
        self.events = 0
        self.completed = False

    def new_in(self, response: Response[Started, Completed]) -> Iterator[Started | PeriodResult | Completed]:
        if response.execution_id != (self.execution_id or response.execution_id):
            raise _broken(f"the stream of {self.execution_id} went on with {response.execution_id}")
        if response.HasField("started"):
            if not self.execution_id:
                self.execution_id = response.execution_id
                self.horizon = response.started.header.horizon_months
                yield self._counted(response.started)
        elif response.HasField("completed"):
            if self.next_period <= self.horizon:
                raise _broken(f"the stream was completed before period {self.next_period} of {self.horizon}")
            self.completed = True
            yield self._counted(response.completed)
        else:
            for period in response.periods.periods:
                if period.period != self.next_period:
                    raise _broken(f"period {period.period} came in place of {self.next_period}")
                self.next_period += 1
                yield self._counted(period)

    def _counted(self, event: "Event") -> "Event":
        self.events += 1
        return event


Event = TypeVar("Event")


def _broken(message: str) -> SeawallError:
    return SeawallError(grpc.StatusCode.DATA_LOSS, message)
