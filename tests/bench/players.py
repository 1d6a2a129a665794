"""The players of tapes by their names; that of numba where it is installed."""

from seawall.engine.tape.players import Player, Players

NUMPY, NUMBA = "the tape in numpy", "the tape in numba"


def numba_player() -> Player | None:
    """Prepared, so that nothing is compiled while it is measured."""
    players = Players()
    return players.player if players.prepare().startswith("numba") else None
