"""Tables fit a width: headings and words fold, what is still too wide goes on below, and no word is broken."""

import io

import pytest
from rich.console import Console

from seawall.clients.report.grid import Grid, say, show

DEBT = Grid(
    headings=("Debt", "Rate", "Debt to here", "Due in the year after"),
    rows=(("term-loan", "9 %", "64.5", "more than 24 months"), ("notes", "7.25 %", "-91.5", "n.m.")),
    sums=("sum", "", "-27.0", ""),
)


def shown(grid, width):
    out = io.StringIO()
    show(grid, Console(file=out, width=width, force_terminal=True, color_system=None))
    return out.getvalue().splitlines()


def test_a_table_that_fits_has_a_line_a_row_and_a_rule_above_its_sums():
    assert shown(DEBT, 80) == [
        "Debt         Rate  Debt to here  Due in the year after",
        "──────────────────────────────────────────────────────",
        "term-loan     9 %          64.5    more than 24 months",
        "notes      7.25 %         -91.5                   n.m.",
        "──────────────────────────────────────────────────────",
        "sum                       -27.0",
    ]


def test_headings_and_words_fold_between_words_and_a_figure_stays_beside_what_it_counts():
    assert shown(DEBT, 42) == [
        "                   Debt to      Due in the",
        "Debt         Rate     here      year after",
        "──────────────────────────────────────────",
        "term-loan     9 %     64.5            more",
        "                            than 24 months",
        "notes      7.25 %    -91.5            n.m.",
        "──────────────────────────────────────────",
        "sum                  -27.0",
    ]


@pytest.mark.parametrize("width", [26, 30, 40, 60])
def test_what_is_too_wide_goes_on_below_with_the_names_of_its_rows(width):
    lines = shown(DEBT, width)
    assert max(map(len, lines)) <= width
    assert sum(line.startswith("term-loan ") for line in lines) == lines.count("") + 1


def test_a_line_counts_columns_and_not_characters():
    """A Chinese character takes two columns; no line may begin where a terminal would break it."""
    lines = shown(Grid(("債務", "Balance"), (("定期貸款", "64.5"),)), 80)
    assert lines == ["債務      Balance", "─────────────────", "定期貸款     64.5"]


def test_a_sentence_folds_below_what_stands_before_it_and_an_id_stays_whole():
    out = io.StringIO()
    console = Console(file=out, width=20, force_terminal=True, color_system=None)
    say(console, "sales fall to 65 % of last year", before="  - ")
    say(console, "execution sha256:0123456789abcdef")
    say(console, "default in month 9 (2018)")
    assert out.getvalue().splitlines() == [
        "  - sales fall to",
        "    65 % of last",
        "    year",
        "execution",
        "sha256:0123456789abcdef",
        "default in",
        "month 9 (2018)",
    ]


def test_lines_stay_whole_where_no_terminal_has_a_width(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    out = io.StringIO()
    say(Console(file=out), "default in month 9, suppliers, operating expenses or tax unpaid" * 3)
    assert len(out.getvalue().splitlines()) == 1
