"""Who lends what to the company: each debt in the order of the waterfall, and when their contracts end."""

from .cells import NOT_KNOWN, Cell, Money, Multiple, Percent, Rate, Table
from .story import Story


def capital_structure(story: Story) -> Table:
    """Each debt in the order of the waterfall: what is owed, until when, what ranks before it, what it recovers."""
    recovered = {line.facility.facility_id: Percent(line.share) for line in story.executive.recovery.lines}
    revolver = story.company.revolver
    matures = {loan.instrument_id: loan.maturity_date for loan in story.company.instruments}
    matures[revolver.revolver_id] = revolver.maturity_date
    rows: list[tuple[Cell, ...]] = []
    for line in story.executive.capital_structure:
        name = line.facility.facility_id
        undrawn = revolver.commitment_minor - revolver.drawn_minor if name == revolver.revolver_id else 0
        rows.append(
            (
                name,
                line.facility.lien,
                Money(line.opening_balance_minor),
                Money(undrawn),
                Rate(line.rate),
                matures[name] or "open",
                Money(line.debt_through_minor),
                Multiple(line.leverage_through, less_is_better=True),
                _covenants_of(story, name),
                Money(line.closing_balance_minor),
                recovered.get(name, NOT_KNOWN),
            )
        )
    owed = Money(sum(line.opening_balance_minor for line in story.executive.capital_structure))
    closing = Money(sum(line.closing_balance_minor for line in story.executive.capital_structure))
    all_recovered = Percent(story.executive.recovery.share) if story.executive.HasField("recovery") else NOT_KNOWN
    unused = Money(revolver.commitment_minor - revolver.drawn_minor)
    if rows:
        rows.append(("All debt", "", owed, unused, "", "", owed, "", "", closing, all_recovered))
    headings = (
        "Debt",
        "Lien",
        "Drawn",
        "Undrawn",
        "Rate",
        "Matures",
        "Debt through it",
        "Leverage through it",
        "Covenant",
        f"Month {story.aggregated.through_period}",
        "Recovery",
    )
    note = (
        "Drawn, undrawn, rate and leverage are of the first day; leverage is over adjusted EBITDA of the twelve months"
        " to month 1, n.m. where that is not above 0. Recovery is that of a liquidation under the stress."
    )
    sums = frozenset((len(rows) - 1,)) if rows else frozenset()
    return Table("capital-structure", "Capital structure", headings, rows, frozenset((0, 8)), note=note, sums=sums)


def _covenants_of(story: Story, facility: str) -> str:
    """The covenants that belong to a debt, with the month in which each is breached."""
    breached = {line.covenant_id: line.first_breach_period for line in story.executive.covenants}
    own = (
        covenant.covenant_id
        for covenant in story.company.covenants
        if not covenant.facility_ids or facility in covenant.facility_ids
    )
    said = (f"{name}, breached in month {breached[name]}" if breached[name] else name for name in own)
    return "; ".join(said) or "none"


def maturity_ladder(story: Story) -> Table:
    """Debt of the first day, drawn and undrawn, by the year in which its contracts end; none is amortised before."""
    loans = [(loan.maturity_date, loan.principal_minor, 0) for loan in story.company.instruments]
    if story.company.HasField("revolver"):
        revolver = story.company.revolver
        loans.append((revolver.maturity_date, revolver.drawn_minor, revolver.commitment_minor - revolver.drawn_minor))
    rows: list[tuple[Cell, ...]] = []
    matured = 0
    for year in sorted({matures[:4] or "open" for matures, _, _ in loans}):
        of_year = [(drawn, undrawn) for matures, drawn, undrawn in loans if (matures[:4] or "open") == year]
        drawn, undrawn = map(sum, zip(*of_year, strict=True))
        matured += drawn
        rows.append((year, Money(drawn), Money(undrawn), Money(matured)))
    headings = ("Matures in", "Drawn", "Undrawn", "Drawn up to here")
    return Table("maturity-ladder", "Debt of the first day by maturity", headings, rows)
