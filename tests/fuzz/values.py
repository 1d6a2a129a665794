"""Values for one field: on both sides of its bounds as the engine has them, and what no field takes."""

import uuid
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from google.protobuf.descriptor import FieldDescriptor

from seawall.engine.values.units import Kind
from seawall.engine.values.value import Field, decimal_text, fields_of
from seawall.server.services.calls import CALLS
from seawall.server.wire.from_message import wire_name

F = FieldDescriptor
INT32, INT64 = 2**31 - 1, 2**63 - 1
DECIMALS = (
    "0 1 -1 0.5 -0.5 0.000000001 -0.000000001 0.999999999 1.000000001 2 3 5 5.000000001 -0 00 01 1. .5 +1 1e3 1E9 0x1"
    " NaN inf -inf 1,5 1_0 0.0000000001 0.1234567891 --1 - 1000 1000.000000001 365 -365 366 999999999999.999999999"
).split()
DECIMALS += ["", " 1", "1 ", "1\n", "\u0661", "\uff11", "9" * 32, "9" * 33, f"0.{'3' * 40}"]
DATES = (
    "2024-02-29 2023-02-29 2018-02-30 2024-12-31 2025-01-01 1900-01-01 1899-12-31 2200-12-31 2201-01-01 9999-12-31"
    " 0001-01-01 0000-00-00 2024-13-01 2024-00-10 2024-1-1 20240101 2024-W01-1 2024-01-01T00:00:00 24-01-01 +2024-01-01"
).split()
DATES += ["", "\u0662\u0660\u0662\u0664-01-01", "2024-01-01\n", " 2024-01-01"]
TEXTS = (
    *("", " ", "x", "\t", "\x00", "\x7f", "a\nb", "\u00e9", "e\u0301", "\u202e1", "\U0001f30a", "\ufeff", "'; --"),
    *("%s", "{0}", "../../x", "null", "USD", "JPY", "XAU", "usd", "US", "0" * 64, "F" * 64, "x" * 64, "x" * 65),
    *("x" * 200, "x" * 201, "\u20ac" * 200, "x" * 2001, "y" * 100_001, "mild", "severe", "nope"),
)
AMOUNTS = (0, 1, -1, 10**15, 10**15 + 1, -(10**15), -(10**15) - 1, INT64, -INT64 - 1)
COUNTS = (0, 1, -1, 2, 6, 24, 25, 99, 100, 120, 121, 1200, 1201, INT32, -INT32 - 1)


@cache
def units() -> dict[str, dict[str, Field]]:
    """What the engine and the server say of each field of each request message, by its full name."""
    fields: dict[str, dict[str, Field]] = {}
    for row in CALLS:
        _walk(row.method.input_type, row.request, fields)
    return fields


def _walk(kind: Any, cls: Any, fields: dict[str, dict[str, Field]]) -> None:
    if kind.full_name in fields:
        return
    fields[kind.full_name] = {wire_name(field): field for field in fields_of(cls)}
    for name, field in fields[kind.full_name].items():
        if field.value:
            _walk(kind.fields_by_name[name].message_type, field.value, fields)


def value(luck: Random, field: Any, ids: tuple[str, ...]) -> Any:
    """One value for a scalar field, more often one that is taken than not."""
    if field.type == F.TYPE_ENUM:
        return luck.choice([*field.enum_type.values_by_number, *field.enum_type.values_by_number, 99, -1, INT32])
    unit = _unit(field)
    if field.type == F.TYPE_STRING:
        return _text(luck, field.name, unit, ids)
    if field.type == F.TYPE_BYTES:
        return luck.randbytes(luck.choice((0, 1, 32, 1000)))
    if field.type == F.TYPE_BOOL:
        return luck.random() < 0.5
    return _whole(luck, field.type, unit)


def _unit(field: Any) -> Any:
    known = units().get(field.containing_type.full_name, {}).get(field.name)
    return known.unit if known else None


def _whole(luck: Random, kind: int, unit: Any) -> int:
    wide = kind in (F.TYPE_INT64, F.TYPE_SINT64, F.TYPE_SFIXED64)
    if unit and luck.random() < 0.7:
        least, most = int(unit.low), int(unit.high)
        value = luck.choice((least, most, luck.randint(least, most), *_beyond(luck, unit)))
        return value if wide else max(-INT32 - 1, min(INT32, value))
    return luck.choice(AMOUNTS if wide else COUNTS)


def _text(luck: Random, name: str, unit: Any, ids: tuple[str, ...]) -> str:
    match unit.kind if unit and luck.random() < 0.85 else None:
        case Kind.DECIMAL:
            inside = (unit.low, unit.high, luck.randint(unit.low, unit.high))
            known = map(decimal_text, (*inside, *inside, *_beyond(luck, unit)))
            return luck.choice([*known, luck.choice(DECIMALS)])
        case Kind.DATE:
            return luck.choice((day(luck).isoformat(), day(luck).isoformat(), luck.choice(DATES)))
    if name.endswith(("_id", "address")) and luck.random() < 0.8:
        return identifier(luck, name, ids)
    return luck.choice((*TEXTS, luck.choice(DECIMALS), luck.choice(DATES)))


def _beyond(luck: Random, unit: Any) -> tuple[int, ...]:
    return (unit.low - 1, unit.high + 1) if luck.random() < 0.3 else ()


def identifier(luck: Random, name: str, ids: tuple[str, ...]) -> str:
    """An id that is stored here, though perhaps of another kind; one that is not; or something like one."""
    if name == "request_id":
        return luck.choice((str(uuid.UUID(int=luck.getrandbits(128))), str(uuid.UUID(int=luck.randrange(4))), "x"))
    stored = luck.choice(ids) if ids else "sha256:" + "0" * 64
    nowhere = f"sha256:{luck.getrandbits(256):064x}"
    return luck.choice((stored, stored, stored, nowhere, stored.upper(), stored[:-1], stored[:15], "plant", "loan-1"))


def day(luck: Random, after: date | None = None) -> date:
    """A day; most are near the ends of months and years, some near the first and the last that there are."""
    if after:
        days = (1, 2, 7, 27, 28, 29, 30, 31, 59, 90, 91, 181, 364, 365, 366, 730, 731, luck.randint(1, 4000))
        return _clamped(after.toordinal() + luck.choice(days))
    year = luck.choice((2024, 2024, 2025, 2023, 2000, 2100, 1900, 2200, luck.randint(1900, 2200)))
    month_day = luck.choice(((1, 1), (1, 31), (2, 28), (3, 1), (4, 30), (6, 30), (8, 31), (12, 31)))
    moved = date(year, *month_day) + timedelta(days=luck.choice((0, 0, 0, 1, -1, luck.randint(-40, 40))))
    return _clamped(moved.toordinal())


def _clamped(ordinal: int) -> date:
    return date.fromordinal(min(max(ordinal, date(1900, 1, 1).toordinal()), date(2200, 12, 31).toordinal()))
