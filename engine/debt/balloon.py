"""A balloon: what a maturity asks for above the last regular instalment before it."""

from ..inputs.instruments import Amortisation, Instrument

LEVEL_IN_PAYMENT = (Amortisation.ANNUITY, Amortisation.LEVEL)  #: the others are level in their principal


def may_leave_balloon(loan: Instrument, has_instalments: bool) -> bool:
    """Whether a maturity can ask for more than a regular instalment; `has_instalments`: principal falls due before it.

    An amortising loan that pays all its interest leaves cents there at most, which are none, and one that pays once
    pays its last instalment; clauses of its contract can leave more.
    """
    amortises = loan.contract is None and loan.amortisation in (Amortisation.ANNUITY, Amortisation.LINEAR)
    return not amortises or bool(has_instalments and loan.pik_share)
