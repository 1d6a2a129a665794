"""What drives a stress, cause by cause, and what helps: tables of the runs beside an execution."""

from collections.abc import Sequence
from itertools import pairwise

from ..report.cells import Cell, Money, Table
from ..report.committee import fails_on, needed, recovered, runway
from ..report.story import Story, VariantRun
from ..report.variants import causes
from ..report.wording import month
from .plot import Step

NOT_RUN = "Not run: seawall report EXECUTION --html FILE --causes runs the scenario cause by cause, and each action."
REFUSED = "Not known: one of its runs leads beyond the limits of the model, or the server here has another model."
ORDER = (
    "The order is fixed, and decides what each takes: what two causes bring about together counts for the later one."
)


def missing(story: Story) -> str:
    """Why there are no runs beside the report."""
    return REFUSED if story.has_variants else NOT_RUN


def funds_steps(story: Story) -> list[Step]:
    """Liquidity less what is unpaid in the last month of the headline: of the base, by cause, of the stress."""
    funds = [run.funds_minor[story.aggregated.through_period - 1] for run in story.causes]
    changes = [later - earlier for earlier, later in pairwise(funds)]
    steps = [Step(run.name, change, is_sum=False) for run, change in zip(story.causes[1:], changes, strict=True)]
    return [Step(story.causes[0].name, funds[0], is_sum=True), *steps, Step("Stress", funds[-1], is_sum=True)]


def steps_in_words(story: Story, steps: Sequence[Step]) -> str:
    """1 Base 24.3 m USD; 2 Sales -2.6 m USD."""
    said = (f"{number} {step.label} {story.unit.amount(step.amount)}" for number, step in enumerate(steps, start=1))
    return f"{'; '.join(said)}."


def drivers(story: Story) -> Table:
    """From base to stress: what each cause takes, and how long the company lasts with it and all before it."""
    end = month(story, story.aggregated.through_period)
    heading = f"What drives it, cause by cause: liquidity less what is unpaid, end of {end}"
    if not story.causes:
        changes_nothing = not causes(story.company, story.scenario)
        note = "The scenario changes nothing: base and stress are one." if changes_nothing else missing(story)
        return Table("drivers", "What drives it, cause by cause", (), (), note=note)
    steps = funds_steps(story)
    rows = [
        (run.name, Money(step.amount), Money(run.funds_minor[story.aggregated.through_period - 1]), *_ends(run))
        for run, step in zip(story.causes, steps, strict=False)
    ]
    headings = ("Switched on", "Change", "Comes to", "Runway", "Fails on", "Recovery of debt")
    return Table("drivers", heading, headings, rows, frozenset((0, 4)), note=ORDER)


def _ends(run: VariantRun) -> tuple[Cell, ...]:
    figures = run.report.headline_figures
    return runway(figures), fails_on(figures), recovered(figures)


def actions(story: Story) -> Table:
    """What each action alone does to the stress."""
    if not story.actions:
        return Table("actions", "What helps, each alone", (), (), note=missing(story))
    stressed, period = story.executive.headline_figures, story.aggregated.through_period
    rows: list[tuple[Cell, ...]] = [
        ("None: the stress as it is", runway(stressed), needed(stressed), Money(funds_of(story)), "")
    ]
    rows += [
        (
            run.name,
            runway(run.report.headline_figures),
            needed(run.report.headline_figures),
            Money(run.funds_minor[period - 1]),
            Money(run.funds_minor[period - 1] - funds_of(story)),
        )
        for run in story.actions
    ]
    headings = ("Action", "Runway", "Needed at default", f"Funds, month {period}", "Effect")
    note = (
        "Funds: liquidity less what is unpaid. An action that is an assumption of the scenario builds up and fades with"
        " the course of the stress; of what is paid in, the shock to liquidity takes its share."
    )
    return Table("actions", "What helps, each alone", headings, rows, note=note)


def funds_of(story: Story) -> int:
    """Liquidity less what is unpaid, in the last month of the headline."""
    period = story.aggregated.through_period
    unpaid = story.amounts("shortfalls.total_outstanding")[period - 1]
    return story.amounts("month.available_liquidity")[period - 1] - unpaid
