"""Calls as their bytes on the wire, and all that comes back of them: messages, status, metadata before and after."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

import grpc
from google.protobuf.message import Message

from seawall.server.services.calls import METHODS

Metadata = tuple[tuple[str, bytes], ...]


class Reply(NamedTuple):
    """Everything that a caller receives."""

    code: str
    text: str
    bodies: tuple[bytes, ...]
    before: Metadata
    after: Metadata

    def without(self, words: Mapping[str, str]) -> "Reply":
        """The same where other words of the same length stand for some."""
        return Reply(
            self.code,
            _replaced(self.text.encode(), words).decode(),
            tuple(_replaced(body, words) for body in self.bodies),
            tuple((key, _replaced(value, words)) for key, value in self.before),
            tuple((key, _replaced(value, words)) for key, value in self.after),
        )

    def names(self, word: str) -> bool:
        """Whether a word stands anywhere in what came back."""
        return any(word.encode() in part for part in (self.text.encode(), *self.bodies, *dict(self.after).values()))


async def reply_to(channel: grpc.aio.Channel, request: Message, metadata: Any = ()) -> Reply:
    """Sends a request of a method of the API, which its class names."""
    method = METHODS[type(request).__name__.removesuffix("Request")]
    path = f"/{method.containing_service.full_name}/{method.name}"
    raw: Any = channel  # without serialisers a call gives bytes
    body = request.SerializeToString(deterministic=True)
    bodies: list[bytes] = []
    if method.server_streaming:
        call = raw.unary_stream(path)(body, metadata=metadata)
        with suppress(grpc.aio.AioRpcError):  # the status is read below
            bodies.extend([message async for message in call])
    else:
        call = raw.unary_unary(path)(body, metadata=metadata)
        if await call.code() is grpc.StatusCode.OK:
            bodies.append(await call)
    code, text = await call.code(), await call.details()
    before, after = await call.initial_metadata(), await call.trailing_metadata()
    return Reply(code.name, text or "", tuple(bodies), _sorted(before), _sorted(after))


def _sorted(metadata: Any) -> Metadata:
    return tuple(sorted((key, value if isinstance(value, bytes) else value.encode()) for key, value in metadata or ()))


def _replaced(content: bytes, words: Mapping[str, str]) -> bytes:
    for word, other in words.items():
        assert len(word) == len(other)
        content = content.replace(word.encode(), other.encode())
    return content
