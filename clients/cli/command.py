"""What a command is: its arguments, and what it does with them."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple


class WrongUsage(ValueError):
    """Arguments that do not go together; the text says which, and what is allowed."""


class Command(NamedTuple):
    """One command; `run` gives its exit code."""

    take_arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], int]
    parser_options: Mapping[str, Any] = MappingProxyType({})


def no_arguments(parser: ArgumentParser) -> None:
    """A command that takes none of its own."""
