"""A configuration file: TOML with a key for each setting. One that is no setting, or a wrong value, is refused."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .kinds import Kind
from .setting import SettingRefused, Text
from .table import BY_KEY

MOST_BYTES = 2**20
TYPES: Mapping[type, str] = {
    str: "a text",
    bool: "a boolean",
    int: "an integer",
    float: "a float",
    list: "an array",
    dict: "a table",
}


def texts_in(path: Path) -> dict[str, Text]:
    """The settings of a file, by key; all of them are checked, also those of other commands."""
    try:
        with path.open("rb") as file:
            body = file.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            raise SettingRefused(f"{path}: it has more than {MOST_BYTES} bytes")
        written = body.decode()
        content = tomllib.loads(written)
    except OSError as error:
        raise SettingRefused(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise SettingRefused(f"{path}: byte {error.start} is not UTF-8") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingRefused(f"{path}: it is no TOML: {error}") from None
    texts = {}
    for key, value in content.items():
        place = _place(path, written, key)
        if key not in BY_KEY:
            raise SettingRefused(f"{place}: {key!r} is no setting, allowed: {', '.join(sorted(BY_KEY))}")
        setting = BY_KEY[key]
        if type(value) not in setting.kind.toml:
            raise SettingRefused(f"{place}: found {_in_words(value)}, allowed: {_toml_words(setting.kind)}")
        texts[key] = Text(value if isinstance(value, str) else str(value).lower(), place)
        setting.value(texts[key])
    return texts


def _place(path: Path, written: str, key: str) -> str:
    """Where a key stands: file, line and key."""
    at_key = re.compile(rf"""\s*\[*\s*["']?{re.escape(key)}["']?\s*[]=.]""")
    lines = (number for number, line in enumerate(written.splitlines(), 1) if at_key.match(line))
    line = next(lines, None)
    return f"{path}{f', line {line}' if line else ''}, {key}"


def _in_words(value: Any) -> str:
    """A value of TOML of the wrong type; what it holds is said of none that could hold a password."""
    words = TYPES.get(type(value), "a date or a time")
    return f"{words}, {str(value).lower()}" if isinstance(value, bool | int | float) else words


def _toml_words(kind: Kind) -> str:
    if bool in kind.toml:
        return "true or false"
    return kind.allowed if str in kind.toml else f"a number, {kind.allowed}"
