"""The interceptor around every call of seawall.v1: it ends with an answer, or with a status that says why not.

Calls are counted and requests parsed here, so that one too many, one that is too large or is no message at all is
refused with a reason too. Every request comes as a stream: its caller is known before its bytes are taken.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Any

import grpc
from google.protobuf.message import DecodeError
from grpc_status import rpc_status

from seawall.engine import Fault, Reason, Refused
from seawall.engine.values.in_words import counted

from ..identity.caller import Caller, local_caller
from ..identity.unauthenticated import Unauthenticated, Why
from ..refusals import Internal, MessageTooLarge
from .admission import Admission
from .errors import call_refused, status_of
from .pools import Pool
from .refusal_log import RefusalLog

LARGE_BYTES = 64 * 2**10  #: a larger request is parsed off the event loop
MESSAGE_BYTES = 4 * 2**20  #: the largest request
#: A request beyond this is cut off by the transport, without a reason of ours.
TRANSPORT_BYTES = 16 * 2**20
#: Made once: whoever sends wrong credentials as fast as possible costs no more than he must.
UNAUTHENTICATED = rpc_status.to_status(status_of(Unauthenticated(Why.MISSING)))

log = logging.getLogger("seawall.server")
Continuation = Callable[[grpc.HandlerCallDetails], Awaitable[Any]]
Context = grpc.aio.ServicerContext[Any, Any]
Identify = Callable[[Context], Awaitable[Caller]]  #: who calls; raises `Unauthenticated`


class Guard(grpc.aio.ServerInterceptor):
    """Wraps the methods of this package and leaves health and reflection as they are.

    What it wraps takes the caller where gRPC gives a context: a call knows no other.
    """

    def __init__(self, documents: Pool, identify: Identify = local_caller) -> None:
        """`documents` are the threads that parse large requests."""
        self._documents = documents
        self._identify = identify
        self._admission = Admission()
        self._refusals = RefusalLog()

    async def intercept_service(self, continuation: Continuation, call: grpc.HandlerCallDetails) -> Any:
        handler = await continuation(call)
        if handler is None or not call.method.startswith("/seawall.v1."):
            return handler
        if handler.response_streaming:
            return grpc.stream_stream_rpc_method_handler(
                self._stream(call.method, handler), response_serializer=handler.response_serializer
            )
        return grpc.stream_unary_rpc_method_handler(
            self._unary(call.method, handler), response_serializer=handler.response_serializer
        )

    def _unary(self, method: str, handler: Any) -> Callable[[Any, Context], Awaitable[Any]]:
        async def guarded(_: Any, context: Context) -> Any:
            try:
                caller, body = await self._identify(context), await context.read()
                with self._admission.admitted(method, streams=False):
                    request = await self._parsed(handler.request_deserializer, body)
                    return await handler.unary_unary(request, caller)
            except grpc.aio.AbortError:
                raise
            except Exception as error:  # never CancelledError, which is no Exception
                await self._abort(error, context)

        return guarded

    def _stream(self, method: str, handler: Any) -> Callable[[Any, Context], AsyncIterator[Any]]:
        async def guarded(_: Any, context: Context) -> AsyncIterator[Any]:
            try:
                caller, body = await self._identify(context), await context.read()
                with self._admission.admitted(method, streams=True):
                    request = await self._parsed(handler.request_deserializer, body)
                    async with aclosing(handler.unary_stream(request, caller)) as messages:
                        async for message in messages:
                            yield message
            except grpc.aio.AbortError:
                raise
            except Exception as error:
                await self._abort(error, context)

        return guarded

    async def _parsed(self, parse: Callable[[bytes], Any], received: Any) -> Any:
        """The request message of what was received; of a call that sends nothing an empty one."""
        body = received if isinstance(received, bytes) else b""
        if len(body) > MESSAGE_BYTES:
            raise MessageTooLarge(len(body), MESSAGE_BYTES)
        try:
            return await self._documents.run_if(len(body) > LARGE_BYTES, parse, body)
        except DecodeError:
            fault = Fault("", Reason.MALFORMED, counted(len(body), "byte"), "a message of this method's request type")
            raise Refused([fault]) from None

    async def _abort(self, error: Exception, context: Context) -> None:
        refusal = call_refused(error)
        if isinstance(refusal, Internal):
            log.error("INTERNAL: a defect of the server ended a call; report this traceback", exc_info=error)
        elif refusal.operator_reads:
            self._refusals.say(refusal)
        status = UNAUTHENTICATED if isinstance(refusal, Unauthenticated) else rpc_status.to_status(status_of(refusal))
        await context.abort_with_status(status)
