"""Pages of a list, newest first. A page token has the last position of its page and the list it belongs to."""

from collections.abc import Collection, Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import NamedTuple, Protocol

from ..documents.kinds import DocumentKind
from ..refusals import FieldRefused, Trouble
from ..store.store import StoredDocument, TenantStore
from . import page_tokens

MOST_ON_A_PAGE = 1_000


class ListRequest(Protocol):
    """The fields of every list request."""

    @property
    def page_size(self) -> int:
        """The most documents on a page; more than `MOST_ON_A_PAGE` is as many as that."""

    @property
    def page_token(self) -> str:
        """Empty for the first page."""


class Page(NamedTuple):
    """The documents of one page and the token of the next one, empty on the last."""

    documents: list[StoredDocument]
    next_page_token: str


async def page(
    store: TenantStore,
    kind: DocumentKind,
    request: ListRequest,
    with_parents: Mapping[str, str] = MappingProxyType({}),
    with_labels: Collection[tuple[str, str]] = (),
) -> Page:
    """A page of the documents of a kind that have these parents and labels, by their names."""
    filters = (kind.name, sorted(with_parents.items()), sorted(with_labels))
    list_hash = sha256(repr(filters).encode()).digest()[:8]
    before = _position(store, request.page_token, list_hash) if request.page_token else 0
    most = min(request.page_size, MOST_ON_A_PAGE)
    documents, has_more = await store.newest(kind.name, before, most, with_parents, with_labels)
    if not has_more:
        return Page(documents, "")
    return Page(documents, page_tokens.sealed(store.keys.signers, store.tenant, list_hash, documents[-1].position))


def _position(store: TenantStore, token: str, list_hash: bytes) -> int:
    """The position in a token of this list; raises `FieldRefused` for any other token."""
    try:
        return page_tokens.opened(store.keys.signers, store.tenant, list_hash, token)
    except page_tokens.TokenRefused:
        allowed = "next_page_token of this list with the same filters"
        raise FieldRefused(Trouble.PAGE_TOKEN_INVALID, "page_token", token, allowed) from None
