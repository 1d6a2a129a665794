"""The pause of long work: called between its steps, so that whoever started it can stop it by raising."""

from collections.abc import Callable

Pause = Callable[[], None]


def no_pause() -> None:
    """Goes on: nobody stops this work."""
