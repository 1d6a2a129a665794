"""The conventions of debt: how days are counted, and how principal is repaid."""

from enum import Enum


class DayCount(Enum):
    """How the days of an accrual are counted over a year."""

    THIRTY_360 = "30_360"  #: the last day of a month is the 30th, and a month of the model has 30
    THIRTY_E_360 = "30e_360"  #: 30E/360, the Eurobond basis
    THIRTY_E_360_ISDA = "30e_360_isda"  #: the last of February is the 30th too
    THIRTY_360_BOND = "30_360_bond"  #: the bond basis: a 31st at the end only where the start is one
    ACTUAL_360 = "actual_360"
    ACTUAL_365 = "actual_365"
    ACTUAL_ACTUAL = "actual_actual"


class Amortisation(Enum):
    """How the principal is repaid."""

    BULLET = "bullet"
    LINEAR = "linear"
    ANNUITY = "annuity"
    CUSTOM = "custom"
    LEVEL = "level"  #: a given payment, interest first; what it does not reach is added to the principal
