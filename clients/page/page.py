"""One self-contained page of an execution: no script, no network, the same bytes for the same reports."""

from collections.abc import Sequence
from importlib.resources import files
from typing import NamedTuple

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from seawall.v1.report_pb2 import RiskLevel

from ..client.names import choice_name
from ..report.capital_structure import maturity_ladder
from ..report.cash_roll import cash_roll
from ..report.cells import Table, text
from ..report.committee import committee_tables
from ..report.key_figures import key_figures
from ..report.parties import parties
from ..report.scenario_words import in_sentences
from ..report.story import Story
from ..report.tables import identifiers, tables
from ..report.unit import Unit, fitting
from .charts import LIEN_CLASSES, charts
from .drivers import actions, drivers
from .plot import Chart

FILLED = ("cash", "unpaid", "paid", "owed", "gain", "shade", *(f"lien{rank}" for rank in range(LIEN_CLASSES)))
STROKES = ("ratio", "second", "base", "low-shares", "high-shares")


class PageTable(NamedTuple):
    """A table as text, with what its heading says of its amounts."""

    name: str
    title: str
    headings: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    words: frozenset[int]
    marked: frozenset[int]
    note: str
    sums: frozenset[int]


class Running(NamedTuple):
    """What stands at the edge of every printed page, as the inside of a string of CSS."""

    head: Markup
    scenario: Markup
    execution: Markup


class Sentence(NamedTuple):
    """A finding with its number in the appendix, where its figure stands."""

    number: int
    statement: str


class Part(NamedTuple):
    """Sentences under a heading."""

    heading: str
    sentences: Sequence[Sentence]


#: The page behind the first one: heading -> its pictures, tables and lists of sentences, in their order.
PARTS = {
    "What drives it": ("drivers-chart", "drivers", "beside", "bridge-chart"),
    "What breaks, and when": ("findings", "key_risks"),
    "Statements": ("income-statement", "cash-flow", "cash-roll", "balance-sheet"),
    "Debt and maturities": ("debt", "all-debts", "maturity-ladder", "maturities"),
    "Covenants": ("covenants", "covenant-tests"),
    "Recovery by instrument": ("recovery",),
    "What to do": ("recommendations", "actions"),
    "Assumptions": ("assumptions", "records"),
    "Evidence": ("evidence",),
    "Appendix: every month": ("coverage", "months", "after-default", "coverage-table", "exposure", "collateral"),
    "Appendix: rules and paths": ("debt-service", "risk", "critical", "thresholds", "figures"),
}

MOST_DEBTS = 6  #: on the first page, which stays one page
MOST_ROWS_KEPT_WHOLE = 30  #: a longer table goes on over a page that is printed

#: The lists of the executive view in the order of the appendix, and what the page calls them.
HEADINGS = {"findings": "Findings", "key_risks": "Key risks", "recommendations": "Recommendations"}


def page(story: Story) -> str:
    """The whole page as HTML."""
    story = in_chosen_units(story)
    of_the_page = [key_figures(story), drivers(story), actions(story), cash_roll(story), maturity_ladder(story)]
    listed = [*of_the_page, *committee_tables(story), *tables(story)]
    by_name = {table.name: written(table, story.unit) for table in listed}
    return rendered(
        "page.html",
        title=f"{story.company_name}: {story.scenario.name}",
        story=story,
        running=running(story.company_name, story.scenario.name, story.header.execution_id),
        level=choice_name(RiskLevel.DESCRIPTOR, story.executive.risk_level),
        scenario=in_sentences(story.scenario),
        parties=list(parties(story)),
        sentences=sentences(story),
        structure=shortened(by_name["capital-structure"]),
        tables=by_name,
        charts={chart.name: picture(chart) for chart in charts(story)},
        parts=PARTS,
        ids=identifiers(story),
    )


def in_chosen_units(story: Story) -> Story:
    """A story in the units that were chosen for it, else in those that fit its total assets."""
    assets = story.header.opening_total_assets_minor
    return story._replace(units=story.units or fitting(assets, story.minor_digits))


def rendered(template: str, **content: object) -> str:
    """A page from its template, whatever it says in the style of all pages."""
    environment = Environment(
        loader=FunctionLoader(lambda name: (files("seawall.clients.page") / name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    marks = {"filled": FILLED, "strokes": STROKES, "most_rows_kept_whole": MOST_ROWS_KEPT_WHOLE}
    return environment.get_template(template).render(**marks, **content)


def running(head: str, scenario: str, execution: str) -> Running:
    return Running(*map(css_string, (head, scenario, execution)))


def picture(chart: Chart) -> Chart:
    """A chart whose markup goes into a page as it is."""
    return chart._replace(markup=Markup(chart.markup))


def css_string(text: str) -> Markup:
    """Any text inside the quotes of a string of CSS: all but plain letters, digits and spaces by their code points."""
    plain = (c if c.isascii() and (c.isalnum() or c == " ") else f"\\{ord(c):x} " for c in text)
    return Markup("".join(plain))


def shortened(table: PageTable) -> PageTable:
    """A table for the first page: of many debts the first by rank, how many follow, and the sum of all."""
    *rows, total = table.rows or [()]
    if len(rows) <= MOST_DEBTS:
        return table
    further = (f"{len(rows) - MOST_DEBTS} further debts", *("" for _ in table.headings[1:]))
    return table._replace(
        name="first-debts",
        rows=[*rows[:MOST_DEBTS], further, total],
        sums=frozenset((MOST_DEBTS + 1,)),
        note=f"All of them stand under debt and maturities. {table.note}",
    )


def written(table: Table, unit: Unit) -> PageTable:
    """Every cell as text; amounts in the company's unit, which the title says."""
    heading = f"{table.title}, in {unit.heading}" if table.has_amounts else table.title
    rows = [tuple(text(cell, unit) for cell in row) for row in table.rows]
    return PageTable(table.name, heading, table.headings, rows, table.words, table.marked, table.note, table.sums)


def sentences(story: Story) -> dict[str, Part]:
    """What breaks and when, the risks and what to do; numbered through as in the appendix."""
    executive, number, parts = story.executive, 0, {}
    for name, heading in HEADINGS.items():
        findings = getattr(executive, name)
        numbered = [Sentence(at, finding.statement) for at, finding in enumerate(findings, start=number + 1)]
        parts[name] = Part(heading, numbered)
        number += len(numbered)
    return parts
