"""The page of several scenarios: a column and a line for each, its numbers the reports', of one company only."""

import asyncio
import re

import html5lib
import pytest

from seawall.clients import files
from seawall.clients.client import SeawallError
from seawall.clients.files import inputs
from seawall.clients.page.page import STROKES
from seawall.clients.page.plot import scale_of
from seawall.clients.page.scenarios_page import COLOURS, MARKS, scenarios_page
from seawall.clients.report.several import require_one_company
from tests.clients.stories import EXAMPLES, story_of
from tests.clients.test_page import HTML, NUMBER, SVG, numbers_of, rows_of, visible

SCENARIOS = ("base", "severe", "workout")


@pytest.fixture(scope="module")
def stories(tmp_path_factory):
    return [asyncio.run(story_of(tmp_path_factory.mktemp(name), name)) for name in SCENARIOS]


@pytest.fixture(scope="module")
def tree(stories):
    """Parsed as strictly as html5lib can: any error in the page is an exception."""
    return html5lib.HTMLParser(strict=True).parse(scenarios_page(stories))


def test_the_page_is_valid_loads_nothing_and_is_the_same_every_time(stories, tree):
    assert tree.find(f"{HTML}head/{HTML}title").text == "CARBO Ceramics Inc: 3 scenarios side by side"
    assert {element.tag.rpartition("}")[2] for element in tree.iter()}.isdisjoint(
        {"script", "link", "img", "iframe", "object", "embed", "image", "use", "form", "base"}
    )
    assert not [element for element in tree.iter() if {"src", "srcset", "style", "href"} & set(element.attrib)]
    text = scenarios_page(stories)
    assert not re.search(r"@import|url\(|https?://(?!www\.w3\.org/2000/svg)", text)
    assert text == scenarios_page(stories)


def test_every_number_on_the_page_is_one_of_the_reports(stories, tree):
    known = {number for story in stories for number in numbers_of(story)}
    months_apart = {str(abs(story.first_default - stories[0].first_default)) for story in stories}
    shown = {number for text in visible(tree) for number in NUMBER.findall(text)}
    assert shown - known <= months_apart | {str(len(stories))}


def test_each_scenario_is_a_column(stories, tree):
    headings, *rows = rows_of(tree, "side-by-side")
    assert headings == ["", "Base", "Severe", "Severe, workout"]
    figures = {row[0]: row[1:] for row in rows}
    assert figures["Runway"] == [f"{story.executive.headline_figures.months_of_runway} months" for story in stories]
    assert figures["Needed at default"] == [
        story.unit.figure(story.executive.headline_figures.need_at_default_minor) for story in stories
    ]
    assert figures["After default, creditors"] == ["stand still", "stand still", "act"]


def test_each_scenario_is_a_line_of_its_liquidity_up_to_its_default(stories, tree):
    wide, narrow = tree.iter(f"{SVG}svg")
    assert [wide.get("class"), narrow.get("class")] == ["wide", "narrow"]
    for picture in (wide, narrow):
        lines_are_right(stories, picture)


def lines_are_right(stories, picture):
    lines = {path.get("class").removeprefix("stroke "): path for path in picture.iter(f"{SVG}path")}
    assert list(lines) == [MARKS[0], f"{MARKS[1]} beneath", MARKS[2]]  # up to the default a workout is the standstill
    liquidity = [story.amounts("month.available_liquidity")[: story.first_default] for story in stories]
    scale = scale_of([stories[0].minimum_cash_minor, *(amount for amounts in liquidity for amount in amounts)])
    for line, amounts in zip(lines.values(), liquidity, strict=True):
        points = [float(y) for _, y in re.findall(r"([0-9.]+)[ ,]([0-9.]+)", line.get("d"))]
        assert points == [pytest.approx(scale.y(amount)) for amount in amounts]
    ends = [circle.find(f"{SVG}title").text for circle in picture.iter(f"{SVG}circle")]
    assert ends == [
        f"Default in month {story.first_default} ({story.header.period_ends[story.first_default - 1]})"
        for story in stories
    ]


def test_every_line_has_a_colour_of_the_page_or_a_dash_of_its_own():
    assert set(COLOURS) <= set(STROKES)
    assert len(set(MARKS)) == len(MARKS) == 10


def test_other_companies_have_no_place_on_the_page(stories, tmp_path):
    bakery = inputs.dataset_version(files.load(EXAMPLES / "bakery.json"))
    other = asyncio.run(story_of(tmp_path, "base", bakery))
    with pytest.raises(
        SeawallError, match=r"a report is of one company: found CARBO Ceramics Inc and .+ seawall compare"
    ):
        require_one_company([stories[0], other])
    require_one_company(stories)


def test_executions_that_begin_on_other_days_share_no_dates(stories):
    later = stories[1]._replace(header=type(stories[1].header).FromString(stories[1].header.SerializeToString()))
    later.header.analysis_date = "2018-01-31"
    text = scenarios_page([stories[0], later])
    assert "They begin on different days: month 1 is not the same month in all." in text
    assert ">2017-12<" not in text
    assert re.findall(r'class="tick middle"[^>]*>\d{4}-', text) == []
