"""Who calls: tenant and actor come from the credential alone, roles from what the operator wrote of it."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from ..log.tenants import LOCAL


class Role(Enum):
    """What an operator lets a caller do; each of the two others adds to reader, and a caller may have several."""

    READER = "reader"
    ANALYST = "analyst"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Caller:
    """A caller that was recognised, for the length of a call."""

    tenant: str
    actor: str
    roles: frozenset[Role]
    on_behalf_of: str = ""  #: the person that a service acts for, as it says


#: Everybody, on a server that only its own machine reaches.
LOCAL_CALLER = Caller(LOCAL, LOCAL, frozenset(Role))


async def local_caller(context: Any) -> Caller:
    """Who calls where nobody has to say."""
    return LOCAL_CALLER
