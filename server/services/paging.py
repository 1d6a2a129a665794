"""Pages of a list, newest first: a token holds the position to go on below and the list that it belongs to."""

import base64
import binascii
import struct
from collections.abc import Mapping
from hashlib import sha256
from typing import NamedTuple, Protocol

from ..documents.kinds import DocumentKind
from ..refusals import FieldRefused, Trouble
from ..store.store import Store, StoredDocument

_TOKEN = struct.Struct(">q8s")


class Asked(Protocol):
    """What every list request has."""

    @property
    def page_size(self) -> int:
        """The most documents to give, 1 to 1000."""

    @property
    def page_token(self) -> str:
        """Empty for the first page."""


class Page(NamedTuple):
    """The documents of one page and the token of the next one, empty on the last."""

    documents: list[StoredDocument]
    next_page_token: str


async def page(store: Store, kind: DocumentKind, asked: Asked, with_parents: Mapping[str, str | None]) -> Page:
    """One page of the documents of a kind that stand on the parents given; None is any."""
    filters = {name: address for name, address in with_parents.items() if address}
    of_list = sha256(repr((kind.name, sorted(filters.items()))).encode()).digest()[:8]
    before = _position(asked.page_token, of_list) if asked.page_token else 0
    found = await store.newest(kind.name, before, asked.page_size + 1, filters)
    told = found[: asked.page_size]
    return Page(told, _token(told[-1].position, of_list) if len(found) > len(told) else "")


def _token(position: int, of_list: bytes) -> str:
    return base64.urlsafe_b64encode(_TOKEN.pack(position, of_list)).decode().rstrip("=")


def _position(token: str, of_list: bytes) -> int:
    try:
        position, held = _TOKEN.unpack(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (binascii.Error, struct.error):
        position, held = 0, b""
    if position < 1 or held != of_list:
        allowed = "next_page_token of this list with the same filters"
        raise FieldRefused(Trouble.PAGE_TOKEN_INVALID, "page_token", token, allowed)
    return int(position)
