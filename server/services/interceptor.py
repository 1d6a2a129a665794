"""The interceptor around every call of seawall.v1: it ends with an answer, or with a status that says why not.

Requests are parsed here, so that one that is too large, or is no message at all, is refused with a reason too.
"""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf.message import DecodeError
from grpc_status import rpc_status

from seawall.engine import Fault, Reason, Refused

from ..refusals import Internal, MessageTooLarge
from .errors import call_refused, status_of

MESSAGE_BYTES = 4 * 2**20  #: the largest request
#: A request beyond this is cut off by the transport, without a reason of ours.
TRANSPORT_BYTES = 16 * 2**20

log = logging.getLogger("seawall.server")
Continuation = Callable[[grpc.HandlerCallDetails], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class _Unreadable:
    """In place of a request that could not be parsed: the refusal to end its call with."""

    error: Exception


class Guard(grpc.aio.ServerInterceptor):
    """Wraps the methods of this package and leaves health and reflection as they are."""

    async def intercept_service(self, continuation: Continuation, call: grpc.HandlerCallDetails) -> Any:
        handler = await continuation(call)
        if handler is None or not call.method.startswith("/seawall.v1."):
            return handler
        parse = _careful(handler.request_deserializer)
        if handler.response_streaming:
            return grpc.unary_stream_rpc_method_handler(
                _stream(handler.unary_stream), parse, handler.response_serializer
            )
        return grpc.unary_unary_rpc_method_handler(_unary(handler.unary_unary), parse, handler.response_serializer)


def _careful(parse: Callable[[bytes], Any]) -> Callable[[bytes], Any]:
    def parsed(body: bytes) -> Any:
        if len(body) > MESSAGE_BYTES:
            return _Unreadable(MessageTooLarge(len(body), MESSAGE_BYTES))
        try:
            return parse(body)
        except DecodeError:
            fault = Fault("", Reason.MALFORMED, f"{len(body)} bytes", "a message of this method's request type")
            return _Unreadable(Refused([fault]))

    return parsed


def _unary(answer: Callable[[Any, Any], Awaitable[Any]]) -> Callable[[Any, Any], Awaitable[Any]]:
    async def guarded(request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> Any:
        try:
            return await answer(_readable(request), context)
        except grpc.aio.AbortError:
            raise
        except Exception as error:  # never CancelledError, which is no Exception
            await _abort(error, context)

    return guarded


def _stream(answers: Callable[[Any, Any], AsyncIterator[Any]]) -> Callable[[Any, Any], AsyncIterator[Any]]:
    async def guarded(request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> AsyncIterator[Any]:
        try:
            async with aclosing(answers(_readable(request), context)) as messages:  # type: ignore[type-var]
                async for message in messages:
                    yield message
        except grpc.aio.AbortError:
            raise
        except Exception as error:
            await _abort(error, context)

    return guarded


def _readable(request: Any) -> Any:
    if isinstance(request, _Unreadable):
        raise request.error
    return request


async def _abort(error: Exception, context: grpc.aio.ServicerContext[Any, Any]) -> None:
    refusal = call_refused(error)
    if isinstance(refusal, Internal):
        log.error("INTERNAL: a defect of the server ended a call; report this traceback", exc_info=error)
    elif refusal.operator_reads:
        log.error("%s: %s", refusal.reason.name, refusal)
    await context.abort_with_status(rpc_status.to_status(status_of(refusal)))
