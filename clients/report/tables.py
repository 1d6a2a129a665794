"""The tables behind the first page: assumptions, months, what follows a default, and the path of each figure."""

from collections.abc import Iterator
from itertools import groupby

from seawall.v1.common_pb2 import Ratio
from seawall.v1.execution_pb2 import CoverageStatus, ShortfallCategory
from seawall.v1.report_pb2 import CriticalPeriod, Rule
from seawall.v1.scenario_pb2 import Posture

from ..client import view
from ..client.names import MINOR, fields_by_file_name
from .cells import NEVER, NOT_KNOWN, Cell, Money, Multiple, Percent, Table
from .quarters import covenant_tests, maturities, statements
from .scenario_words import ASSUMPTIONS as CHANGES
from .scenario_words import change_at_worst, is_changed
from .story import Story
from .wording import choice, figure_text, in_words, month, title, words

MONTH_LINES = (
    "income.ebitda",
    "position.cash",
    "month.available_liquidity",
    "liquidity.held_back",
    "shortfalls.total_outstanding",
    "position.debt",
)
MONTH_RATIOS = ("coverage_last_twelve_months.dscr", "coverage_last_twelve_months.fixed_charge_coverage")
COUNTERFACTUAL = "counterfactual, creditors stand still"
WORKED_OUT = "creditors act"
RATES = frozenset(("maturity_concentration",))


def tables(story: Story) -> list[Table]:
    """In the order of the page; those that would say nothing are left out."""
    every_table = [
        *statements(story),
        maturities(story),
        covenant_tests(story),
        assumptions(story),
        records(story),
        months(story),
        after_default(story),
        coverage(story),
        exposure(story),
        collateral(story),
        debt_service(story),
        risk(story),
        critical_periods(story),
        thresholds(story),
        figures(story),
    ]
    return [table for table in every_table if table.rows]


def after(story: Story) -> str:
    """What the months after a default are."""
    return COUNTERFACTUAL if story.scenario.posture == Posture.POSTURE_STANDSTILL else WORKED_OUT


def months(story: Story) -> Table:
    columns = [story.amounts(path) for path in MONTH_LINES]
    ratios = [story.ratios(path) for path in MONTH_RATIOS]
    statuses = story.line("coverage_last_twelve_months.status").statuses
    rows: list[tuple[Cell, ...]] = [
        (
            f"{period}{'*' if story.is_after_default(period) else ''}",
            story.header.period_ends[period - 1],
            *(Money(column[period - 1]) for column in columns),
            *(Multiple(ratio[period - 1]) for ratio in ratios),
            choice(CoverageStatus.DESCRIPTOR, statuses[period - 1]),
        )
        for period in story.months
    ]
    headings = ("Month", "End", "EBITDA", "Cash", "Liquidity", "Held back", "Unpaid", "Debt", "DSCR", "FCCR", "Status")
    marked = frozenset(period - 1 for period in story.months if story.is_after_default(period))
    note = "DSCR, FCCR and status are of the last twelve months."
    if story.first_default:
        note += f" * From the default in month {story.first_default} on: {after(story)}."
    return Table("months", "Month by month", headings, rows, frozenset((1, 10)), marked, note)


def after_default(story: Story) -> Table:
    """What is left unpaid, by category; a table of its own, so that nobody adds it to what happens before."""
    if not story.aggregated.HasField("after_default"):
        return Table("after-default", "", (), ())
    summary = story.aggregated.after_default
    rows: list[tuple[Cell, ...]] = [
        (
            choice(ShortfallCategory.DESCRIPTOR, shortfall.category),
            *map(Money, (shortfall.shortfall_minor, shortfall.cured_minor, shortfall.outstanding_minor)),
            Money(shortfall.highest_outstanding_minor),
            shortfall.highest_outstanding_period or NEVER,
        )
        for shortfall in summary.shortfalls
    ]
    headings = ("Category", "Left unpaid", "Paid later", "Unpaid at the end", "Most unpaid", "In month")
    peak = story.unit.amount(summary.standstill_peak_minor)
    note = f"Unpaid and missing to the minimum cash reach {peak} in month {summary.standstill_peak_period}."
    heading = f"After the default, over the whole horizon ({after(story)})"
    return Table("after-default", heading, headings, rows, note=note)


def coverage(story: Story) -> Table:
    rows = [
        (
            title(summary.figure),
            Multiple(summary.minimum),
            summary.minimum_period or "",
            Multiple(summary.average),
            Multiple(summary.horizon),
        )
        for summary in story.aggregated.coverage
    ]
    headings = ("Ratio", "Lowest", "In month", "Average", "Horizon")
    note = "Lowest and average: of the last twelve months, up to the default. Negative is below every number."
    if story.first_default:
        note += f" Horizon counts the months after the default too ({after(story)})."
    return Table("coverage-table", "Coverage", headings, rows, note=note)


def exposure(story: Story) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            assets.category,
            *map(Money, (assets.opening_minor, assets.closing_minor, assets.change_minor, assets.lowest_minor)),
            assets.lowest_period,
        )
        for assets in story.aggregated.categories
    ]
    headings = ("Category of assets", "Opening", "Closing", "Change", "Lowest", "In month")
    return Table(
        "exposure", f"Market value of the assets up to month {story.aggregated.through_period}", headings, rows
    )


def collateral(story: Story) -> Table:
    if not story.aggregated.HasField("collateral"):
        rows: list[tuple[Cell, ...]] = [("Loan-to-value and collateral", NOT_KNOWN, "")]
    else:
        summary = story.aggregated.collateral
        rows = [
            ("Highest loan-to-value", Percent(summary.highest_loan_to_value), summary.highest_loan_to_value_period),
            (f"Loan-to-value in month {story.aggregated.through_period}", Percent(summary.closing_loan_to_value), ""),
            (
                "Highest collateral shortfall",
                Money(summary.highest_collateral_shortfall_minor),
                summary.highest_collateral_shortfall_period or NEVER,
            ),
        ]
    return Table("collateral", "Collateral", ("Figure", "Value", "In month"), rows)


def debt_service(story: Story) -> Table:
    """The static assessment on stressed figures, as the header of the execution has it."""
    service = story.aggregated.debt_service
    named = view(service, story.minor_digits)
    rows: list[tuple[Cell, ...]] = []
    for name, field in fields_by_file_name(service).items():
        if field.has_presence and not service.HasField(field.name):
            continue
        value = getattr(service, field.name)
        if isinstance(value, Ratio):
            cell: Cell = Percent(value) if name in RATES else Multiple(value)
        elif field.name.endswith(MINOR):
            cell = Money(value)
        elif field.is_repeated:
            cell = ", ".join(map(in_words, getattr(named, name))) or "none"
        else:
            cell = in_words(getattr(named, name)) if field.enum_type else str(value)
        rows.append((title(name), cell))
    heading = "Debt service on the stressed figures, over the whole horizon"
    return Table("debt-service", heading, ("Figure", "Value"), rows)


def risk(story: Story) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            title(part.question),
            part.points if part.is_known else NOT_KNOWN,
            part.most_points if part.is_known else 0,
            choice(Rule.DESCRIPTOR, part.rule) if part.HasField("rule") else "",
        )
        for part in story.aggregated.risk.parts
    ]
    rows.append(("Score", story.aggregated.risk.score, story.aggregated.risk.most_score, ""))
    return Table("risk", "Risk", ("Question", "Points", "Of", "Rule"), rows, frozenset((0, 3)))


def critical_periods(story: Story) -> Table:
    """The months that breach a rule; those in a row that breach the same are one row."""
    rows: list[tuple[Cell, ...]] = []
    marked: list[int] = []
    for (after_it, rules), run in groupby(story.aggregated.critical_periods, _breaches):
        periods = [critical.period for critical in run]
        months_in_a_row = str(periods[0]) if len(periods) == 1 else f"{periods[0]} to {periods[-1]}"
        if after_it:
            marked.append(len(rows))
        rows.append((f"{months_in_a_row}{'*' if after_it else ''}", ", ".join(rules)))
    headings = ("Month", "Rules that it breaches")
    return Table("critical", "Critical periods", headings, rows, frozenset((1,)), frozenset(marked))


def _breaches(critical: CriticalPeriod) -> tuple[bool, tuple[str, ...]]:
    return critical.after_default, tuple(choice(Rule.DESCRIPTOR, rule) for rule in critical.rules)


def thresholds(story: Story) -> Table:
    rows = [
        (choice(Rule.DESCRIPTOR, threshold.rule), threshold.value, threshold.statement)
        for threshold in story.aggregated.thresholds
    ]
    return Table("thresholds", "Thresholds", ("Rule", "Value", "What is compared"), rows, frozenset((0, 2)))


def assumptions(story: Story) -> Table:
    """What the scenario assumes, one value or one a month: what it changes first, then what stays neutral."""
    stressed, values = story.scenario.assumptions, view(story.scenario.assumptions, story.minor_digits)
    changed = [name for name in CHANGES if is_changed(stressed, name)]
    rest = [name for name in fields_by_file_name(stressed) if name not in changed]
    rows: list[tuple[Cell, ...]] = []
    for name in (*changed, *rest):
        value = getattr(values, name)
        values_text = (value if isinstance(value, str) else ", ".join(value)) or "neutral"
        rows.append((words(name), values_text, change_at_worst(stressed, name) if name in changed else ""))
    neutral = frozenset(range(len(changed), len(rows)))
    heading = "Assumptions of the scenario, what it changes first"
    return Table(
        "assumptions", heading, ("Assumption", "Value", "At its furthest"), rows, frozenset((0, 1, 2)), neutral
    )


def records(story: Story) -> Table:
    """The assumptions of the model, in the order of the execution: those that can be contested first."""
    rows = list(_records(story))
    headings = ("Assumption of the model", "Formula", "Source", "Impact", "Sensitivity", "Value used")
    title = "Assumptions of the model, what can be contested first"
    return Table("records", title, headings, rows, frozenset(range(6)))


def _records(story: Story) -> Iterator[tuple[Cell, ...]]:
    for record in story.header.assumption_records:
        yield record.statement, record.formula, record.source, record.impact, record.sensitivity, record.value_used


def figures(story: Story) -> Table:
    """Every sentence with the path of its figure, its exact value and its rule, for machines and for auditors."""
    executive = story.executive
    findings = [*executive.findings, *executive.key_risks, *executive.recommendations]
    rows = [
        (
            number,
            finding.figure.path,
            month(story, finding.figure.period) if finding.figure.period else "horizon",
            figure_text(story, finding.figure),
            choice(Rule.DESCRIPTOR, finding.rule),
        )
        for number, finding in enumerate(findings, start=1)
    ]
    headings = ("Sentence", "Path", "Month", "Exact value", "Rule")
    return Table("figures", "Appendix: the figure behind each sentence", headings, rows, frozenset((1, 2, 4)))


def identifiers(story: Story) -> list[tuple[str, str]]:
    """The ids of every document behind a report."""
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
