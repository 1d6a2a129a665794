"""The backtest is what its stored result says, and the docs and the templates quote that result."""

from statistics import median

import pytest

from seawall.engine.inputs.templates import TEMPLATES
from seawall.engine.values.faults import Refused
from tests.backtest.__main__ import PAGE, PICTURE
from tests.backtest.causes import UNEXPLAINED, causes, out_of_order
from tests.backtest.companies import TOTAL_ASSETS, dataset_version
from tests.backtest.measures import auc, roc, standard_error
from tests.backtest.picture import drawn
from tests.backtest.ratios import READING, Reading, Refusal, Statement, rows
from tests.backtest.result import EVERY, reading_counts, stored, us_companies
from tests.backtest.runs import COHERENT, FEWER_SALES, Figures, run_all
from tests.backtest.scoring import SCORED, WITH, WITHOUT, default_shares, z_score
from tests.backtest.tables import all_tables, page_with, template_sentences

FIRMS = [firm for firm in rows() if isinstance(firm, Statement)]
SAMPLE = FIRMS[::EVERY]


@pytest.fixture(scope="module")
def result():
    return stored()


@pytest.fixture(scope="module")
def runs():
    return run_all(SAMPLE, [*SCORED, (FEWER_SALES, WITHOUT)])


def test_every_twentieth_firm_defaults_as_in_the_stored_run(result, runs):
    assert default_shares(SAMPLE, runs, SCORED) == result["sample"]


def test_what_needs_no_execution_is_as_stored(result):
    assert reading_counts() == result["firms"]
    assert z_score(FIRMS) == result["z_score"]


def test_the_ten_companies_default_as_in_the_stored_run(result):
    assert us_companies() == result["us_companies"]


def test_the_page_shows_the_stored_tables(result):
    page = PAGE.read_text(encoding="utf-8")
    assert page == page_with(page, result)
    assert all(table in page for table in all_tables(result).values())


def test_the_picture_is_drawn_from_the_stored_result(result):
    assert PICTURE.read_text(encoding="utf-8") == drawn(result)


def test_what_the_page_says_in_words_is_so(result):
    shares = {group["scenario"]: group["share"] for group in result["calibration"]}
    areas = {(row["scenario"], row["revolver"]): row["months_24"] for row in result["discrimination"]}
    error = result["z_score"]["standard_error"]
    assert shares["base"] > 10 * shares["none"]
    for revolver in (True, False):
        assert areas["summed", revolver] == max(area for (_, line), area in areas.items() if line is revolver)
        assert abs(areas["summed", revolver] - result["z_score"]["area"]) < 1.96 * error
    assert areas["severe", False] == min(areas.values())
    assert areas["base", False] == max(areas[name, False] for name in ("base", *COHERENT))
    assert areas["moderate", True] == max(areas[name, True] for name in ("base", *COHERENT))


@pytest.mark.parametrize("template", COHERENT)
def test_a_template_says_what_was_measured(template, result):
    assert template_sentences(result)[template] in TEMPLATES[template].description


def test_templates_keep_their_order(result, runs):
    """At least 99.5 % of the firms, and each of the others with its cause."""
    firms = len(FIRMS)
    for setting in (WITH, WITHOUT):
        exceptions = result["order"][str(setting.with_revolver)]
        assert sum(map(len, exceptions.values())) <= firms * 5 // 1000
        assert exceptions[UNEXPLAINED] == []
        expected = {name for names in exceptions.values() for name in names}
        positions = out_of_order([runs[name, setting] for name in COHERENT])
        assert {SAMPLE[n].name for n in positions} == expected & {firm.name for firm in SAMPLE}


def test_every_firm_that_fewer_sales_help_has_its_cause(result, runs):
    scenarios = ("base", FEWER_SALES)
    for names in result["fewer_sales"].values():
        assert names[UNEXPLAINED] == []
    sampled = {firm.name for firm in SAMPLE}
    expected = result["fewer_sales"]["False"]
    assert causes(SAMPLE, runs, scenarios, WITHOUT) == {
        cause: [name for name in names if name in sampled] for cause, names in expected.items()
    }


def test_no_firm_is_refused():
    """Every statement that can be read is a dataset version that balances and that the engine takes."""
    for firm in FIRMS:
        try:
            sheet = dataset_version(firm, WITH).balance_sheet
        except Refused as refused:
            pytest.fail(f"{firm.name}: {refused}")
        assert abs(sheet.total_assets - TOTAL_ASSETS) <= TOTAL_ASSETS // 500


def test_a_row_is_left_out_for_what_it_lacks_or_contradicts_only():
    refusals = [firm for firm in rows() if isinstance(firm, Refusal)]
    assert len(refusals) + len(FIRMS) == 2955
    assert all(reason.endswith((" is missing", " below 0", " depreciation")) for _, _, reason in refusals)


def test_cost_by_nature_is_split_as_the_firms_that_report_a_split():
    reported = [firm for firm in rows(Reading(operating_expenses=0.0)) if isinstance(firm, Statement)]
    split = [f.operating_expenses / (f.operating_expenses + f.cost_of_sales) for f in reported if f.operating_expenses]
    assert round(median(split), 2) == READING.operating_expenses


def test_the_statement_of_the_first_firm():
    """Sales 2.5568 x 0.55407; operating profit 0.13523, depreciation 0.13523 - 0.10746."""
    firm = FIRMS[0]
    assert firm.revenue == pytest.approx(1.41665, abs=1e-5)
    assert firm.depreciation == pytest.approx(0.02777, abs=1e-5)
    assert firm.revenue - firm.cost_of_sales - firm.operating_expenses == pytest.approx(0.163, abs=1e-5)
    assert firm.receivables == pytest.approx(0.29923, abs=1e-5)
    assert firm.inventory == pytest.approx(0.19483, abs=1e-5)


def test_auc_counts_equal_scores_half():
    """2 is worse than 3, like the other 2, better than 1: one and a half of three."""
    assert auc([1, 2, 2, 3], [False, True, False, False]) == 0.5
    assert auc([1, 2, 3, 4], [True, True, False, False]) == 1
    assert roc([1, 1], [True, False]) == [(0, 0), (1, 1)]
    assert standard_error(0.75, 2718, 196) == pytest.approx(0.0206, abs=5e-5)


def test_no_default_inside_the_horizon_is_the_month_after_it():
    assert Figures(0, 5).months_to_default() == 25
    assert Figures(13, 5).months_to_default(12) == 13
    assert Figures(12, 5).months_to_default(12) == 12
