"""Mistakes made in a good text: each gives the bytes of the same company or scenario with one thing wrong."""

import json
import re
from collections.abc import Callable
from functools import cache

from seawall.clients import files
from seawall.clients.files.tree import Fields
from seawall.clients.sheets import blank_book, blank_csv
from tests.clients.test_blank import plain
from tests.clients.test_examples import COMPANY
from tests.journeys.serving import ROOT

SCENARIO = ROOT / "clients" / "examples" / "scenario_recession.yaml"

Mistake = Callable[[], bytes]


@cache
def good_yaml(scenario: bool = False) -> str:
    """An example without its comments, so that its lines stay where they are whatever is said of them."""
    text = (SCENARIO if scenario else COMPANY).read_text(encoding="utf-8")
    lines = (re.sub(r" *(?<!\S)#.*", "", line) for line in text.splitlines())
    return "\n".join(filter(None, lines)) + "\n"


def trees() -> tuple[Fields, Fields]:
    return files.read_yaml("FILE", good_yaml()), files.read_yaml("FILE", good_yaml(scenario=True))


@cache
def good_book() -> bytes:
    return blank_book.blank(*trees())


@cache
def good_csv() -> str:
    return blank_csv.blank(*trees()).replace("\r\n", "\n")


@cache
def good_json() -> str:
    return json.dumps(plain(trees()[0]), indent=1)


def replaced(good: Callable[[], str], old: str, new: str, encoding: str = "utf-8") -> Mistake:
    """A text in which something that occurs once reads otherwise."""

    def make() -> bytes:
        assert good().count(old) == 1, old
        return good().replace(old, new).encode(encoding)

    return make


def in_yaml(old: str, new: str) -> Mistake:
    return replaced(good_yaml, old, new)


def in_scenario(old: str, new: str) -> Mistake:
    return replaced(lambda: good_yaml(scenario=True), old, new)


def in_json(old: str, new: str) -> Mistake:
    return replaced(good_json, old, new)


def in_csv(old: str, new: str) -> Mistake:
    return replaced(good_csv, old, new)


def line_without(label: str) -> Mistake:
    """A CSV file without the line of a label."""
    return lambda: re.sub(rf"(?m)^{re.escape(label)},.*\n", "", good_csv()).encode()
