"""The changes of tenants, API keys and quotas in the operator's log: each stands on the one before of its subject.

Hashes and records of their documents are verified as those of any other. Here it is whether they follow from each
other, as `seawall tenants`, `keys` and `quotas` make them: else a server would refuse them, or was shown others.
"""

from collections.abc import AsyncIterator

from sqlalchemy.ext.asyncio import AsyncConnection

from ..accounts.register import ChangeRefused, Register
from ..documents.kinds import OPERATOR_KINDS
from ..log.tenants import OPERATOR
from ..store.appends import Damaged, stored_document
from .extent import extent_of
from .findings import Finding, FindingKind
from .pages import DOCUMENT_SIZES, DOCUMENTS, DOCUMENTS_AT_ONCE, pages, rows_of


async def check_accounts(connection: AsyncConnection) -> AsyncIterator[Finding]:
    """The first change that does not follow: all after it stand on it."""
    extent, register = await extent_of(connection, OPERATOR), Register()
    async for page in pages(connection, OPERATOR, DOCUMENT_SIZES, extent.last_position, DOCUMENTS_AT_ONCE):
        for row in await rows_of(connection, DOCUMENTS, page):
            if row.kind not in OPERATOR_KINDS:
                continue  # a finding where documents are walked
            try:
                register.apply(stored_document(row))
            except Damaged:
                return  # likewise
            except ChangeRefused as error:
                description = f"no change of tenants, API keys or quotas that follows: {error}"
                yield Finding(FindingKind.PARENT, row.address, description)
                return
