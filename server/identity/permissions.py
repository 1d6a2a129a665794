"""What a call takes, as its `access` in the API says it, and which role gives it. Decided before any look-up."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message

from seawall.v1 import options_pb2
from seawall.v1.options_pb2 import PERMISSION_AUDIT, PERMISSION_COMPUTE, PERMISSION_READ, Permission

from ..refusals import CallRefused, Trouble
from .caller import Caller, Role

ACCESS: Any = options_pb2.access  #: the generated types know no extension of options
#: By permission, the role that an operator gives for it, and all that have it.
ROLES: Mapping[int, tuple[Role, frozenset[Role]]] = MappingProxyType(
    {
        PERMISSION_READ: (Role.READER, frozenset(Role)),
        PERMISSION_COMPUTE: (Role.ANALYST, frozenset({Role.ANALYST})),
        PERMISSION_AUDIT: (Role.AUDITOR, frozenset({Role.AUDITOR})),
    }
)


class PermissionDenied(CallRefused):
    """A call that its caller may not make."""

    reason = Trouble.PERMISSION_DENIED

    def __init__(self, permission: int) -> None:
        name, role = Permission.Name(permission).removeprefix("PERMISSION_"), ROLES[permission][0].value
        self.text = f"The call takes the permission {name}, which the role {role} gives. Ask the operator for it."
        super().__init__(permission=name, role=role)


def require(caller: Caller, method: MethodDescriptor, message: Message) -> None:
    """Raises `PermissionDenied` unless a role of the caller gives what this call takes."""
    permission = _taken(method, message)
    if caller.roles.isdisjoint(ROLES[permission][1]):
        raise PermissionDenied(permission)


def _taken(method: MethodDescriptor, message: Message) -> int:
    """The permission that a call takes: reading is enough for one that says that it stores nothing."""
    taken: options_pb2.Access = method.GetOptions().Extensions[ACCESS]
    reads = taken.reads_with and getattr(message, taken.reads_with)
    return PERMISSION_READ if reads else taken.permission
