"""Whose log it is: each tenant has one of its own, and the operator has one over all of them."""

import re

LOCAL = "local"  #: the tenant of a server that knows no callers
OPERATOR = "_operator"  #: whose log has the checkpoints of the tenants; no tenant can have this name
NAME_RULE = "1 to 63 of a-z, 0-9 and '-', which neither begins nor ends it"
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)


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
