"""How well a score tells firms that failed from firms that did not."""

from collections.abc import Sequence
from itertools import accumulate, groupby, pairwise
from math import sqrt
from operator import itemgetter

Point = tuple[float, float]  #: of a curve: share of the survivors, share of the bankrupt


def share(flags: Sequence[bool]) -> float:
    """Of these, the share that is set."""
    return sum(flags) / len(flags)


def roc(scores: Sequence[float], bankrupt: Sequence[bool]) -> list[Point]:
    """Of the survivors and of the bankrupt, the share that scores no better than each score, worst first.

    A low score is bad. Equal scores are one step: a score that cannot tell two firms apart gets half of them right.
    """
    ranked = groupby(sorted(zip(scores, bankrupt, strict=True)), itemgetter(0))
    groups = [[failed for _, failed in group] for _, group in ranked]
    failed = accumulate((sum(group) for group in groups), initial=0)
    firms = accumulate((len(group) for group in groups), initial=0)
    most = sum(bankrupt)
    return [((n - f) / (len(bankrupt) - most), f / most) for n, f in zip(firms, failed, strict=True)]


def auc(scores: Sequence[float], bankrupt: Sequence[bool]) -> float:
    """The chance that a firm that failed scores worse than one that did not, equal scores counted half.

    Scores 1, 2, 2, 3, of which the first 2 failed: 2 is worse than 3, like 2, better than 1: one and a half of three.
    """
    return sum((x2 - x1) * (y1 + y2) / 2 for (x1, y1), (x2, y2) in pairwise(roc(scores, bankrupt)))


def standard_error(area: float, survivors: int, bankrupt: int) -> float:
    """Of an AUC, by Hanley and McNeil (1982).  An area of 0.75 over 2,718 and 196 firms has 0.0206."""
    pair, mirrored = area / (2 - area), 2 * area * area / (1 + area)
    spread = (bankrupt - 1) * (pair - area * area) + (survivors - 1) * (mirrored - area * area)
    return sqrt((area * (1 - area) + spread) / (survivors * bankrupt))
