"""The tables that a committee reads first: base beside stress, debt, covenants, recovery, and where the cash went."""

from collections.abc import Callable, Sequence

from seawall.v1.covenant_pb2 import CovenantKind
from seawall.v1.execution_pb2 import DefaultKind
from seawall.v1.report_pb2 import ComparisonKind, ComparisonRun, CovenantLine, HeadlineFigures

from ..client.names import fields_by_file_name
from .capital_structure import capital_structure
from .cells import NEVER, NOT_KNOWN, Cell, Money, Multiple, Percent, Table, money_in, money_or
from .story import Story
from .wording import choice, counted, percent_of_text, title

#: What a company fails on, where a column is narrow.
SHORT_FAILURES = {
    DefaultKind.DEFAULT_KIND_NONE: "nothing",
    DefaultKind.DEFAULT_KIND_OPERATING: "operations",
    DefaultKind.DEFAULT_KIND_INTEREST: "interest, {facility}",
    DefaultKind.DEFAULT_KIND_PRINCIPAL: "principal, {facility}",
    DefaultKind.DEFAULT_KIND_MATURITY: "maturity, {facility}",
}
AFTER_DEFAULT = "n.m."


def runway(figures: HeadlineFigures) -> str:
    """8 months, or more than 24 months."""
    return f"{'' if figures.first_default_period else 'more than '}{counted(figures.months_of_runway, 'month')}"


def fails_on(figures: HeadlineFigures) -> str:
    return SHORT_FAILURES[figures.first_default_kind].format(facility=figures.first_default_facility.facility_id)


def _month(period: int) -> str:
    return f"month {period}" if period else NEVER


def needed(figures: HeadlineFigures) -> Cell:
    """What is unpaid at the default, with the gap to minimum cash."""
    return money_or(figures.need_at_default_minor or None, "nothing")


def recovered(figures: HeadlineFigures) -> Cell:
    """What a liquidation pays all lenders of what they claim."""
    return Percent(figures.recovery_share) if figures.HasField("recovery_share") else NOT_KNOWN


#: A line of the comparison: what it is called and how it reads of one run. None looks beyond the first default.
HEADLINES: dict[str, Callable[[HeadlineFigures], Cell]] = {
    "Runway": runway,
    "First default": lambda figures: _month(figures.first_default_period),
    "Fails on": fails_on,
    "Needed at default": needed,
    "Lowest liquidity": lambda figures: money_in(figures, "lowest_liquidity_before_default_minor"),
    "Lowest in": lambda figures: _month(figures.lowest_liquidity_before_default_period),
    "Below minimum cash": lambda figures: _month(figures.first_below_minimum_cash_period),
    "Covenant breached": lambda figures: _month(figures.first_covenant_breach_period),
    "Capital expenditure cut": lambda figures: _month(figures.first_lapsed_capital_expenditure_period),
    "Due in the year after": lambda figures: money_in(figures, "wall_minor", AFTER_DEFAULT),
    "Liquidity at the end": lambda figures: money_in(figures, "closing_liquidity_minor", AFTER_DEFAULT),
}


def headline_table(name: str, heading: str, runs: dict[str, HeadlineFigures | None], note: str = "") -> Table:
    """Runs beside each other; a run that is None leads beyond the limits of the model and is not known."""
    rows = [
        (line, *(NOT_KNOWN if figures is None else says(figures) for figures in runs.values()))
        for line, says in HEADLINES.items()
    ]
    rows = [row for row in rows if set(row[1:]) != {AFTER_DEFAULT}]  # where every run defaults, the line says nothing
    return Table(name, heading, ("", *runs), rows, note=note)


def beside(story: Story) -> Table:
    """The base case beside the scenario, and the scenario at both ends of the fixed shares."""
    runs = {run.kind: run for run in story.executive.comparison}
    base = runs[ComparisonKind.COMPARISON_KIND_BASE]
    columns: dict[str, HeadlineFigures | None] = {
        f"Base ({_shares(base)})": _figures(base),
        story.scenario.name if story.scenario.name != "Base" else "This run": story.executive.headline_figures,
    }
    for kind in (ComparisonKind.COMPARISON_KIND_LOW_FIXED_SHARES, ComparisonKind.COMPARISON_KIND_HIGH_FIXED_SHARES):
        columns[f"With {_shares(runs[kind])}"] = _figures(runs[kind])
    note = (
        f"Minimum cash {story.unit.amount(story.minimum_cash_minor)}. Lowest liquidity: before the default, after"
        " which what is due later has no meaning (n.m.). Percentages: what of cost of sales and of operating expenses"
        " does not follow sales; the company's own in the first two columns, both ends of studies in the others."
    )
    return headline_table("beside", "Base beside stress, and how the runway moves with fixed costs", columns, note)


def _figures(run: ComparisonRun) -> HeadlineFigures | None:
    return run.figures if run.HasField("figures") else None


def _shares(run: ComparisonRun) -> str:
    return f"{percent_of_text(run.cost_of_sales_fixed_share)} + {percent_of_text(run.operating_expenses_fixed_share)}"


def through(story: Story) -> int:
    """The last month that the headline looks at."""
    return story.aggregated.through_period


#: How a covenant of a multiple reads.
COVENANTS = {
    CovenantKind.COVENANT_KIND_MAX_NET_LEVERAGE: "net leverage at most {threshold}x",
    CovenantKind.COVENANT_KIND_MIN_INTEREST_COVERAGE: "interest coverage at least {threshold}x",
    CovenantKind.COVENANT_KIND_MIN_FIXED_CHARGE_COVERAGE: "fixed charge coverage at least {threshold}x",
}


def covenants(story: Story) -> Table:
    rows = [
        (
            line.covenant_id,
            _what_it_tests(story, line),
            *_closest_test(line),
            line.first_breach_period or NEVER,
            line.first_event_of_default_period or NEVER,
            money_or(line.equity_cures_minor or None, "none"),
        )
        for line in story.executive.covenants
    ]
    headings = (
        "Covenant",
        "Test",
        "Closest in",
        "Ratio",
        "Headroom",
        "May fall by",
        "Breach in",
        "Default in",
        "Equity cures",
    )
    note = (
        "Months are counted from the first day."
        if rows
        else "No covenants are given: whether one is breached is not known."
    )
    breached = frozenset(row for row, line in enumerate(story.executive.covenants) if line.first_breach_period)
    heading = f"Covenants up to month {through(story)}"
    return Table("covenants", heading, headings, rows, frozenset((0, 1)), breached, note)


def _what_it_tests(story: Story, line: CovenantLine) -> str:
    """What a covenant asks for at its closest test; of one that was never tested only what it is about."""
    if not line.tests:
        return choice(CovenantKind.DESCRIPTOR, line.kind)
    if line.kind == CovenantKind.COVENANT_KIND_MIN_LIQUIDITY:
        least = story.amounts("covenants.denominator", line.covenant_id)[line.least_headroom_period - 1]
        return f"liquidity at least {story.unit.amount(least)}"
    return COVENANTS[line.kind].format(threshold=line.threshold)


def _closest_test(line: CovenantLine) -> Sequence[Cell]:
    if not line.tests:
        return ("not tested", "", "", "")
    less_is_better = line.kind == CovenantKind.COVENANT_KIND_MAX_NET_LEVERAGE
    return (
        line.least_headroom_period,
        Multiple(line.ratio, less_is_better),
        Money(line.least_headroom_minor),
        Percent(line.headroom_share) if line.least_headroom_minor >= 0 else "lacks",
    )


def recovery(story: Story) -> Table:
    """Who is paid what in a liquidation."""
    if not story.executive.HasField("recovery"):
        note = "No assets are given: what a liquidation brings is not known."
        return Table("recovery", "Recovery in a liquidation", (), (), note=note)
    summary = story.executive.recovery
    rows: list[tuple[Cell, ...]] = [
        (
            f"{line.facility.facility_id}{' (fulcrum)' if line.is_fulcrum else ''}",
            line.facility.lien,
            Money(line.claim_minor),
            Money(line.paid_minor),
            Percent(line.share),
            Percent(line.loss_given_default),
        )
        for line in summary.lines
    ]
    debts = len(rows)
    rows.append(("All debts", "", Money(summary.claims_minor), Money(summary.paid_minor), Percent(summary.share), ""))
    others = {
        "Costs of enforcement": summary.costs_minor,
        "Priority claims": summary.priority_claims_paid_minor,
        "Other creditors": summary.others_paid_minor,
        "Owners": summary.owners_minor,
    }
    rows += [(name, "", "", Money(paid), "", "") for name, paid in others.items()]
    note = f"The estate brings {story.unit.amount(summary.estate_value_minor)} before costs."
    headings = ("Creditor", "Lien", "Claim", "Paid", "Recovery", "Loss given default")
    heading = f"Recovery in a liquidation in month {summary.period}"
    return Table("recovery", heading, headings, rows, note=note, sums=frozenset((debts,)))


#: The steps of a bridge between which the causes stand.
ENDS = ("opening_cash", "closing_cash")


def cash_bridge(story: Story) -> Table:
    """How opening cash becomes closing cash, cause by cause; steps of nothing are left out."""
    bridge = story.executive.cash_bridge
    rows = [
        (title(name), Money(getattr(bridge, field.name)))
        for name, field in fields_by_file_name(bridge).items()
        if getattr(bridge, field.name) or name in ENDS
    ]
    heading = f"Where the cash goes, from the first day to the end of month {through(story)}"
    return Table("bridge", heading, ("Step", "Amount"), rows, sums=frozenset((len(rows) - 1,)))


def committee_tables(story: Story) -> list[Table]:
    """In the order of the first page."""
    return [beside(story), cash_bridge(story), capital_structure(story), covenants(story), recovery(story)]
