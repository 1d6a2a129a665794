"""Which covenant fails first: of those that fail in one month the one that lacks most."""

from typing import NamedTuple

from ..horizon.results import Execution
from ..sentences import reports as sentences
from ..values.units import Money, Number, Words
from .headline import through_period
from .judgement_results import Rule
from .wording import money, month

#: The field of a covenant's summary that says when it fails.
PERIODS = {
    Rule.COVENANT_BREACH: "first_breach_period",  # cured or not
    Rule.COVENANT_EVENT_OF_DEFAULT: "first_event_of_default_period",
}


class CovenantFailure(NamedTuple):
    """A covenant that fails."""

    rule: Rule  #: one of PERIODS
    period: Number
    headroom: Money  #: below 0: what lacks
    position: Number  #: of the covenant among those of the header

    @property
    def path(self) -> Words:
        """Of its period, in the header and in the aggregated view."""
        return f"covenants[{self.position}].{PERIODS[self.rule]}"


def first_failure(execution: Execution, rule: Rule) -> CovenantFailure | None:
    """The first one up to the first default; None without one."""
    periods = [getattr(summary, PERIODS[rule]) for summary in execution.metrics.covenants]
    failures = (
        CovenantFailure(rule, period, execution.months[period - 1].covenants[position].headroom, position)
        for position, period in enumerate(periods)
        if 0 < period <= through_period(execution)
    )
    return min(failures, key=lambda failure: failure[1:], default=None)


def in_words(execution: Execution, failure: CovenantFailure) -> dict[str, str]:
    """What a sentence says of it."""
    test = execution.months[failure.period - 1].covenants[failure.position]
    return {
        "covenant": execution.metrics.covenants[failure.position].covenant_id,
        "amount": money(execution, -failure.headroom),
        "month": month(execution, failure.period),
        "result": sentences.IS_CURED if test.cure else sentences.IS_NOT_CURED,
    }
