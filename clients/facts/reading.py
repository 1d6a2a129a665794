"""A file of facts, read within bounds: the company facts of the SEC as JSON, or a table as CSV.

The JSON is what data.sec.gov serves as companyfacts/CIK##########.json: facts by taxonomy, concept and unit. `fy` and
`fp` in it are those of the filing and not of the fact, so that a year is known by its dates alone. A table has the
columns concept, period, unit and value, with a period as 2017-12-31 or 2017-01-01/2017-12-31.
"""

import csv
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from ..files.tree import FileFault, FileRefused, Place
from .concepts import CONCEPTS
from .facts import GAAP, CompanyFacts, Fact, Filing

MOST_BYTES = 64 * 2**20  #: the largest companies have some 10 MB
MOST_FACTS = 1_000_000
MOST_DIGITS, MOST_DECIMALS = 19, 12  #: of a value
MOST_FAULTS = 20  #: that are shown
COLUMNS = ["concept", "period", "unit", "value"]
SOURCE = "data.sec.gov/api/xbrl/companyfacts/CIK##########.json"

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,18})(?:\.[0-9]{1,12})?(?:[eE][+-]?[0-9]{1,2})?")
_CURRENCY = re.compile(r"(?:U_)?(?:iso4217:?)?([A-Z]{3})")
_SHOWN = 60
_TEXT = re.compile(rf"[ -~]{{0,{_SHOWN}}}")


def load(path: str) -> CompanyFacts:
    """The facts of a file, by its suffix; raises FileRefused with what is wrong with it."""
    reader = _READERS.get(Path(path).suffix.lower())
    if reader is None:
        raise _refused(path, "unknown kind of file", " or ".join(_READERS))
    try:
        with open(path, "rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise _refused(path, error.strerror or str(error), "a file that can be read") from error
    if len(content) > MOST_BYTES:
        raise _refused(path, f"more than {MOST_BYTES:,} bytes", "the facts of one company")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(path, f"not UTF-8 at byte {error.start:,}", "text in UTF-8") from error
    read = reader(path, text)
    return read._replace(sha256=hashlib.sha256(content).hexdigest())


def _read_json(path: str, text: str) -> CompanyFacts:
    if text.lstrip().startswith("<"):
        instead = "the SEC answers with a page where a request names nobody: give your name and address as User-Agent"
        raise _refused(path, "is a web page", f"JSON, as {SOURCE}", instead)
    try:
        body = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise FileRefused(
            [FileFault(Place(path, error.lineno, error.colno), "", error.msg, "well-formed JSON")]
        ) from error
    except RecursionError as error:
        raise _refused(path, "nested too deeply", f"JSON, as {SOURCE}") from error
    taxonomies = body.get("facts") if isinstance(body, dict) else None
    if not isinstance(taxonomies, dict):
        raise _refused(path, "has no facts", f"the company facts of the SEC, as {SOURCE}")
    concepts = taxonomies.get(GAAP)
    if not isinstance(concepts, dict):
        raise _refused(path, f"has facts of {', '.join(taxonomies)[:_SHOWN] or 'no taxonomy'}", f"facts of {GAAP}")
    name, cik = body.get("entityName"), str(body.get("cik")).lstrip("0")
    facts = _collected(path, _json_entries(concepts), _of_json)
    known = isinstance(name, str) and name.isprintable()
    return CompanyFacts(path, "", name if known else "", int(cik) if _is_cik(cik) else None, facts)


def _is_cik(text: str) -> bool:
    return bool(re.fullmatch("[0-9]{1,10}", text))


Entry = tuple[str, tuple[Any, ...]]  #: where a fact stands, and what it is made of


def _json_entries(concepts: dict[str, Any]) -> Iterator[Entry]:
    """The facts of the concepts that are used; of others nothing is read."""
    for concept in sorted(CONCEPTS & concepts.keys()):
        units = concepts[concept].get("units") if isinstance(concepts[concept], dict) else None
        for unit, entries in units.items() if isinstance(units, dict) else [("", units)]:
            place = f"facts.{GAAP}.{concept}.units.{unit}".rstrip(".")
            for position, entry in enumerate(entries) if isinstance(entries, list) else [(0, entries)]:
                yield f"{place}[{position}]", (concept, unit, entry)


def _of_json(concept: str, unit: str, entry: Any) -> Fact:
    if not isinstance(entry, dict):
        raise _WrongFact(entry, "end, val, accn, form and filed, and of a period start")
    texts = {name: entry.get(name) or "" for name in ("start", "end", "accn", "form", "filed")}
    for name, text in texts.items():
        if not isinstance(text, str) or not _TEXT.fullmatch(text):
            raise _WrongFact(text, f"text for {name}")
    filing = Filing(_day(texts["filed"]) if texts["filed"] else "", texts["accn"], texts["form"])
    start = _day(texts["start"]) if texts["start"] else ""
    return Fact(concept, start, _day(texts["end"]), _unit(unit), _value(entry.get("val")), filing)


def _read_csv(path: str, text: str) -> CompanyFacts:
    rows = csv.reader(text.splitlines())
    if next(rows, None) != COLUMNS:
        raise _refused(path, "another first line", ",".join(COLUMNS))
    entries = ((f"line {number}", (row,)) for number, row in enumerate(_rows(path, rows), 2))
    facts = tuple(fact for fact in _collected(path, entries, _of_row) if fact.concept in CONCEPTS)
    return CompanyFacts(path, "", "", None, facts)


def _rows(path: str, rows: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from rows
    except csv.Error as error:
        raise _refused(path, f"{error}", "well-formed CSV") from error


def _of_row(row: list[str]) -> Fact:
    if len(row) != len(COLUMNS):
        raise _WrongFact(",".join(row), ",".join(COLUMNS))
    concept, period, unit, value = row
    start, _, end = period.rpartition("/")
    name = concept.removeprefix(f"{GAAP}:")
    if name not in CONCEPTS:  # of others only the form counts
        return Fact(concept, "", "", unit, Decimal(0), Filing())
    return Fact(name, _day(start) if start else "", _day(end), _unit(unit), _value(value), Filing())


def _collected(path: str, entries: Iterator[Entry], fact: Callable[..., Fact]) -> tuple[Fact, ...]:
    """Every fact; raises FileRefused with what is wrong with any, as far as it can be shown."""
    facts, faults = [], []
    for count, (place, parts) in enumerate(entries, 1):
        if count > MOST_FACTS:
            raise _refused(path, f"more than {MOST_FACTS:,} facts", "the facts of one company")
        try:
            facts.append(fact(*parts))
        except _WrongFact as wrong:
            faults.append(FileFault(Place(path), place, f"found {wrong.value}", wrong.allowed))
    if faults:
        hidden = len(faults) - MOST_FAULTS
        unseen = [FileFault(Place(path), "", f"and {hidden:,} more")] if hidden > 0 else []
        raise FileRefused(faults[:MOST_FAULTS] + unseen)
    return tuple(facts)


class _WrongFact(ValueError):
    def __init__(self, value: Any, allowed: str) -> None:
        self.value = repr(value)[:_SHOWN]
        self.allowed = allowed


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise _WrongFact(text, "a date as 2017-12-31") from None


def _value(value: Any) -> Decimal:
    number = Decimal(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else None
    if number is None or number.adjusted() >= MOST_DIGITS or int(number.as_tuple().exponent) < -MOST_DECIMALS:
        raise _WrongFact(value, f"a number of at most {MOST_DIGITS} digits and {MOST_DECIMALS} decimals")
    return number


def _unit(unit: str) -> str:
    """USD, whether it is written USD, iso4217:USD or U_iso4217USD; any other unit stays."""
    if not _TEXT.fullmatch(unit):
        raise _WrongFact(unit, "a unit as USD")
    currency = _CURRENCY.fullmatch(unit)
    return currency[1] if currency else unit.removeprefix("U_")


def _refused(path: str, problem: str, allowed: str, instead: str = "") -> FileRefused:
    return FileRefused([FileFault(Place(path), "", problem, allowed, instead)])


_READERS = {".json": _read_json, ".csv": _read_csv}
