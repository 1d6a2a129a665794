"""Whose log it is: each tenant has one of its own, and the operator has one over all of them."""

import re

from ..documents.tenant_names import NAME_PATTERN, NAME_RULE

LOCAL = "local"  #: the tenant of a server that knows no callers
OPERATOR = "_operator"  #: whose log has the checkpoints of the tenants; no tenant can have this name
_NAME = re.compile(NAME_PATTERN, re.ASCII)

__all__ = ["LOCAL", "NAME_RULE", "OPERATOR", "has_log", "is_tenant", "origin_of", "tenant_in"]


def is_tenant(name: str) -> bool:
    """Whether a tenant may have this name: it is part of an origin, and the name of a file."""
    return _NAME.fullmatch(name) is not None


def has_log(name: str) -> bool:
    """Whether there may be a log of this name: a tenant's, or the operator's."""
    return name == OPERATOR or is_tenant(name)


def origin_of(installation: str, tenant: str) -> str:
    """The origin of a log: `example.com/stress/acme`, and for the operator's the name of the installation alone."""
    return installation if tenant == OPERATOR else f"{installation}/{tenant}"


def tenant_in(installation: str, origin: str) -> str:
    """The tenant whose log has this origin, "" where it is no log of this installation."""
    if origin == installation:
        return OPERATOR
    tenant = origin.removeprefix(f"{installation}/")
    return tenant if tenant != origin and is_tenant(tenant) else ""
