"""The fields of a company from the facts of a year: what they give, what is missing, and what does not add up.

Other assets and other liabilities are the rest: total assets less every line that has a name, and the claims on them
less every debt and every line. So the balance sheet adds up, and what a filing does not name is in one of the two.
"""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from . import concepts
from .concepts import BALANCES, DEBTS, FLOWS, Formula, Source, formulas
from .facts import GAAP, CompanyFacts
from .operating import operating_costs
from .year import PURE, Figure, Year

INCOME, SHEET = "income_statement", "balance_sheet"
ASSET_LINES = ("cash", "restricted_cash", "receivables", "inventory", "fixed_assets")
CLAIM_LINES = ("payables", "accrued_interest", "tax_payable", "equity")
DEFAULTS = ("accrued_interest", "tax_payable")  #: which the API takes for 0 where they are left out
BELOW_0 = (f"{SHEET}.equity",)
REST = "the rest of"
#: What no filing gives as a figure without a dimension.
NOT_IN_FACTS = {
    f"{INCOME}.cost_of_sales_fixed_share": "no filing gives it; without a better source 0.2",
    f"{INCOME}.operating_expenses_fixed_share": "no filing gives it; without a better source 0.65",
    "assets": "what they bring when sold is in no filing; without them recovery is not known",
}
#: Digits of the minor unit of currencies that have not 2.
DIGITS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}


class CompanyFigures(NamedTuple):
    """The fields by their paths, those that are missing with the reason, and sentences for the reader."""

    figures: dict[str, Figure]
    debts: tuple[tuple[str, Figure], ...]  #: the id of an instrument, and its principal
    missing: dict[str, str]
    remarks: tuple[str, ...]


def minor_digits(currency: str) -> int:
    """Digits of the minor unit of a currency, as ISO 4217 has them.  Of USD 2."""
    return DIGITS.get(currency, 2)


def company_figures(company: CompanyFacts, year: Year) -> CompanyFigures:
    """Everything that the facts of a year say of a company."""
    fields = _Fields(year)
    if not company.company_name:
        fields.missing["company_name"] = "the file does not say"
    costs = operating_costs(year)
    fields.take(f"{INCOME}.revenue_annual", Source(formulas(concepts.REVENUE)), year.first_flow)
    fields.add(f"{INCOME}.cost_of_sales_annual", costs.cost_of_sales, formulas(concepts.COST_OF_SALES))
    fields.add(f"{INCOME}.operating_expenses_annual", costs.operating_expenses, formulas(concepts.OPERATING_EXPENSES))
    depreciation = Source(formulas(concepts.DEPRECIATION))
    fields.take(f"{INCOME}.depreciation_and_amortisation_annual", depreciation, year.first_flow)
    rate = formulas(concepts.TAX_RATE)
    fields.add(f"{INCOME}.tax_rate", year.flow(rate[0], PURE), rate)
    fields.missing |= NOT_IN_FACTS
    for path, source in FLOWS.items():
        fields.take(path, source, year.first_flow)
    for path, source in BALANCES.items():
        fields.take(path, source, year.first_balance)
    debts = tuple(_debts(year))
    _rests(fields, debts)
    remarks = (*costs.remarks, *_accrued(fields, debts), *_checks(fields), *_uncounted(year, debts))
    return CompanyFigures(fields.figures, debts, fields.missing, remarks)


class _Fields:
    """The fields as they are filled."""

    def __init__(self, year: Year) -> None:
        self.year = year
        self.figures: dict[str, Figure] = {}
        self.missing: dict[str, str] = {}

    def take(self, path: str, source: Source, first: Callable[[Iterable[Formula]], Figure | None]) -> None:
        """The first alternative that the year has, with the note of its source."""
        figure = first(source.alternatives)
        if figure and source.note:
            figure = figure._replace(notes=(*figure.notes, source.note))
        self.add(path, figure, source.alternatives)

    def add(self, path: str, figure: Figure | None, alternatives: Iterable[Formula]) -> None:
        """A figure that the field can take, or why it is missing."""
        if figure is None:
            concepts_of = dict.fromkeys(term.concept for formula in alternatives for term in formula)
            reason = f"no {', '.join(f'{GAAP}:{concept}' for concept in concepts_of)} for the year"
            elsewhere = self.year.elsewhere(concepts_of, not path.startswith(SHEET))
            self.missing[path] = f"{reason}; {elsewhere}" if elsewhere else reason
        elif figure.value < 0 and path not in BELOW_0:
            self.missing[path] = f"{figure.source} comes to {figure.value:,f}, below 0"
        elif not is_exact(figure.value, path, self.year.currency):
            self.missing[path] = f"{figure.source} is {figure.value:,f}, which has more decimals than the field"
        else:
            self.figures[path] = figure

    def total(self, lines: Iterable[str]) -> Decimal:
        """The sum of the lines of the balance sheet that are known."""
        figures = (self.figures.get(f"{SHEET}.{line}") for line in lines)
        return sum((figure.value for figure in figures if figure), Decimal(0))


def is_exact(value: Decimal, path: str, currency: str) -> bool:
    """Whether a field takes a value without rounding."""
    decimals = 9 if path == f"{INCOME}.tax_rate" else minor_digits(currency)
    return value == value.quantize(Decimal(1).scaleb(-decimals))


def _debts(year: Year) -> Iterator[tuple[str, Figure]]:
    """The borrowings that the year has, each with the id of its instrument."""
    for instrument_id, source in DEBTS.items():
        figure = year.first_balance(source.alternatives)
        if figure and figure.value > 0 and is_exact(figure.value, "", year.currency):
            yield instrument_id, figure._replace(notes=(*figure.notes, *filter(None, (source.note,))))


def _rests(fields: _Fields, debts: tuple[tuple[str, Figure], ...]) -> None:
    """Other assets and other liabilities."""
    year = fields.year
    assets = year.first_balance(formulas(concepts.ASSETS))
    assert assets, "a year has a balance sheet"
    unnamed = [line for line in ASSET_LINES if f"{SHEET}.{line}" not in fields.figures]
    notes = (f"It holds what there is of {', '.join(unnamed)}: take it out where you fill that in.",) if unnamed else ()
    rest = assets.value - fields.total(ASSET_LINES)
    source = f"{REST} {assets.source} {assets.value:,f}"
    fields.add(f"{SHEET}.other_assets", Figure(rest, source, notes), ())
    if f"{SHEET}.equity" not in fields.figures:
        fields.missing[f"{SHEET}.other_liabilities"] = "it is the rest, and equity is missing"
        return
    rest = assets.value - fields.total(CLAIM_LINES) - sum((debt.value for _, debt in debts), Decimal(0))
    source += " less equity, debt and the lines above"
    unnamed = [line for line in CLAIM_LINES if f"{SHEET}.{line}" not in fields.figures]
    notes = (f"It holds what there is of {', '.join(unnamed)}: take it out where you fill that in.",) if unnamed else ()
    fields.add(f"{SHEET}.other_liabilities", Figure(rest, source, notes), ())


def _accrued(fields: _Fields, debts: tuple[tuple[str, Figure], ...]) -> Iterator[str]:
    """Accrued interest belongs to its debt: of one debt it is all, of several it is left to share out."""
    for path in (f"{SHEET}.{line}" for line in DEFAULTS):
        if path in fields.missing:
            fields.missing[path] += "; 0 is the default and no figure"
    accrued = fields.figures.get(f"{SHEET}.accrued_interest")
    if accrued and len(debts) == 1:
        fields.figures["instruments[0].accrued_interest"] = accrued
    elif accrued and accrued.value:
        yield f"Share out {accrued.source} {accrued.value:,f}: accrued_interest of the instruments adds up to it."


def _checks(fields: _Fields) -> Iterator[str]:
    """What does not add up in the balance sheet of the filing."""
    year, equity = fields.year, fields.figures.get(f"{SHEET}.equity")
    assets, claims = (year.balance(formula) for formula in formulas(concepts.ASSETS))
    if assets and claims and assets.value != claims.value:
        apart = f"{abs(assets.value - claims.value):,f} apart"
        yield f"{assets.source} {assets.value:,f}, {claims.source} {claims.value:,f}: {apart}."
    liabilities = year.balance(formulas(concepts.LIABILITIES)[0])
    temporary = year.balance(formulas(concepts.TEMPORARY_EQUITY)[0])
    between = temporary.value if temporary else Decimal(0)
    if temporary and between:
        yield f"{temporary.source} {between:,f} is in other_liabilities: equity that can be put back."
    if assets and liabilities and equity and assets.value != liabilities.value + between + equity.value:
        apart = f"{abs(assets.value - liabilities.value - between - equity.value):,f} apart"
        yield f"{assets.source} {assets.value:,f} are not {liabilities.source} and equity: {apart}."


def _uncounted(year: Year, debts: tuple[tuple[str, Figure], ...]) -> Iterator[str]:
    """Debt among the facts that may be part of what is counted, or stand beside it."""
    counted = " ".join(figure.source for _, figure in debts).split()
    for figure in filter(None, map(year.balance, concepts.POSSIBLE_DEBTS)):
        if figure.value and figure.source not in counted:
            yield (
                f"{figure.source} {figure.value:,f} is not counted: it may be part of the debt above. Where it is not,"
                " add it, and take it out of other_liabilities."
            )
    if not debts:
        yield "No debt among the facts: where there is any, add it, and take it out of other_liabilities."
