"""What the values of a setting are: how a text becomes one, and which are allowed."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from ..log.tenants import NAME_RULE, is_tenant

MOST_WORKERS = 1_024
SWITCH_WORDS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


class Kind(NamedTuple):
    """A kind of values."""

    read: Callable[[str], Any]  #: the value of a text; raises ValueError or KeyError
    allowed: str
    toml: tuple[type, ...] = (str,)  #: of such a value in a configuration file


def is_on(text: str) -> bool:
    """Whether a word turns a switch on. Raises KeyError for any other."""
    return SWITCH_WORDS[text.lower()]


def _tenant(text: str) -> str:
    if not is_tenant(text):
        raise ValueError
    return text


def _names(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    if not all(names):
        raise ValueError
    return names


def whole(least: int, most: int) -> Kind:
    """A whole number in a range."""

    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or len(text) > len(str(most)) or not least <= int(text) <= most:
            raise ValueError
        return int(text)

    return Kind(read, f"{least} to {most}", (int,))


def seconds(most: int) -> Kind:
    """A time from 0 on, to a tenth of a second."""

    def read(text: str) -> float:
        if not re.fullmatch(r"[0-9]{1,6}(\.[0-9])?", text) or float(text) > most:
            raise ValueError
        return float(text)

    return Kind(read, f"0 to {most} seconds", (int, float))


def _collector(text: str) -> str:
    if not re.fullmatch(r"https?://[A-Za-z0-9.\-\[\]:]+", text):  # nor a password
        raise ValueError
    return text


def _workers(text: str) -> str:
    """A number of processes, or the scheduler of a cluster."""
    if re.fullmatch(r"[1-9][0-9]{0,3}", text) and int(text) <= MOST_WORKERS:
        return text
    if not re.fullmatch(r"dask://([A-Za-z0-9.\-]+|\[[0-9a-fA-F:]+\]):[1-9][0-9]{0,4}", text):
        raise ValueError
    return text


def choice(*words: str) -> Kind:
    """A word of a few."""

    def read(text: str) -> str:
        if text not in words:
            raise ValueError
        return text

    return Kind(read, ", ".join(words))


TEXT = Kind(str, "a text")
FILE = Kind(Path, "the path of a file or a folder")
SWITCH = Kind(is_on, ", ".join(SWITCH_WORDS), (bool,))
WORKERS = Kind(_workers, f"1 to {MOST_WORKERS}, or dask://HOST:PORT", (str, int))
COLLECTOR = Kind(_collector, "http://HOST:PORT, or https://HOST:PORT with TLS")
TENANT = Kind(_tenant, NAME_RULE)
NAMES = Kind(_names, "exact names with a comma between, as a,b")
