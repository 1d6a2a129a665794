"""Who lends what to the company: each debt in the order of the waterfall, and when their contracts end."""

from .cells import NOT_KNOWN, Cell, Day, Money, Multiple, Percent, Rate, Table
from .story import Story

HEADINGS = ("Debt", "Lien", "Drawn", "Undrawn", "Rate", "Matures", "Debt through it", "Leverage through it", "Covenant")
NOTE = (
    "Drawn, undrawn, rate and leverage are of the first day; leverage is over adjusted EBITDA of the twelve months to"
    " month 1, n.m. where that is not above 0. Recovery is that of a liquidation under the stress."
)


def capital_structure(story: Story) -> Table:
    """Each debt in the order of the waterfall: what is owed, until when, what ranks before it, what it recovers."""
    lines = story.executive.capital_structure
    owed, cash = sum(line.opening_balance_minor for line in lines), story.company.balance_sheet.cash_minor
    matures = _maturities(story)
    recovered = {line.facility.facility_id: Percent(line.share) for line in story.executive.recovery.lines}
    covenants = _covenants(story)
    rows: list[tuple[Cell, ...]] = []
    for line in lines:
        name = line.facility.facility_id
        rows.append(
            (
                name,
                line.facility.lien,
                Money(line.opening_balance_minor),
                _undrawn(story) if name == story.company.revolver.revolver_id else Money(0),
                Rate(line.rate),
                matures[name],
                Money(line.debt_through_minor),
                Multiple(line.leverage_through, less_is_better=True),
                covenants[name],
                Money(line.closing_balance_minor),
                recovered.get(name, NOT_KNOWN),
            )
        )
    if rows:
        opening = Money(owed)
        closing = Money(sum(line.closing_balance_minor for line in lines))
        of_all = Percent(story.executive.recovery.share) if story.executive.HasField("recovery") else NOT_KNOWN
        rows.append(("All debt", "", opening, _undrawn(story), "", "", opening, "", "", closing, of_all))
    net = f"Net of cash of {story.unit.amount(cash)} debt is {story.unit.amount(owed - cash)} on the first day."
    note = f"{NOTE} {net}" if rows else "No debt."
    headings = (*HEADINGS, f"Month {story.aggregated.through_period}", "Recovery")
    sums = frozenset((len(lines),))
    return Table("capital-structure", "Capital structure", headings, rows, frozenset((0, 8)), note=note, sums=sums)


def _undrawn(story: Story) -> Money:
    """Of the revolver on the first day; nothing where there is none."""
    return Money(story.company.revolver.commitment_minor - story.company.revolver.drawn_minor)


def _maturities(story: Story) -> dict[str, Cell]:
    """The day on which each debt matures, by its id."""
    revolver = story.company.revolver
    matures = {loan.instrument_id: loan.maturity_date for loan in story.company.instruments}
    return {
        name: Day(day) if day else "open"
        for name, day in (*matures.items(), (revolver.revolver_id, revolver.maturity_date))
    }


def _covenants(story: Story) -> dict[str, str]:
    """The covenants that belong to each debt, by its id, with the month in which each is breached."""
    names = [line.facility.facility_id for line in story.executive.capital_structure]
    if not story.company.covenants:
        return dict.fromkeys(names, NOT_KNOWN)
    breached = {line.covenant_id: line.first_breach_period for line in story.executive.covenants}
    own: dict[str, list[str]] = {name: [] for name in names}
    for covenant in story.company.covenants:
        month = breached[covenant.covenant_id]
        said = f"{covenant.covenant_id}, breached in month {month}" if month else covenant.covenant_id
        for name in covenant.facility_ids or names:
            own[name].append(said)
    return {name: "; ".join(covenants) or "none" for name, covenants in own.items()}


def maturity_ladder(story: Story) -> Table:
    """Debt of the first day, drawn and undrawn, by the year in which its contracts end; none is amortised before."""
    loans = [(loan.maturity_date, loan.principal_minor, 0) for loan in story.company.instruments]
    if story.company.HasField("revolver"):
        revolver = story.company.revolver
        loans.append((revolver.maturity_date, revolver.drawn_minor, revolver.commitment_minor - revolver.drawn_minor))
    of_years: dict[str, list[tuple[int, int]]] = {}
    for matures, drawn, undrawn in loans:
        of_years.setdefault(matures[:4] or "open", []).append((drawn, undrawn))
    rows: list[tuple[Cell, ...]] = []
    matured = 0
    for year, of_year in sorted(of_years.items()):
        drawn, undrawn = map(sum, zip(*of_year, strict=True))
        matured += drawn
        rows.append((year, Money(drawn), Money(undrawn), Money(matured)))
    headings = ("Matures in", "Drawn", "Undrawn", "Drawn up to here")
    return Table("maturity-ladder", "Debt of the first day by maturity", headings, rows)
