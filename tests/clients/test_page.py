"""The page of an execution: its numbers are the report's, it loads nothing, and any browser can read it."""

import asyncio
import re
from collections.abc import Iterator
from decimal import Decimal

import html5lib
import pytest
from google.protobuf.message import Message

from seawall.clients.report.charts import charts
from seawall.clients.report.page import page
from seawall.clients.report.plot import nice_step, scale_of
from seawall.clients.report.tables import MONTH_LINES
from seawall.clients.report.waterfall import waterfall, worst_period
from seawall.clients.report.wording import compact, money
from seawall.server.wire.to_message import message
from seawall.v1.dataset_pb2 import DatasetVersion
from tests.clients.stories import story_of
from tests.companies import company

NUMBER = re.compile(r"-?\d+(?:,\d{3})*(?:\.\d+)?")
HTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module", params=["severe", "base"])
def story(request, tmp_path_factory):
    return asyncio.run(story_of(tmp_path_factory.mktemp("page"), request.param))


@pytest.fixture(scope="module")
def tree(story):
    """Parsed as strictly as html5lib can: any error in the page is an exception."""
    return html5lib.HTMLParser(strict=True).parse(page(story))


def test_the_page_is_valid_and_the_same_every_time(story, tree):
    assert tree.find(f"{HTML}head/{HTML}title").text == f"{story.company_name}: {story.scenario.name}"
    assert page(story) == page(story)


def test_the_page_loads_nothing_and_runs_nothing(story, tree):
    allowed = {HTML, SVG}
    for element in tree.iter():
        name = element.tag.rpartition("}")
        assert name[0] + name[1] in allowed
        assert name[2] not in {"script", "link", "img", "iframe", "object", "embed", "image", "use", "form", "base"}
        assert not {"src", "href", "srcset", "style", "background"} & set(element.attrib)
        assert not [attribute for attribute in element.attrib if attribute.startswith("on")]
    text = page(story)
    assert "@import" not in text
    assert "url(" not in text
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text)


def test_every_number_on_the_page_is_one_of_the_report(story, tree):
    known = set(numbers_of(story))
    unknown = {number for text in visible(tree) for number in NUMBER.findall(text)} - known
    assert unknown == set()


def visible(tree) -> Iterator[str]:
    """What a reader sees or hears, apart from the labels of the axes."""
    for element in tree.iter():
        ticks = element.tag == f"{SVG}text" and "tick" in element.get("class", "")
        if element.tag != f"{HTML}style":
            if element.text and not ticks:
                yield element.text
            if element.tail:
                yield element.tail


def numbers_of(story) -> Iterator[str]:
    """Every number of the report messages as it is written, with what the pictures add up."""
    messages = [story.header, story.scenario, story.aggregated, story.executive, *story.lines.values()]
    for part in messages:
        yield from written(part, story.minor_digits)
    yield from (str(month) for month in story.months)
    yield "100"  # the points of a score
    yield from NUMBER.findall(f"{story.log_record.number} {story.log_record.leaf_hash}")
    yield from NUMBER.findall(" ".join([*story.report_ids.values(), "SHA-256", "sha256sum", story.company_name]))
    for _, *amounts in waterfall(story, worst_period(story)):
        yield from (money(amount, story.minor_digits) for amount in amounts)
    for position in range(len(story.months)):
        for lien in {facility.lien for facility in story.header.facilities}:
            yield money(owed(story, lien, position), story.minor_digits)


def owed(story, lien, position):
    names = [facility.facility_id for facility in story.header.facilities if facility.lien == lien]
    return sum(story.amounts("facilities.closing_balance", name)[position] for name in names)


def written(message: Message, digits: int) -> Iterator[str]:
    for field, content in message.ListFields():
        for item in content if field.is_repeated else [content]:
            if isinstance(item, Message):
                yield from written(item, digits)
            else:
                yield from NUMBER.findall(money(item, digits) if field.name.endswith("_minor") else str(item))
    yield from (money(0, digits), "0")  # a field at 0 is not listed


def test_the_table_of_months_is_the_granular_report(story, tree):
    rows = [[cell.text for cell in row] for row in body(tree, "months")]
    columns = [story.amounts(path if "." in path else f"month.{path}") for path in MONTH_LINES]
    assert [row[1] for row in rows] == list(story.header.period_ends)
    for month, row in enumerate(rows):
        assert row[2:7] == [money(column[month], story.minor_digits) for column in columns]
        assert Decimal(row[7]) == Decimal(story.ratios("coverage_last_twelve_months.dscr")[month].value)


def test_the_step_from_opening_to_closing_cash_adds_up(story, tree):
    amounts = [Decimal(row[1].text.replace(",", "")) for row in body(tree, "bridge")]
    assert sum(amounts[:-1]) == amounts[-1]


def body(tree, name):
    table = next(element for element in tree.iter(f"{HTML}table") if element.get("id") == name)
    return table.find(f"{HTML}tbody")


def test_every_picture_has_a_text_in_its_place(story, tree):
    pictures = list(tree.iter(f"{SVG}svg"))
    assert len(pictures) == len(charts(story)) == 4
    for picture in pictures:
        assert picture.get("role") == "img"
        names = picture.get("aria-labelledby").split()
        texts = {element.get("id"): element.text for element in picture}
        assert all(texts[name] for name in names)


def test_bars_are_as_high_as_their_figures(story, tree):
    """Cash and unpaid stock share one scale: equal heights a unit, and the labels stand where they say."""
    picture = next(element for element in tree.iter(f"{SVG}svg") if "cash-title" in element.get("aria-labelledby"))
    scale = scale_of(
        [*story.amounts("position.cash"), *(-unpaid for unpaid in story.amounts("shortfalls.total_outstanding"))]
    )
    heights = [float(bar.get("height")) for bar in picture.iter(f"{SVG}rect") if bar.get("class") == "cash"]
    assert heights == [
        pytest.approx(abs(scale.y(amount) - scale.y(0)), abs=0.11) for amount in story.amounts("position.cash")
    ]


def test_a_company_without_debt_and_a_currency_without_digits_have_a_page(tmp_path):
    free = company(instruments=(), revolver=None, assets=(), currency="JPY", minor_digits=0, company_name="<A> & “B”")
    story = asyncio.run(story_of(tmp_path, "severe", message(DatasetVersion, free)))
    tree = html5lib.HTMLParser(strict=True).parse(page(story))
    assert "debt" not in [chart.name for chart in charts(story)]
    assert {number for text in visible(tree) for number in NUMBER.findall(text)} <= set(numbers_of(story))
    assert tree.find(f"{HTML}head/{HTML}title").text == "<A> & “B”: Severe"


@pytest.mark.parametrize(
    ("span", "step"), [(1, 1), (6, 1), (7, 2), (100, 20), (120, 20), (121, 50), (10**15, 2 * 10**14)]
)
def test_ticks_are_round(span, step):
    assert nice_step(span) == step


@pytest.mark.parametrize(
    ("minor", "text"), [(4_000_000_000, "40m"), (-250_000_000, "-2.5m"), (0, "0"), (50_000, "500"), (1, "0.01")]
)
def test_a_tick_is_written_shortly(minor, text):
    assert compact(minor, 2) == text
