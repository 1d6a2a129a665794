"""The page of an execution: its numbers are the report's, it loads nothing, and any browser can read it."""

import asyncio
import re
from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from itertools import pairwise
from types import SimpleNamespace
from unittest.mock import create_autospec

import grpc
import html5lib
import pytest
from google.protobuf.message import Message

from seawall.clients import files
from seawall.clients.client import SeawallError, StressClient
from seawall.clients.files import inputs
from seawall.clients.page.charts import charts
from seawall.clients.page.drivers import REFUSED, actions, drivers
from seawall.clients.page.page import MOST_DEBTS, PARTS, PageTable, css_string, in_chosen_units, page, shortened
from seawall.clients.page.plot import NARROW, WIDE, months_below, nice_step, scale_of
from seawall.clients.report.cells import Multiple
from seawall.clients.report.key_figures import FIGURES
from seawall.clients.report.scenario_words import ASSUMPTIONS, is_changed
from seawall.clients.report.tables import MONTH_LINES, MONTH_RATIOS, tables
from seawall.clients.report.variants import ACTIONS, CAUSES, FUNDED, attributed, causes, with_variants
from seawall.clients.report.wording import compact, money, multiple, percent, percent_of
from seawall.engine.analysis.attribution import MOST_GROUPS
from seawall.engine.analysis.between import NUMBERS
from seawall.server.wire.to_message import message
from seawall.v1.analysis_service_pb2 import AttributeResponse
from seawall.v1.attribution_pb2 import Attribution
from seawall.v1.common_pb2 import Ratio
from seawall.v1.dataset_pb2 import DatasetVersion
from seawall.v1.figure_pb2 import FigureValue
from tests.clients.stories import EXAMPLES, story_of
from tests.companies import company

PAID = ("operating_payments", "capital_expenditure_payments", "interest_payments", "principal_payments")
NUMBER = re.compile(r"-?\d+(?:,\d{3})*(?:\.\d+)?")
HTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module", params=["severe", "base", "workout"])
def story(request, tmp_path_factory):
    """As the page shows it: in its units, that of the stress with what drives it."""
    run = story_of(tmp_path_factory.mktemp("page"), request.param, variants=request.param == "severe")
    return in_chosen_units(asyncio.run(run))


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
        assert not {"src", "srcset", "style", "background"} & set(element.attrib)
        assert element.get("href", "#")[0] == "#"
        assert not [attribute for attribute in element.attrib if attribute.startswith("on")]
    text = page(story)
    assert "@import" not in text
    assert "url(" not in text
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text)


def test_the_page_can_be_read_aloud(tree):
    """Each id is there once, what is named by another or leads to it finds it, and each heading says what it heads."""
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for element in tree.iter():
        names = [
            *element.get("aria-labelledby", "").split(),
            *filter(None, [element.get("href", "").removeprefix("#")]),
        ]
        assert set(names) <= set(ids)
        if element.tag == f"{HTML}th":
            assert element.get("scope") in ("row", "col")
            assert element.text
    levels = [
        int(element.tag[-1]) for element in tree.iter() if element.tag in {f"{HTML}h{level}" for level in (1, 2, 3)}
    ]
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


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
    """Every number of the report messages as it is written, exact or in a unit of the company, and sums of these."""
    runs = [run.report for run in story.actions]
    reports = [story.aggregated, story.executive, *runs]
    for part in (story.header, story.company, story.scenario, *reports, *story.lines.values()):
        yield from written(part, story)
    yield from (str(month) for month in range(1, max(len(story.months), sentences_of(story)) + 1))
    yield from NUMBER.findall(f"{story.log_record.number} {story.log_record.leaf_hash}")
    ids = [*story.report_ids.values(), story.causes.attribution_id if story.causes else ""]
    yield from NUMBER.findall(" ".join([*ids, "SHA-256", "sha256sum", story.company_name]))
    for minor in sums_of(story):
        yield from (story.unit.figure(minor), story.unit.figure(-minor))


def sums_of(story) -> Iterator[int]:
    """What the page adds up: quarters, debt service, arrears, losses, debt by lien and maturity, steps of a bridge."""
    end, revolver = story.aggregated.through_period, story.company.revolver
    yield revolver.commitment_minor - revolver.drawn_minor
    for line in story.lines.values():
        yield from line.amounts_minor
        yield from (sum(line.amounts_minor[start : start + 3]) for start in range(0, 24, 3))
    yield from map(sum, zip(story.amounts("needs.interest"), story.amounts("needs.principal"), strict=True))
    for facility in story.header.facilities:
        arrears = (
            story.amounts(f"facilities.{name}", facility.facility_id) for name in ("interest_arrears", "overdue")
        )
        yield sum(amounts[end - 1] for amounts in arrears)
    yield from (line.claim_minor - line.paid_minor for line in story.executive.recovery.lines)
    for position in range(len(story.months)):
        yield from (owed(story, lien, position) for lien in {facility.lien for facility in story.header.facilities})
    debts = story.executive.capital_structure
    yield sum(line.opening_balance_minor for line in debts)
    yield sum(line.opening_balance_minor for line in debts) - story.company.balance_sheet.cash_minor
    yield sum(line.closing_balance_minor for line in debts)
    stress = (
        story.amounts("month.available_liquidity")[end - 1] - story.amounts("shortfalls.total_outstanding")[end - 1]
    )
    if story.causes:
        attribution = story.causes.attribution
        ends = (attribution.base_value, attribution.change, attribution.target_value)
        yield from (value.amount_minor for value in (*ends, *(share.value for share in attribution.shares)))
    yield from (cash - story.minimum_cash_minor for cash in story.amounts("position.cash"))
    paid = (story.amounts(f"cash_flow.{name}") for name in ("collections", *PAID))
    for net, collected, *others in zip(story.amounts("cash_flow.net_cash_flow"), *paid, strict=True):
        yield net - collected + sum(others)
    for run in story.actions:
        yield from (run.funds_minor[end - 1], run.funds_minor[end - 1] - stress)


def sentences_of(story) -> int:
    return sum(map(len, (story.executive.findings, story.executive.key_risks, story.executive.recommendations)))


def owed(story, lien, position):
    names = [facility.facility_id for facility in story.header.facilities if facility.lien == lien]
    return sum(story.amounts("facilities.closing_balance", name)[position] for name in names)


def written(message: Message, story) -> Iterator[str]:
    for field, content in message.ListFields():
        for item in content if field.is_repeated else [content]:
            if isinstance(item, Ratio) and item.HasField("value"):
                yield from forms_of(Decimal(item.value))
                yield item.value
            elif isinstance(item, Message):
                yield from written(item, story)
            elif field.name.endswith("_minor"):
                yield from NUMBER.findall(f"{money(item, story.minor_digits)} {' '.join(figures_of(item, story))}")
            else:
                yield from NUMBER.findall(str(item))
                if isinstance(item, str) and re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", item):
                    yield from NUMBER.findall(percent_of(Decimal(item)))
                    yield from NUMBER.findall(f"{((Decimal(item) - 1) * 100).normalize():f} -{item}")
    yield from (money(0, story.minor_digits), story.unit.figure(0), "0")  # a field at 0 is not listed


def figures_of(minor: int, story) -> list[str]:
    """An amount in the unit of the page, and in that of the sentences of the reports."""
    return [story.unit.figure(minor), story._replace(units="").unit.figure(minor)]


def forms_of(ratio: Decimal) -> Iterator[str]:
    """1.24x, never better than it is, and 124.0 %."""
    yield from (f"{ratio.quantize(Decimal('0.01'), rounding):,}" for rounding in (ROUND_FLOOR, ROUND_CEILING))
    yield f"{(ratio * 100).quantize(Decimal('0.1'), ROUND_HALF_EVEN):,}"


def test_the_table_of_months_is_the_granular_report(story, tree):
    rows = [[cell.text for cell in row] for row in body(tree, "months")]
    columns = [story.amounts(path) for path in MONTH_LINES]
    assert [row[1] for row in rows] == list(story.header.period_ends)
    for month, row in enumerate(rows):
        assert row[2:8] == [story.unit.figure(column[month]) for column in columns]
        assert row[8:10] == [multiple(story.ratios(path)[month]) for path in MONTH_RATIOS]


def test_the_statements_by_quarter_add_up_the_months_and_end_with_the_default(story, tree):
    last = story.first_default or len(story.months)
    months = [list(range(start, min(start + 3, len(story.months)))) for start in range(0, last, 3)]
    heading, *income = rows_of(tree, "income-statement")
    assert [end.rstrip("*") for end in heading[1:]] == [story.header.period_ends[quarter[-1]] for quarter in months]
    assert [end.endswith("*") for end in heading[1:]] == [story.is_after_default(quarter[-1] + 1) for quarter in months]
    revenue, debt = story.amounts("income.revenue"), story.amounts("position.debt")
    sums = [story.unit.figure(sum(revenue[month] for month in quarter)) for quarter in months]
    assert income[0] == ["Revenue", *sums]
    balances = {row[0]: row[1:] for row in rows_of(tree, "balance-sheet")}
    assert balances["Debt"] == [story.unit.figure(debt[quarter[-1]]) for quarter in months]


def test_statements_add_up_as_they_read(story, tree):
    """What leaves is below 0. A cell is rounded once, so a sum of n cells is off by n halves of the last digit."""
    income, cash, balance = (amounts_of(tree, name) for name in ("income-statement", "cash-flow", "balance-sheet"))
    flows = [name for name in cash if not name.startswith("Cash at") and not name.endswith("cash flow")]
    for quarter in range(len(income["Revenue"])):
        year, flow, position = (
            {name: row[quarter] for name, row in lines.items()} for lines in (income, cash, balance)
        )
        ebitda = year["Revenue"] + year["Cost of sales"] + year["Operating expenses"]
        assert ebitda == pytest.approx(year["EBITDA"], abs=0.21)
        assert sum(flow[name] for name in flows) == pytest.approx(flow["Net cash flow"], abs=0.05 * len(flow))
        operating = flow["Collections"] + flow["Operating payments"] + flow["Interest payments"]
        assert operating == pytest.approx(flow["Operating cash flow"], abs=0.21)
        assert flow["Cash at the start"] + flow["Net cash flow"] == pytest.approx(flow["Cash at the end"], abs=0.16)
        assert position["Total assets"] - position["Total liabilities"] == pytest.approx(position["Equity"], abs=0.16)


def test_cash_by_month_adds_up_to_the_default(story, tree):
    _, *rows = rows_of(tree, "cash-roll")
    assert len(rows) == (story.first_default or len(story.months))
    for month, row in enumerate(rows):
        opening, *flows, cash, _, above = (float(cell.replace("<", "").replace(",", "")) for cell in row[2:])
        assert opening + sum(flows) == pytest.approx(cash, abs=0.41)
        assert cash - above == pytest.approx(story.minimum_cash_minor / 10**8, abs=0.11)
        assert row[-2] == story.unit.figure(story.amounts("month.available_liquidity")[month])


def amounts_of(tree, name):
    _, *rows = rows_of(tree, name)
    return {row[0]: [float(cell.replace(",", "")) for cell in row[1:]] for row in rows}


def test_causes_share_the_way_from_the_base_to_the_stress_and_actions_start_from_it(story, tree):
    if not story.causes:
        assert "drivers" not in {table.get("id") for table in tree.iter(f"{HTML}table")}
        return
    end, figure = story.aggregated.through_period - 1, story.unit.figure
    stress = story.amounts("month.available_liquidity")[end] - story.amounts("shortfalls.total_outstanding")[end]
    attribution = story.causes.attribution
    assert (attribution.figure, attribution.period) == ("funds_minor", end + 1)
    assert attribution.target_value.amount_minor == story.funds_minor == stress
    shares = {share.group: share.value.amount_minor for share in attribution.shares}
    assert attribution.base_value.amount_minor + sum(shares.values()) == stress
    headings, base, *causes, last = rows_of(tree, "drivers")
    assert headings == ["Cause", "Change", "Funds"]
    assert base == ["Base", "", figure(attribution.base_value.amount_minor)]
    assert last == ["Stress", figure(attribution.change.amount_minor), figure(stress)]
    assert [row[0] for row in causes] == sorted(shares, key=shares.__getitem__)
    assert [row[1] for row in causes] == [figure(amount) for amount in sorted(shares.values())]
    _, none, *tried = rows_of(tree, "actions")
    assert none[:4] == ["None: the stress as it is", "8 months", "15.6", figure(stress)]
    assert [row[0] for row in tried] == [FUNDED, *ACTIONS]
    assert tried[0][1] == "10 months"  # 15.6 m more on the first day, of which the shock to liquidity takes a fifth


def test_the_bridge_by_cause_is_drawn_from_the_shares_and_names_their_attribution(story):
    if not story.causes:
        return
    (drawn,) = [chart for chart in charts(story) if chart.name == "drivers-chart"]
    steps = re.findall(r"\d ([A-Z][a-z ]+) -?[\d.]+ m USD[;.]", drawn.description)
    assert steps[0] == "Base"
    assert steps[-1] == "Stress"
    assert set(steps[1:-1]) == {share.group for share in story.causes.attribution.shares}
    assert drivers(story).note.endswith(f"attribution {story.causes.attribution_id}.")


def test_the_causes_of_a_scenario_have_every_assumption_that_it_changes(story):
    groups = causes(story.scenario)
    changed = {name for name in ASSUMPTIONS if is_changed(story.scenario.assumptions, name)}
    assert changed <= {name for group in groups for name in group.assumptions}
    assert all(changed & set(group.assumptions) for group in groups)
    assert bool(groups) == (story.scenario.name != "Base")
    assert len(CAUSES) <= MOST_GROUPS
    every_name = [name for names in CAUSES.values() for name in names]
    assert sorted(every_name) == sorted(NUMBERS)


def failing(code):
    """A client of a server that answers every call with a failure."""
    client = create_autospec(StressClient, instance=True)
    client.register.side_effect = SeawallError(code, "not today")
    return client


def test_what_is_refused_is_not_known_and_what_fails_is_raised(story):
    refused = asyncio.run(with_variants(failing(grpc.StatusCode.INVALID_ARGUMENT), story))
    assert (refused.causes, refused.actions, refused.has_variants) == (None, (), True)
    notes = {drivers(refused).note, actions(refused).note}
    changes_nothing = "The scenario changes nothing: base and stress are one."
    assert notes == {REFUSED, changes_nothing if story.scenario.name == "Base" else REFUSED}
    with pytest.raises(SeawallError, match="not today"):
        asyncio.run(with_variants(failing(grpc.StatusCode.UNAVAILABLE), story))


def test_an_attribution_that_comes_to_another_stress_is_of_another_model(story):
    client = create_autospec(StressClient, instance=True)
    client.register.return_value = SimpleNamespace(dataset_version_id="company")
    client.create_scenario.return_value = SimpleNamespace(scenario_id="scenario")
    stress = FigureValue(amount_minor=story.funds_minor)
    answer = client.attribute.return_value = AttributeResponse(attribution=Attribution(target_value=stress))
    assert asyncio.run(attributed(client, story)) == (answer if causes(story.scenario) else None)
    answer.attribution.target_value.amount_minor += 1
    assert asyncio.run(attributed(client, story)) is None


def test_the_eight_figures_of_base_and_stress_stand_on_the_first_page(story, tree):
    headings, *rows = rows_of(tree, "key-figures")
    assert [row[0] for row in rows] == list(FIGURES)
    assert len(FIGURES) == 8
    figures, stress = story.executive.headline_figures, {row[0]: row[-2:] for row in rows}
    assert stress["Runway"] == [f"{figures.months_of_runway} months", ""]
    assert stress["Needed then, with minimum cash"] == [
        story.unit.figure(figures.need_at_default_minor),
        str(figures.first_default_period),
    ]
    assert stress["Recovery of all debt in a liquidation"][0] == percent(story.executive.recovery.share)
    if story.scenario.name == "Base":
        assert headings == ["Figure", "Base", "Month"]
        return
    base = {row[0]: row[1:3] for row in rows}
    assert base["First default, on"] == ["operations", "15"]
    assert base["Recovery of all debt in a liquidation"] == ["92.7 %", "15"]
    assert base["Covenant breached, else headroom"] == ["minimum-liquidity breached", "11"]
    assert base["Leverage at the end"] == ["n.m.", "15"]
    assert base["DSCR, lowest"] == ["negative", "1"]


def test_what_happens_to_each_party_is_said_in_words(story, tree):
    (listed,) = tree.iter(f"{HTML}dl")
    named = [element.text for element in listed.iter(f"{HTML}dt")]
    debts = [f"{line.facility.facility_id}, lien {line.facility.lien}" for line in story.executive.capital_structure]
    assert named == ["Suppliers, staff and tax", *debts, "Owners"]
    said = dict(zip(named, (element.text for element in listed.iter(f"{HTML}dd")), strict=True))
    assert said["Owners"] == "a liquidation would leave nothing"
    lost = story.executive.recovery.lines[1].claim_minor - story.executive.recovery.lines[1].paid_minor
    assert said["related-party-notes, lien 2"].endswith(f"of its claim, a loss of {story.unit.amount(lost)}")


def test_of_many_debts_the_first_page_names_the_first():
    debts = [(f"loan-{number}", "1.0") for number in range(MOST_DEBTS + 5)]
    table = PageTable(
        "capital-structure",
        "",
        ("Debt", "Drawn"),
        [*debts, ("All debt", "14.0")],
        frozenset(),
        frozenset(),
        "",
        frozenset(),
    )
    shown = shortened(table)
    assert shown.rows == [*debts[:MOST_DEBTS], ("5 further debts", ""), ("All debt", "14.0")]
    assert shown.sums == {MOST_DEBTS + 1}
    few = table._replace(rows=[*debts[:MOST_DEBTS], ("All debt", "9.0")])
    assert shortened(few) is few
    none = table._replace(rows=[])
    assert shortened(none) is none


def test_a_reader_chooses_the_unit(story):
    text = page(story._replace(units="thousands"))
    assert "amounts in k USD" in text
    assert "Base beside stress, in k USD" in text or "Key figures, in k USD" in text
    assert "liquidity at least 20,000.0 k USD" in text


def test_every_table_and_picture_of_the_page_has_its_place(story):
    placed = [name for names in PARTS.values() for name in names]
    assert len(placed) == len(set(placed))
    named = {table.name for table in tables(story)} | {chart.name for chart in charts(story)}
    assert named <= {*placed, "liquidity"}


def test_every_test_of_a_covenant_up_to_the_default_is_listed(story, tree):
    _, *rows = rows_of(tree, "covenant-tests")
    (line,) = story.executive.covenants
    assert len(rows) == line.tests
    headroom = story.amounts("covenants.headroom", line.covenant_id)
    ends = list(story.header.period_ends)
    assert [row[4] for row in rows] == [story.unit.figure(headroom[ends.index(row[1])]) for row in rows]
    assert rows[line.first_breach_period - 1][5] != "pass"


def test_months_after_the_default_are_marked_and_what_they_are_is_said(story, tree):
    default = story.first_default
    rows = list(body(tree, "months"))
    assert default > 1
    assert [row.get("class") == "marked" for row in rows] == [month >= default for month in story.months]
    assert [row[0].text.endswith("*") for row in rows] == [month >= default for month in story.months]
    what = {"Severe, workout": "creditors act"}.get(story.scenario.name, "counterfactual, creditors stand still")
    text = page(story)
    assert f"* From the default in month {default} on: {what}." in text
    assert f"After the default, over the whole horizon ({what})" in text


def test_the_step_from_opening_to_closing_cash_adds_up(story):
    bridge = story.executive.cash_bridge
    steps = [getattr(bridge, field.name) for field in bridge.DESCRIPTOR.fields]
    assert sum(steps[:-1]) == steps[-1] == story.amounts("position.cash")[story.first_default - 1]


def test_base_stands_beside_the_stress_and_both_ends_of_the_fixed_shares(story, tree):
    heading, *rows = rows_of(tree, "beside")
    assert heading[1:] == ["Base (31 % + 90 %)", heading[2], "With 2 % + 57 %", "With 31 % + 84 %"]
    runways = next(row for row in rows if row[0] == "Runway")
    figures = story.executive.headline_figures
    assert runways[1] == "14 months"
    assert runways[2] == f"{figures.months_of_runway} months"
    assert [run.figures.months_of_runway for run in story.executive.comparison] == [
        int(runways[column].split()[0]) for column in (1, 3, 4)
    ]


def test_the_first_page_has_two_tables_and_covenants_and_recovery_follow(story, tree):
    front = next(element for element in tree.iter(f"{HTML}div") if element.get("class") == "front")
    tables = [table.get("id") for table in front.iter(f"{HTML}table")]
    assert tables == ["key-figures", "capital-structure"]
    (covenant,) = body(tree, "covenants")
    assert [cell.text for cell in covenant][:2] == ["minimum-liquidity", "liquidity at least 20.0 m USD"]
    recovered = {row[0].text: row[4].text for row in body(tree, "recovery")}
    assert recovered["term-loan"] == "100.0 %"
    assert "related-party-notes (fulcrum)" in recovered


def test_what_can_be_contested_comes_before_the_months_and_paths_stand_in_an_appendix(story, tree):
    tables = [table.get("id") for table in tree.iter(f"{HTML}table") if table.get("id")]
    assert tables.index("assumptions") < tables.index("records") < tables.index("months")
    assert tables[-1] == "figures"
    paths = [row[1].text for row in body(tree, "figures")]
    assert len(paths) == sentences_of(story)
    front = next(element for element in tree.iter(f"{HTML}div") if element.get("class") == "front")
    shown = " ".join(element.text or "" for element in front.iter())
    assert not [path for path in paths if path in shown]


def rows_of(tree, name):
    table = next(element for element in tree.iter(f"{HTML}table") if element.get("id") == name)
    return [[cell.text or "" for cell in row] for part in table for row in part]


def body(tree, name):
    table = next(element for element in tree.iter(f"{HTML}table") if element.get("id") == name)
    return table.find(f"{HTML}tbody")


def test_every_picture_has_a_text_in_its_place(story, tree):
    pictures = list(tree.iter(f"{SVG}svg"))
    by_cause = ["drivers-chart"] if story.causes else []
    assert [chart.name for chart in charts(story)] == [
        "liquidity",
        *by_cause,
        "bridge-chart",
        "debt",
    ]  # no ratio is one
    assert [picture.get("class") for picture in pictures] == ["wide", "narrow"] * len(charts(story))
    for picture in pictures:
        assert picture.get("role") == "img"
        names = picture.get("aria-labelledby").split()
        texts = {element.get("id"): element.text for element in picture}
        assert all(texts[name] for name in names)


def test_bars_are_as_high_as_their_figures_and_pale_after_the_default(story, tree):
    """Liquidity of all runs, debt service and the minimum share one scale: equal heights a unit."""
    for picture in tree.iter(f"{SVG}svg"):
        if picture.get("aria-labelledby").startswith("liquidity-"):
            bars_are_right(story, picture)


def bars_are_right(story, picture):
    amounts = story.amounts("month.available_liquidity")
    beside = [amount for run in story.executive.comparison for amount in run.liquidity_minor]
    needs = zip(story.amounts("needs.interest"), story.amounts("needs.principal"), strict=True)
    due = list(map(sum, needs))[: story.first_default or None]
    scale = scale_of([*amounts, *due, story.minimum_cash_minor, *beside])
    bars = [bar for bar in picture.iter(f"{SVG}rect") if bar.get("class") in ("cash", "paid")]
    assert [float(bar.get("height")) for bar in bars] == [
        pytest.approx(scale.y(0) - scale.y(amount), abs=0.11) for amount in amounts
    ]
    owed_bars = [float(bar.get("height")) for bar in picture.iter(f"{SVG}rect") if bar.get("class") == "owed"]
    assert owed_bars == [pytest.approx(scale.y(0) - scale.y(amount), abs=0.11) for amount in due]
    assert [bar.get("class") == "paid" for bar in bars] == [month >= story.first_default for month in story.months]


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """The bakery as it goes on: nothing fails, and its coverage has numbers."""
    bakery = inputs.dataset_version(files.load(EXAMPLES / "bakery.json"))
    return in_chosen_units(asyncio.run(story_of(tmp_path_factory.mktemp("sound"), "base", bakery)))


def test_a_company_that_pays_has_a_runway_of_more_than_the_horizon_and_nothing_is_marked(sound):
    text = page(sound)
    tree = html5lib.HTMLParser(strict=True).parse(text)
    assert {row[0]: row[2] for row in rows_of(tree, "beside")}["Runway"] == "more than 24 months"
    assert [chart.name for chart in charts(sound)] == ["liquidity", "bridge-chart", "coverage", "debt"]
    assert "marked" not in {row.get("class") for row in body(tree, "months")}
    assert "After the default, over the whole horizon" not in text
    assert {number for text in visible(tree) for number in NUMBER.findall(text)} <= set(numbers_of(sound))


@pytest.fixture(scope="module")
def unknown(tmp_path_factory):
    """A company without debt, assets and covenants, in a currency without digits, with a name that is markup."""
    free = company(instruments=(), revolver=None, assets=(), currency="JPY", minor_digits=0, company_name="<A> & “B”")
    return in_chosen_units(
        asyncio.run(story_of(tmp_path_factory.mktemp("unknown"), "severe", message(DatasetVersion, free)))
    )


def test_a_company_without_debt_and_a_currency_without_digits_have_a_page(unknown):
    tree = html5lib.HTMLParser(strict=True).parse(page(unknown))
    assert "debt" not in [chart.name for chart in charts(unknown)]
    assert {number for text in visible(tree) for number in NUMBER.findall(text)} <= set(numbers_of(unknown))
    assert tree.find(f"{HTML}head/{HTML}title").text == "<A> & “B”: Severe"


def test_a_name_that_is_markup_stays_text_in_the_running_head(unknown):
    (style,) = html5lib.HTMLParser(strict=True).parse(page(unknown)).iter(f"{HTML}style")
    assert r'@top-left { content: "\3c A\3e  \26  \201c B\201d : Severe"; ' in style.text
    assert css_string('a"b\\c</style>\n') == r"a\22 b\5c c\3c \2f style\3e \a "


def test_what_is_not_known_is_said_and_not_shown_as_nothing(unknown):
    text = page(unknown)
    assert "No assets are given: what a liquidation brings is not known." in text
    assert "No covenants are given: whether one is breached is not known." in text
    tree = html5lib.HTMLParser(strict=True).parse(text)
    assert rows_of(tree, "collateral")[1:] == [["Loan-to-value and collateral", "not known", ""]]


def test_a_leverage_is_rounded_up_and_a_coverage_down():
    ratio = Ratio(value="3.141593")
    assert multiple(ratio) == "3.14x"
    assert multiple(ratio, ROUND_CEILING) == "3.15x"
    assert Multiple(ratio, less_is_better=True).less_is_better


@pytest.mark.parametrize(
    ("span", "step"), [(1, 1), (6, 1), (7, 2), (100, 20), (120, 20), (121, 50), (10**15, 2 * 10**14)]
)
def test_ticks_are_round(span, step):
    assert nice_step(span) == step


@pytest.mark.parametrize(
    ("frame", "count", "months"),
    [
        (WIDE, 12, [*range(1, 13)]),
        (WIDE, 24, [1, *range(3, 25, 3)]),
        (NARROW, 12, [1, 3, 6, 9, 12]),
        (NARROW, 24, [6, 12, 18, 24]),
    ],
)
def test_months_are_named_as_far_as_they_find_room(frame, count, months):
    labels = months_below(frame, [f"2026-{month:02d}-28" for month in range(count)])
    assert [label.text for label in labels[::2]] == [str(month) for month in months]
    assert all(0 < getattr(label, "x", 0) < frame.width for label in labels)


@pytest.mark.parametrize(
    ("minor", "text"), [(4_000_000_000, "40m"), (-250_000_000, "-2.5m"), (0, "0"), (50_000, "500"), (1, "0.01")]
)
def test_a_tick_is_written_shortly(minor, text):
    assert compact(minor, 2) == text
