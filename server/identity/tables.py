"""A TOML table read strictly: each value has its kind, and a key that nobody asks for is refused with its place."""

from collections.abc import Mapping
from typing import Any


class FileRefused(ValueError):
    """A file that an operator wrote, or names, is not taken: which, where in it, and what is allowed."""


class Table:
    """One table of a file. Each method takes a key out; `end` refuses what nobody took."""

    def __init__(self, values: Mapping[str, Any], place: str = "") -> None:
        """`place` is where the table stands, as `identities[2]`."""
        self._values = dict(values)
        self._place = place
        self._allowed: list[str] = []

    def has(self, key: str) -> bool:
        """Whether the key is there and was not taken yet."""
        self._allowed.append(key)
        return key in self._values

    def text(self, key: str, default: str | None = None) -> str:
        """Text that is not empty."""
        value = self._take(key, default)
        if not isinstance(value, str) or (not value and default is None):
            raise self.refused(key, value, "text")
        return value

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A text, or a list of them."""
        value = self._take(key, default)
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list | tuple) or not all(isinstance(item, str) and item for item in items):
            raise self.refused(key, value, "text, or a list of texts")
        if not items and default is None:
            raise self.refused(key, value, "at least one text")
        return tuple(items)

    def table(self, key: str) -> "Table":
        """A table below this one; an empty one where it is left out."""
        value = self._take(key, {})
        if not isinstance(value, Mapping):
            raise self.refused(key, value, "a table")
        return Table(value, self.place_of(key))

    def tables(self, key: str) -> list["Table"]:
        """A list of tables, each as [[key]] in the file."""
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
            raise self.refused(key, value, f"tables, each written [[{key}]]")
        return [Table(item, f"{self.place_of(key)}[{number}]") for number, item in enumerate(value, 1)]

    def each(self) -> list[str]:
        """The keys of a table whose keys are names that the operator chose."""
        return list(self._values)

    def value(self, key: str) -> Any:
        """Any value, None where it is left out."""
        return self._take(key, None)

    def end(self) -> None:
        """Refuses the keys that are left."""
        for key, value in self._values.items():
            raise self.refused(key, value, f"no other keys than {', '.join(sorted(set(self._allowed)))}")

    def refused(self, key: str, value: Any, allowed: str) -> FileRefused:
        """What is wrong with a key."""
        words = "nothing" if value is None else f"{value!r}"
        return FileRefused(f"{self.place_of(key)}: found {words[:80]}, allowed: {allowed}")

    def place_of(self, key: str) -> str:
        """Where a key stands in the file."""
        return f"{self._place}.{key}" if self._place else key

    def _take(self, key: str, default: Any) -> Any:
        self._allowed.append(key)
        return self._values.pop(key, default)
