"""One page of several scenarios of a company: their figures by column, and the liquidity of each in one chart."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import svg

from ..report.scenario_words import in_sentences
from ..report.several import begin_together, column_names, remarks, what_happens
from ..report.side_by_side import columns_of, side_by_side
from ..report.story import Story
from ..report.wording import compact, month
from . import plot
from .page import in_chosen_units, picture, rendered, running, written
from .plot import Chart, Frame

#: The strokes of the page that tell executions apart, in turn; a second turn is dashed.
COLOURS = ("base", "second", "low-shares", "high-shares", "ratio")
MARKS = (*COLOURS, *(f"{colour} dashed" for colour in COLOURS))


class ScenarioWords(NamedTuple):
    """A scenario as the page tells it."""

    name: str
    headline: str
    lines: Sequence[str]


def scenarios_page(stories: Sequence[Story]) -> str:
    """The whole page as HTML: of 2 to 10 executions of one company, the first the one to start from."""
    stories = list(map(in_chosen_units, stories))
    names, unit, company = column_names(stories), stories[0].unit, stories[0].company_name
    return rendered(
        "scenarios.html",
        title=f"{company}: {len(stories)} scenarios side by side",
        running=running(company, ", ".join(names), ""),
        unit=unit.heading,
        headline=what_happens(stories),
        remarks=list(remarks(stories)),
        table=written(side_by_side(columns_of(stories)), unit),
        chart=picture(liquidity_of_each(stories)),
        scenarios=[
            ScenarioWords(name, story.executive.headline, in_sentences(story.scenario))
            for name, story in zip(names, stories, strict=True)
        ],
        ids=list(identifiers(stories)),
    )


def liquidity_of_each(stories: Sequence[Story]) -> Chart:
    """A line for each execution up to its first default, where a dot ends it, and the minimum cash."""
    names, unit = column_names(stories), stories[0].unit
    minimums = sorted({story.minimum_cash_minor for story in stories})
    liquidity = [list(story.amounts("month.available_liquidity"))[: story.first_default or None] for story in stories]
    longest = max(stories, key=lambda story: story.header.horizon_months)
    count = longest.header.horizon_months
    scale = plot.scale_of([*minimums, *(amount for amounts in liquidity for amount in amounts)])

    def draw(frame: Frame) -> list[svg.Element]:
        elements = plot.grid(frame, scale, lambda tick: compact(tick, longest.minor_digits))
        elements += plot.months_below(frame, longest.header.period_ends if begin_together(stories) else [""] * count)
        elements += [plot.level(frame, scale.y(minimum), "threshold") for minimum in minimums]
        for number, (mark, story, amounts) in enumerate(zip(MARKS, stories, liquidity, strict=False), start=1):
            is_covered = amounts in liquidity[number:]
            points = [(frame.x(position, count), scale.y(amount)) for position, amount in enumerate(amounts)]
            elements.append(plot.line(points, f"{mark} beneath" if is_covered else mark))
            if story.first_default:
                (x, y), what = points[-1], svg.Title(text=f"Default in {month(story, story.first_default)}")
                elements.append(svg.Circle(cx=x, cy=y, r=4, class_=[mark], elements=[what]))
        return elements

    description = " ".join(
        f"{name}: {unit.amount(amounts[0])} in month 1, {unit.amount(amounts[-1])} in {month(story, len(amounts))}"
        f"{', its default' if story.first_default else ''}."
        for name, story, amounts in zip(names, stories, liquidity, strict=True)
    )
    description += f" Minimum cash: {', '.join(map(unit.amount, minimums))}."
    legend = (*zip(MARKS, names, strict=False), ("threshold", "minimum cash"))
    return plot.chart("liquidity", "Liquidity of each scenario, up to its first default", description, legend, draw)


def identifiers(stories: Sequence[Story]) -> Iterator[tuple[str, str]]:
    """The ids of every document behind the page, each once."""
    for name, story in zip(column_names(stories), stories, strict=True):
        yield f"{name}: execution", story.header.execution_id
        yield f"{name}: scenario", story.header.scenario_id
        yield f"{name}: report, aggregated", story.report_ids["aggregated"]
        yield f"{name}: report, executive", story.report_ids["executive"]
    for dataset in dict.fromkeys(story.header.dataset_version_id for story in stories):
        yield "dataset version", dataset
    for model in dict.fromkeys(story.header.model for story in stories):
        yield "model", model
