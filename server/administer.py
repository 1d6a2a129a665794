"""What an operator does with tenants, API keys and quotas: each change is added to the operator's log."""

import sys
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path

from seawall.engine import Refused

from .accounts.changes import changing, read_register
from .accounts.quota_file import QuotaFile
from .accounts.quotas import DEFAULT, NAMES, with_defaults
from .accounts.register import Change, ChangeRefused, Register
from .documents.accounts import AccountEntry, KeyEntry, KeyState, QuotaEntry, TenantEntry, TenantState
from .identity.api_keys import new_api_key
from .store.opening import LogFiles


async def add_tenant(database: str, files: LogFiles | None, name: str, reopen: bool) -> int:
    """Lets a tenant's callers in."""

    def decide(register: Register) -> AccountEntry:
        change = register.tenant(name)
        if change and change.entry.state is TenantState.CLOSED and not reopen:
            raise ChangeRefused(
                f"the tenant {name} was closed at {change.recorded_at}: --reopen opens it again, with all that it has"
                " stored"
            )
        return TenantEntry(name, TenantState.OPEN)

    await _change(database, files, decide)
    print(f"The tenant {name} is open")
    return 0


async def close_tenant(database: str, files: LogFiles | None, name: str) -> int:
    """Lets a tenant's callers in no more; what it has stored stays."""
    await _change(database, files, lambda register: TenantEntry(name, TenantState.CLOSED))
    print(f"The tenant {name} is closed: servers refuse its callers within seconds")
    return 0


async def list_tenants(database: str, files: LogFiles | None) -> int:
    """Each tenant with its state."""
    register = await read_register(database, files)
    _print_table(
        ("TENANT", "STATE", "ADDED", "CHANGED"),
        [(change.entry.tenant, *_state(change)) for change in register.tenants()],
    )
    return 0


async def add_key(database: str, files: LogFiles | None, label: str) -> int:
    """Makes an API key and prints it, this once: only its hash is stored."""
    key = new_api_key()
    await _change(database, files, lambda register: KeyEntry(key.key_id, key.sha256, KeyState.ACTIVE, label))
    print(key.text)
    note = f"This is the only time that the API key {key.key_id} is shown. Map it to a tenant in the identities file."
    print(note, file=sys.stderr)
    return 0


async def retire_key(database: str, files: LogFiles | None, key_id: str) -> int:
    """Makes an API key none, for good."""

    def decide(register: Register) -> AccountEntry:
        change = register.api_key(key_id)
        kept: KeyEntry | None = change.entry if change else None
        return KeyEntry(key_id, kept.sha256 if kept else "0" * 64, KeyState.RETIRED, kept.label if kept else "")

    await _change(database, files, decide)
    print(f"The API key {key_id} is retired: servers refuse it within seconds")
    return 0


async def list_keys(database: str, files: LogFiles | None) -> int:
    """Each API key by its id, with its state."""
    register = await read_register(database, files)
    _print_table(
        ("KEY", "STATE", "ADDED", "CHANGED", "LABEL"),
        [(change.entry.key_id, *_state(change), change.entry.label) for change in register.api_keys()],
    )
    return 0


async def set_quotas(database: str, files: LogFiles | None, tenant: str, changes: Collection[tuple[str, str]]) -> int:
    """Changes some quotas of a tenant; the others stay as they are."""
    texts = dict(changes)
    if len(texts) < len(changes):
        raise ChangeRefused("a quota is named twice: name each once")
    for name in texts:
        if name not in NAMES:
            raise ChangeRefused(f"found the quota {name!r}, allowed: {', '.join(NAMES)}")

    def decide(register: Register) -> AccountEntry:
        change = register.quota(tenant)
        current = change.entry if change else QuotaEntry(tenant)
        return replace(current, **{name: None if text == DEFAULT else text for name, text in texts.items()})

    try:
        await _change(database, files, decide)
    except Refused as error:
        faults = "; ".join(f"{fault.field}: found {fault.value}, allowed: {fault.allowed}" for fault in error.faults)
        raise ChangeRefused(f"{faults}, or {DEFAULT}") from None
    print(f"The quotas of {tenant} are changed: servers hold it to them within seconds")
    return 0


async def list_quotas(database: str, files: LogFiles | None, defaults: Path | None) -> int:
    """Each quota that holds: first the defaults of the file, then what each tenant has of its own."""
    register = await read_register(database, files)
    rows: list[tuple[str, ...]] = [
        ("*", name, text, str(defaults)) for name, text in QuotaFile(defaults).limits.items()
    ]
    for change in register.quotas():
        own = with_defaults({}, change.entry)
        rows += [(change.entry.tenant, name, text, "the operator's log") for name, text in own.items()]
    _print_table(("TENANT", "QUOTA", "LIMIT", "FROM"), rows)
    return 0


async def _change(database: str, files: LogFiles | None, decide: Callable[[Register], AccountEntry]) -> Change:
    async with changing(database, files) as changes:
        return await changes.make(decide)


def _state(change: Change) -> tuple[str, str, str]:
    changed = change.recorded_at if change.recorded_at != change.since else ""
    return change.entry.state.value, _to_the_second(change.since), _to_the_second(changed)


def _to_the_second(time: str) -> str:
    """2026-11-28T17:00:00.123456Z is 2026-11-28T17:00:00Z."""
    return f"{time[:19]}Z" if time else ""


def _print_table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Columns of equal width, for people and for `awk`: no cell but the last has a space, and none is empty."""
    cells = [head, *(tuple(cell or "-" for cell in row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        print("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())
