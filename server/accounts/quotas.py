"""What a tenant may use: the defaults of a file, and what the operator's log has instead for a tenant."""

from collections.abc import Mapping
from dataclasses import fields

from ..documents.accounts import UNLIMITED, QuotaEntry

#: Each quota by its name, in the API's words, and in the order in which lists have them.
NAMES = tuple(field.name for field in fields(QuotaEntry) if field.name != "tenant")
DEFAULT = "default"  #: what a command takes for a limit that is no longer the tenant's own

Limits = Mapping[str, str]  #: by the name of a quota, as it is written: a number, or `unlimited`; without one unlimited


def with_defaults(defaults: Limits, entry: QuotaEntry | None) -> dict[str, str]:
    """The limits that hold: a tenant's own, and for the rest the defaults."""
    own = {name: text for name in NAMES if (text := getattr(entry, name, None)) is not None}
    return {**defaults, **own}


def number(limits: Limits, quota: str) -> int | None:
    """A limit as a number, None where there is none."""
    text = limits.get(quota, UNLIMITED)
    return None if text == UNLIMITED else int(text)
