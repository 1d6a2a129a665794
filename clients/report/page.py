"""One self-contained page of an execution: no script, no network, the same bytes for the same reports."""

from collections.abc import Sequence
from importlib.resources import files
from typing import NamedTuple

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from seawall.v1.debt_service_pb2 import AbilityLevel
from seawall.v1.execution_pb2 import DefaultKind
from seawall.v1.report_pb2 import Finding, RiskLevel

from ..client.names import choice_name
from .charts import LIEN_CLASSES, charts
from .story import Story
from .tables import tables
from .wording import amount_of, choice, month, ratio_text, rests_on

MARKS = ("cash", "unpaid", "paid", "ratio", *(f"lien{rank}" for rank in range(LIEN_CLASSES)))


class Card(NamedTuple):
    """One figure at the head of the page."""

    name: str
    value: str
    note: str


class Sentence(NamedTuple):
    """A finding and what it rests on."""

    statement: str
    rests_on: str


def page(story: Story) -> str:
    """The whole page as HTML."""
    template = (files("seawall.clients.report") / "page.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)
    drawn = [chart._replace(markup=Markup(chart.markup)) for chart in charts(story)]
    return environment.from_string(template).render(
        story=story,
        level=choice_name(RiskLevel.DESCRIPTOR, story.executive.risk_level),
        cards=cards(story),
        sentences=[
            ("Findings", sentences(story, story.executive.findings)),
            ("Key risks", sentences(story, story.executive.key_risks)),
            ("Recommendations", sentences(story, story.executive.recommendations)),
        ],
        charts=drawn,
        tables=tables(story),
        ids=identifiers(story),
        marks=MARKS,
    )


def cards(story: Story) -> list[Card]:
    """The figures that a reader looks for first."""
    aggregated, figures = story.aggregated, story.aggregated.headline_figures
    liquidity = next(extreme for extreme in aggregated.extremes if extreme.figure == "available_liquidity")
    default = "no debt is defaulted on"
    if figures.first_default_period:
        kind = choice(DefaultKind.DESCRIPTOR, figures.first_default_kind)
        default = f"{kind} of {figures.first_default_facility.facility_id or 'the company'}"
    level = choice(AbilityLevel.DESCRIPTOR, aggregated.debt_service.ability_level)
    dscr = next(ratio for ratio in aggregated.coverage if ratio.figure == "dscr")
    return [
        Card(
            "Runway",
            f"{figures.months_of_runway} months",
            f"below the minimum cash: {month(story, figures.first_below_minimum_cash_period)}",
        ),
        Card("First default", month(story, figures.first_default_period), default),
        Card(
            "Need at default",
            amount_of(story, figures.need_at_default_minor),
            month(story, figures.first_default_period),
        ),
        Card("Lowest liquidity", amount_of(story, liquidity.lowest_minor), month(story, liquidity.lowest_period)),
        Card("DSCR over the horizon", ratio_text(dscr.horizon), f"lowest: {ratio_text(dscr.minimum)}"),
        Card("Ability to serve debt", level, f"DSCR {ratio_text(aggregated.debt_service.dscr)} on stressed EBITDA"),
    ]


def sentences(story: Story, findings: Sequence[Finding]) -> list[Sentence]:
    """Each with its figure, its period and its rule."""
    return [Sentence(finding.statement, rests_on(story, finding)) for finding in findings]


def identifiers(story: Story) -> list[tuple[str, str]]:
    """The ids of every document behind the page."""
    header = story.header
    rows = [
        ("execution", header.execution_id),
        ("scenario", header.scenario_id),
        ("dataset version", header.dataset_version_id),
        *((f"report, {view}", identifier) for view, identifier in story.report_ids.items()),
    ]
    rows.append((f"leaf {story.log_record.number} of the log", f"sha256:{story.log_record.leaf_hash}"))
    if header.replay_of:
        rows.append(("replay of", header.replay_of))
    return [*rows, ("model", header.model)]
