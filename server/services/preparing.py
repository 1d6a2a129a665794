"""What a process loads before it computes for calls: the work itself, and what plays the months."""

from seawall.engine.tape.players import PLAYERS

from . import analysing, answers, recomputing, streams

WORK = (streams, answers, analysing, recomputing)  #: have whatever is computed or read beside the server


def prepare(code_folder: str) -> str:
    """Loads compiled code from its folder, or makes it; gives a sentence for the log."""
    return PLAYERS.prepare(code_folder)
