"""What drives a stress, cause by cause, and what helps: an attribution and runs beside an execution."""

from collections.abc import Sequence

from seawall.v1.attribution_pb2 import Attribution

from ..report.cells import Cell, Money, Table
from ..report.committee import needed, runway
from ..report.story import Story
from ..report.variants import BASE, causes
from ..report.wording import month
from .plot import Step

NOT_RUN = "Not run: seawall report EXECUTION --html FILE --causes says what each cause takes, and runs each action."
REFUSED = (
    "Not known: one of its scenarios leads beyond the limits of the model, or all of them beyond those of a call, or"
    " the server here has another model."
)
SHARES = (
    "Each change is the exact Shapley value of its cause: what it does, averaged over every order in which the causes"
    " could come to act. So the changes depend on no order, and add up to the cent: attribution {attribution}."
)


def missing(story: Story) -> str:
    """Why there are no runs beside the report."""
    return REFUSED if story.has_variants else NOT_RUN


def funds_steps(attribution: Attribution) -> list[Step]:
    """Funds of the base, what each cause does to them with what takes most first, funds of the stress."""
    shares = sorted(attribution.shares, key=lambda share: (share.value.amount_minor, share.group))
    steps = [Step(share.group, share.value.amount_minor, is_sum=False) for share in shares]
    base, stress = attribution.base_value.amount_minor, attribution.target_value.amount_minor
    return [Step(BASE, base, is_sum=True), *steps, Step("Stress", stress, is_sum=True)]


def steps_in_words(story: Story, steps: Sequence[Step]) -> str:
    """1 Base 24.3 m USD; 2 Sales -2.6 m USD."""
    said = (f"{number} {step.label} {story.unit.amount(step.amount)}" for number, step in enumerate(steps, start=1))
    return f"{'; '.join(said)}."


def drivers(story: Story) -> Table:
    """From base to stress: what each cause takes."""
    if story.causes is None:
        note = missing(story) if causes(story.scenario) else "The scenario changes nothing: base and stress are one."
        return Table("drivers", "What drives it, cause by cause", (), (), note=note)
    attribution = story.causes.attribution
    base, *steps, stress = funds_steps(attribution)
    rows: list[tuple[Cell, ...]] = [(base.label, "", Money(base.amount))]
    rows += [(step.label, Money(step.amount), "") for step in steps]
    rows += [(stress.label, Money(attribution.change.amount_minor), Money(stress.amount))]
    heading = (
        f"What drives it, cause by cause: liquidity less what is unpaid, end of {month(story, attribution.period)}"
    )
    note = SHARES.format(attribution=story.causes.attribution_id)
    return Table("drivers", heading, ("Cause", "Change", "Funds"), rows, note=note, sums=frozenset((len(rows) - 1,)))


def actions(story: Story) -> Table:
    """What each action alone does to the stress."""
    if not story.actions:
        return Table("actions", "What helps, each alone", (), (), note=missing(story))
    stressed, period = story.executive.headline_figures, story.aggregated.through_period
    rows: list[tuple[Cell, ...]] = [
        ("None: the stress as it is", runway(stressed), needed(stressed), Money(story.funds_minor), "")
    ]
    rows += [
        (
            run.name,
            runway(run.report.headline_figures),
            needed(run.report.headline_figures),
            Money(run.funds_minor[period - 1]),
            Money(run.funds_minor[period - 1] - story.funds_minor),
        )
        for run in story.actions
    ]
    headings = ("Action", "Runway", "Needed at default", f"Funds, month {period}", "Effect")
    note = (
        "Funds: liquidity less what is unpaid. An action that is an assumption of the scenario builds up and fades with"
        " the course of the stress; of what is paid in, the shock to liquidity takes its share."
    )
    return Table("actions", "What helps, each alone", headings, rows, note=note)
