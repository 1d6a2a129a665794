"""What creditors do after a default, and after an event of default under a covenant: flags, never a branch."""

from typing import NamedTuple

from ..compile.case import CompiledCase
from ..numbers.exact import Arithmetic
from ..values.units import Flag
from .state import State


class Remedies(NamedTuple):
    """What is in force in a month."""

    draw_stop: Flag
    suppliers_on_cash: Flag
    bears_margin: tuple[Flag, ...]  #: by slot: the default margin on what performs
    is_called: tuple[Flag, ...]  #: by slot: everything is due


def remedies(m: Arithmetic, case: CompiledCase, number: int, before: State) -> Remedies:
    """Draws stop while anything is unpaid; in a workout everything acts from the month after the default.

    In month D + n and later all debt is called. A covenant's own consequences act from the month after its event.
    """
    structure, opening, slots = case.structure, case.opening, range(len(before.debts))
    in_workout = m.where(before.default_period > 0, opening.is_workout, 0)
    called = m.where(number >= before.default_period + opening.acceleration_months, in_workout, 0)
    draw_stop = m.where(before.unpaid > 0, 1, in_workout)
    bears_margin, is_called = [in_workout] * len(slots), [called] * len(slots)
    for covenant, limits, state in zip(structure.covenants, opening.covenants, before.covenants, strict=True):
        happened = state.event_period > 0
        if covenant.stops_draws and structure.revolver in covenant.reached:
            draw_stop = m.where(happened, 1, draw_stop)
        for slot in covenant.margin_on:
            bears_margin[slot] = m.where(happened, 1, bears_margin[slot])
        calls = m.where(number >= state.event_period + limits.acceleration_months, happened, 0)
        for slot in covenant.calls:
            is_called[slot] = m.where(calls, 1, is_called[slot])
    if structure.revolver is not None:  # a facility that is called lends no more, least of all to pay its own call
        draw_stop = m.where(is_called[structure.revolver], 1, draw_stop)
    return Remedies(draw_stop, in_workout, tuple(bears_margin), tuple(is_called))
