"""Pages of a list, newest first. A page token holds the last position of its page and the list it belongs to."""

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


class ListRequest(Protocol):
    """The fields of every list request."""

    @property
    def page_size(self) -> int:
        """The most documents on a page, 1 to 1000."""

    @property
    def page_token(self) -> str:
        """Empty for the first page."""


class Page(NamedTuple):
    """The documents of one page and the token of the next one, empty on the last."""

    documents: list[StoredDocument]
    next_page_token: str


async def page(store: Store, kind: DocumentKind, request: ListRequest, with_parents: Mapping[str, str | None]) -> Page:
    """A page of the documents of a kind; `with_parents` filters by the address of each, None is any."""
    filters = {name: address for name, address in with_parents.items() if address}
    list_hash = sha256(repr((kind.name, sorted(filters.items()))).encode()).digest()[:8]
    before = _position(request.page_token, list_hash) if request.page_token else 0
    documents, has_more = await store.newest(kind.name, before, request.page_size, filters)
    return Page(documents, _token(documents[-1].position, list_hash) if has_more else "")


def _token(position: int, list_hash: bytes) -> str:
    return base64.urlsafe_b64encode(_TOKEN.pack(position, list_hash)).decode().rstrip("=")


def _position(token: str, list_hash: bytes) -> int:
    """The position in a token of this list; raises `FieldRefused` for any other token."""
    try:
        position, token_hash = _TOKEN.unpack(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except (binascii.Error, struct.error):
        position, token_hash = 0, b""
    if position < 1 or token_hash != list_hash:
        allowed = "next_page_token of this list with the same filters"
        raise FieldRefused(Trouble.PAGE_TOKEN_INVALID, "page_token", token, allowed)
    return int(position)
