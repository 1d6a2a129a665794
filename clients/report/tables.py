"""The tables of a page: the months, what the aggregated view says, the thresholds and the assumptions."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from seawall.v1.execution_pb2 import CoverageStatus, ShortfallCategory
from seawall.v1.report_pb2 import Rule

from ..client import view
from ..client.names import fields_by_file_name
from .story import Story
from .wording import choice, in_words, money, ratio_text, title

MONTH_LINES = (
    "position.cash",
    "available_liquidity",
    "income.ebitda",
    "shortfalls.total_outstanding",
    "position.debt",
)


class Table(NamedTuple):
    """Rows of text under headings; `words` are the columns that are not figures, `breaches` the rows to mark."""

    name: str
    title: str
    headings: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    words: frozenset[int] = frozenset((0,))
    breaches: frozenset[int] = frozenset()


def tables(story: Story) -> list[Table]:
    """In the order of the page; those without rows are left out."""
    every_table = [
        months(story),
        cash_bridge(story),
        shortfalls(story),
        coverage(story),
        exposure(story),
        collateral(story),
        debt_service(story),
        risk(story),
        critical_periods(story),
        thresholds(story),
        assumptions(story),
        records(story),
    ]
    return [table for table in every_table if table.rows]


def months(story: Story) -> Table:
    columns = [story.amounts(path if "." in path else f"month.{path}") for path in MONTH_LINES]
    ratios = story.ratios("coverage_last_twelve_months.dscr")
    statuses = story.line("coverage_last_twelve_months.status").statuses
    new = story.amounts("shortfalls.total_shortfall")
    rows = [
        (
            str(month),
            story.header.period_ends[month - 1],
            *(money(column[month - 1], story.minor_digits) for column in columns),
            ratio_text(ratios[month - 1]),
            choice(CoverageStatus.DESCRIPTOR, statuses[month - 1]),
        )
        for month in story.months
    ]
    headings = ("Month", "End", "Cash", "Liquidity", "EBITDA", "Unpaid", "Debt", "DSCR", "Status")
    breaches = frozenset(position for position, amount in enumerate(new) if amount)
    return Table("months", "Month by month", headings, rows, frozenset((1, 8)), breaches)


def cash_bridge(story: Story) -> Table:
    bridge = view(story.aggregated.cash_bridge, story.minor_digits)
    rows = [(title(name), f"{getattr(bridge, name):,}") for name in fields_by_file_name(story.aggregated.cash_bridge)]
    return Table("bridge", "Cash bridge: from opening to closing cash", ("Step", "Amount"), rows)


def shortfalls(story: Story) -> Table:
    rows = [
        (
            choice(ShortfallCategory.DESCRIPTOR, shortfall.category),
            *(money(amount, story.minor_digits) for amount in (shortfall.shortfall_minor, shortfall.cured_minor)),
            *(
                money(amount, story.minor_digits)
                for amount in (shortfall.outstanding_minor, shortfall.highest_outstanding_minor)
            ),
            _period(shortfall.highest_outstanding_period),
        )
        for shortfall in story.aggregated.after_default.shortfalls
    ]
    headings = ("Category", "Left unpaid", "Paid later", "Unpaid at the end", "Most unpaid", "In month")
    return Table("shortfalls", "Shortfalls: what is not paid", headings, rows)


def coverage(story: Story) -> Table:
    rows = [
        (
            title(ratio.figure),
            ratio_text(ratio.minimum),
            _period(ratio.minimum_period),
            *map(ratio_text, (ratio.average, ratio.horizon)),
        )
        for ratio in story.aggregated.coverage
    ]
    headings = ("Ratio", "Minimum of the last twelve months", "In month", "Average", "Horizon")
    return Table("coverage-table", "Coverage", headings, rows)


def exposure(story: Story) -> Table:
    rows = [
        (
            assets.category,
            *(
                money(amount, story.minor_digits)
                for amount in (assets.opening_minor, assets.closing_minor, assets.change_minor)
            ),
            money(assets.lowest_minor, story.minor_digits),
            _period(assets.lowest_period),
        )
        for assets in story.aggregated.categories
    ]
    headings = ("Category of assets", "Opening", "Closing", "Change", "Lowest", "In month")
    return Table("exposure", "Market value of the assets", headings, rows)


def collateral(story: Story) -> Table:
    summary = story.aggregated.collateral
    figures, recovery = view(summary, story.minor_digits), view(story.aggregated.recovery, story.minor_digits)
    gap, gap_period = figures.highest_collateral_shortfall, summary.highest_collateral_shortfall_period
    period = _period(recovery.period)
    rows = [
        (
            "Highest loan-to-value",
            ratio_text(summary.highest_loan_to_value),
            _period(summary.highest_loan_to_value_period),
        ),
        ("Loan-to-value at the end", ratio_text(summary.closing_loan_to_value), ""),
        ("Highest collateral shortfall", f"{gap:,}", _period(gap_period)),
        ("Claims in a liquidation", f"{recovery.claims:,}", period),
        ("Paid on them", f"{recovery.paid:,}", period),
        ("Paid over claims", ratio_text(story.aggregated.recovery.share), period),
    ]
    return Table("collateral", "Collateral and recovery", ("Figure", "Value", "In month"), rows)


def debt_service(story: Story) -> Table:
    service = story.aggregated.debt_service
    figures = view(service, story.minor_digits)
    rows = []
    for name, field in fields_by_file_name(service).items():
        if field.has_presence and not service.HasField(field.name):
            continue
        value = getattr(figures, name)
        match value:
            case tuple():
                cell = ", ".join(map(in_words, value))
            case str():
                cell = in_words(value)
            case _:
                cell = f"{value:,}"
        rows.append((title(name), cell))
    return Table("debt-service", "Debt service on the stressed figures", ("Figure", "Value"), rows)


def risk(story: Story) -> Table:
    rows = [
        (
            title(part.question),
            str(part.points),
            str(part.most_points),
            choice(Rule.DESCRIPTOR, part.rule) if part.HasField("rule") else "",
        )
        for part in story.aggregated.risk.parts
    ]
    rows.append(("Score", str(story.aggregated.risk.score), "100", ""))
    return Table("risk", "Risk", ("Question", "Points", "Of", "Rule"), rows, frozenset((0, 3)))


def critical_periods(story: Story) -> Table:
    rows = [
        (str(critical.period), ", ".join(choice(Rule.DESCRIPTOR, rule) for rule in critical.rules))
        for critical in story.aggregated.critical_periods
    ]
    return Table("critical", "Critical periods", ("Month", "Rules that it breaches"), rows, frozenset((1,)))


def thresholds(story: Story) -> Table:
    rows = [
        (choice(Rule.DESCRIPTOR, threshold.rule), threshold.value, threshold.statement)
        for threshold in story.aggregated.thresholds
    ]
    return Table("thresholds", "Thresholds", ("Rule", "Value", "What is compared"), rows, frozenset((0, 2)))


def assumptions(story: Story) -> Table:
    """What the scenario assumes: one value, or one a month."""
    values = view(story.scenario.assumptions, story.minor_digits)
    rows = [
        (name.replace("_", " "), value if isinstance(value, str) else ", ".join(value))
        for name in fields_by_file_name(story.scenario.assumptions)
        for value in (getattr(values, name),)
    ]
    return Table("assumptions", "Assumptions of the scenario", ("Assumption", "Value"), rows, frozenset((0, 1)))


def records(story: Story) -> Table:
    rows = list(_records(story))
    headings = ("Assumption of the model", "Formula", "Source", "Impact", "Sensitivity", "Value used")
    return Table("records", "Assumptions of the model", headings, rows, frozenset(range(6)))


def _records(story: Story) -> Iterator[tuple[str, ...]]:
    for record in story.header.assumption_records:
        yield record.statement, record.formula, record.source, record.impact, record.sensitivity, record.value_used


def _period(period: int) -> str:
    return str(period) if period else ""
