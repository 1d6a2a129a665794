"""A setting: its names on the command line, in the environment and in a file, and how its text becomes a value."""

from typing import Any, NamedTuple

from .kinds import TEXT, Kind

PREFIX = "SEAWALL_"
HIDDEN = "***"


class SettingRefused(ValueError):
    """A setting or a configuration file that cannot be used; the text names it, its value and what is allowed."""


class Text(NamedTuple):
    """The text of a setting, and where it comes from."""

    text: str
    source: str


class Setting(NamedTuple):
    """A row of the table."""

    key: str  #: its name in a configuration file
    commands: tuple[str, ...]  #: that take it
    words: str  #: of the help
    kind: Kind = TEXT
    default: str = ""  #: as a text; empty: none
    secret: bool = False  #: whether its text is a secret or has one
    metavar: str | None = None

    @property
    def option(self) -> str:
        """Its name on the command line."""
        return f"--{self.key.replace('_', '-')}"

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return f"{PREFIX}{self.key.upper()}"

    def value(self, text: Text) -> Any:
        """The value of a text. Raises `SettingRefused` for one that is not allowed."""
        try:
            return self.kind.read(text.text)
        except (ValueError, KeyError):
            value = HIDDEN if self.secret else repr(text.text)
            raise SettingRefused(f"{text.source}: found {value}, allowed: {self.kind.allowed}") from None
