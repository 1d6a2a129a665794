"""The interceptor around every call of seawall.v1: it ends with an answer, or with a status that says why not.

Calls are counted and requests parsed here, so that one too many, one that is too large or is no message at all is
refused with a reason too. Every request comes as a stream: its caller is known before its bytes are taken. Every answer
leaves as bytes: they are counted, and what cannot be serialised is refused too.
"""

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import Any

import grpc
from google.protobuf.message import DecodeError
from google.rpc.code_pb2 import Code
from grpc_status import rpc_status

from seawall.engine import Fault, Reason, Refused
from seawall.engine.values.in_words import counted

from ..accounts.metering import Meter
from ..identity.caller import Caller, local_caller
from ..identity.unauthenticated import Unauthenticated, Why
from ..observing.access import log_call
from ..observing.observation import Observation, Observer, observed, trace_id_in
from ..observing.spans import Metadata, Traced, untraced
from ..refusals import CallRefused, Internal, MessageTooLarge, QuotaExceeded
from ..work.pools import Pool
from .admission import Admission
from .errors import call_refused, status_of
from .refusal_log import RefusalLog

LARGE_BYTES = 64 * 2**10  #: a larger request is parsed off the event loop
MESSAGE_BYTES = 4 * 2**20  #: the largest request
#: A request beyond this is cut off by the transport, without a reason of ours.
TRANSPORT_BYTES = 16 * 2**20

UNKNOWN = "unknown"  #: stands for a method that there is not: its name is its caller's

log = logging.getLogger("seawall.server")
Continuation = Callable[[grpc.HandlerCallDetails], Awaitable[Any]]
Context = grpc.aio.ServicerContext[Any, Any]
Identify = Callable[[Context], Awaitable[Caller]]  #: who calls; raises `Unauthenticated`


class Guard(grpc.aio.ServerInterceptor):
    """Wraps the methods of this package and leaves health and reflection as they are.

    What it wraps takes the caller where gRPC gives a context: a call knows no other.
    """

    def __init__(self, documents: Pool, meter: Meter, identify: Identify = local_caller) -> None:
        """`documents` are the threads that parse large requests."""
        self._documents = documents
        self._meter = meter
        self._identify = identify
        self.admission = Admission()
        self.observers: list[Observer] = [log_call]  #: of each call that has ended
        self.traced: Traced = untraced
        self._refusals = RefusalLog()

    async def intercept_service(self, continuation: Continuation, call: grpc.HandlerCallDetails) -> Any:
        handler = await continuation(call)
        if handler is None:
            with observed(Observation(UNKNOWN, code="UNIMPLEMENTED"), self.observers):
                return None
        if not call.method.startswith("/seawall.v1."):
            return handler
        guarded = _Guarded(call.method, call.invocation_metadata or (), handler)
        if handler.response_streaming:
            return grpc.stream_stream_rpc_method_handler(partial(self._answers, guarded))
        return grpc.stream_unary_rpc_method_handler(partial(self._answer, guarded))

    async def _answer(self, guarded: "_Guarded", _: Any, context: Context) -> bytes:
        (answer,) = [answer async for answer in self._answers(guarded, _, context)]
        return answer

    async def _answers(self, guarded: "_Guarded", _: Any, context: Context) -> AsyncGenerator[bytes, None]:
        """The way of every call: recognise its caller, admit it, take its request, answer; or refuse, with a reason."""
        call = Observation(guarded.method, trace_id_in(guarded.metadata))
        with self.traced(call, guarded.metadata), observed(call, self.observers):
            try:
                call.caller = await self._identify(context)
                body = await _received(context, call)  # before the call counts: some send slowly
                streams = guarded.handler.response_streaming
                with self._meter.admitted(call.caller.tenant), self.admission.admitted(guarded.path, streams):
                    request = await self._parsed(guarded.handler.request_deserializer, body)
                    call.request(request.message)
                    async with aclosing(guarded.work(request, call.caller)) as answers:
                        async for answer in answers:
                            call.sent(answer)
                            yield answer
            except grpc.aio.AbortError:
                raise
            except Exception as error:  # never CancelledError, which is no Exception
                await self._refuse(error, context, call)

    async def _parsed(self, parse: Callable[[bytes], Any], body: bytes) -> Any:
        """The request message of these bytes."""
        if len(body) > MESSAGE_BYTES:
            raise MessageTooLarge(len(body), MESSAGE_BYTES)
        try:
            return await self._documents.run_if(len(body) > LARGE_BYTES, parse, body)
        except DecodeError:
            fault = Fault("", Reason.MALFORMED, counted(len(body), "byte"), "a message of this method's request type")
            raise Refused([fault]) from None

    async def _refuse(self, error: Exception, context: Context, call: Observation) -> None:
        refusal = call_refused(error)
        code, status = UNAUTHENTICATED if isinstance(refusal, Unauthenticated) else _ending(refusal)
        call.refused(code, refusal.reason.name, refusal.cause)
        if isinstance(refusal, Internal):
            log.error("INTERNAL: a defect of the server ended a call; report this traceback", exc_info=error)
        elif refusal.operator_reads:
            self._refusals.say(refusal)
        elif isinstance(refusal, QuotaExceeded):
            await self._meter.delay(refusal)
        await context.abort_with_status(status)


async def _received(context: Context, call: Observation) -> bytes:
    """The bytes of the request; of a call that sends nothing none."""
    received = await context.read()
    body = received if isinstance(received, bytes) else b""
    call.bytes_in = len(body)
    return body


def _ending(refusal: CallRefused) -> tuple[str, grpc.Status]:
    """The name of its code, and the status that ends the call."""
    status = status_of(refusal)
    return Code.Name(status.code), rpc_status.to_status(status)


#: Made once: whoever sends wrong credentials as fast as possible costs no more than he must.
UNAUTHENTICATED = _ending(Unauthenticated(Why.MISSING))


@dataclass(frozen=True, slots=True)
class _Guarded:
    """A method as one call uses it."""

    path: str
    metadata: Metadata
    handler: Any

    @property
    def method(self) -> str:
        """Its name as people write it."""
        return self.path.removeprefix("/")

    async def work(self, request: Any, caller: Caller) -> AsyncGenerator[bytes, None]:
        """The answers of its handler, one or many, each as its bytes."""
        if not self.handler.response_streaming:
            yield self.handler.response_serializer(await self.handler.unary_unary(request, caller))
            return
        async with aclosing(self.handler.unary_stream(request, caller)) as answers:
            async for answer in answers:
                yield self.handler.response_serializer(answer)
