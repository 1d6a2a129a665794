"""One fiscal year of a company: which it is, which filing it is read from, and a figure in it.

A figure is taken from the newest annual filing that has the balance sheet of the year. What it does not report is taken
from the newest other annual filing that does; this, and each value that another filing reports otherwise, is said.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ..files.tree import FileFault, FileRefused, Place
from .concepts import ASSETS, NET_INCOME, OPERATING_INCOME, REVENUE, Formula, formulas
from .facts import GAAP, CompanyFacts, Fact, Filing

FULL_YEAR = range(350, 381)  #: days; a fiscal year of whole weeks has 364 or 371
ANNUAL_FORMS = ("10-K", "10-KT", "20-F", "40-F")
PURE = "pure"
_FLOWS = frozenset(formula[0].concept for text in (REVENUE, NET_INCOME, OPERATING_INCOME) for formula in formulas(text))
_SHEET = frozenset(formula[0].concept for formula in formulas(ASSETS))


class Figure(NamedTuple):
    """A value, the concepts that give it, and what a reader must know of them."""

    value: Decimal
    source: str
    notes: tuple[str, ...] = ()


class Year:
    """Looks figures up by their concepts, for one year, one currency and one filing before all others."""

    def __init__(self, company: CompanyFacts, period: tuple[str, str], currency: str, filing: Filing) -> None:
        self.start, self.end = period
        self.currency = currency
        self.filing = filing
        self._by_concept: dict[str, list[Fact]] = {}
        for fact in annual(company.facts):
            self._by_concept.setdefault(fact.concept, []).append(fact)

    def flow(self, formula: Formula, unit: str = "") -> Figure | None:
        """What a formula of flows comes to over the year; None where a concept is missing."""
        return self._figure(formula, self.start, unit or self.currency)

    def balance(self, formula: Formula) -> Figure | None:
        """What a formula of balances comes to on the last day."""
        return self._figure(formula, "", self.currency)

    def first_flow(self, alternatives: Iterable[Formula]) -> Figure | None:
        """The first alternative that can be made."""
        return next(filter(None, map(self.flow, alternatives)), None)

    def first_balance(self, alternatives: Iterable[Formula]) -> Figure | None:
        """The first alternative that can be made."""
        return next(filter(None, map(self.balance, alternatives)), None)

    def elsewhere(self, concepts: Iterable[str], is_flow: bool) -> str:
        """Where the file has concepts that are missing here: in another unit, or over a period in place of a day."""
        for fact in (fact for concept in concepts for fact in self._by_concept.get(concept, ())):
            if fact.end == self.end and fact.unit != self.currency:
                return f"{GAAP}:{fact.concept} is in {fact.unit}"
            if fact.end == self.end and fact.start != (self.start if is_flow else ""):
                return f"{GAAP}:{fact.concept} is {f'from {fact.start} to' if fact.start else 'of'} {fact.end}"
        return ""

    def _figure(self, formula: Formula, start: str, unit: str) -> Figure | None:
        facts = [self._fact(term.concept, start, unit) for term in formula]
        if not all(facts):
            return None
        figures = [fact for fact in facts if fact]
        value = sum((term.sign * fact.value for term, (fact, _) in zip(formula, figures, strict=True)), Decimal(0))
        source = f"{GAAP}:{formula[0].concept}"
        if len(formula) > 1:
            parts = zip(formula, figures, strict=True)
            signed = " ".join(
                f"{'-+'[term.sign > 0]} {GAAP}:{term.concept} {fact.value:,f}" for term, (fact, _) in parts
            )
            source = signed.removeprefix("+ ")
        return Figure(value, source, tuple(note for _, notes in figures for note in notes))

    def _fact(self, concept: str, start: str, unit: str) -> tuple[Fact, tuple[str, ...]] | None:
        """The fact that counts, and what the others of its period say."""
        facts = [
            fact
            for fact in self._by_concept.get(concept, ())
            if (fact.start, fact.end, fact.unit) == (start, self.end, unit)
        ]
        if not facts:
            return None
        chosen = max(facts, key=lambda fact: (fact.filing == self.filing, fact.filing, _exactness(fact.value)))
        name, notes = f"{GAAP}:{concept}", []
        if chosen.filing != self.filing:
            notes.append(f"{name} is from another filing: {chosen.filing}.")
        others = sorted({(fact.filing, fact.value) for fact in facts if fact.value != chosen.value})
        for filing, value in others:
            notes += [f"{name} is {value:,f} in {'the same filing' if filing == chosen.filing else filing}."]
        return chosen, tuple(notes)


def choose(company: CompanyFacts, year_end: str | None) -> Year:
    """The year that ends on a date, or in a year; the newest full one where none is named.

    Raises FileRefused where the facts have no such year, or several.
    """
    facts = [*annual(company.facts)]
    sheets = [fact for fact in facts if fact.concept in _SHEET and not fact.start and len(fact.unit) == 3]
    if not sheets:
        forms = sorted({fact.filing.form for fact in company.facts})
        problem = f"no balance sheet in an annual report, but {', '.join(forms)[:60]}" if forms else "no balance sheet"
        raise _refused(company.file, problem, f"total assets, in one of {', '.join(ANNUAL_FORMS)}")
    currency = Counter(fact.unit for fact in sheets).most_common(1)[0][0]
    periods = [
        (fact.start, fact.end)
        for fact in facts
        if fact.concept in _FLOWS and fact.unit == currency and fact.start and _days(fact) in FULL_YEAR
    ]
    ends = sorted({end for _, end in periods} & {fact.end for fact in sheets if fact.unit == currency})
    matches = [end for end in ends if end.startswith(year_end)] if year_end else ends[-1:]
    if len(matches) != 1:
        problem = f"no full year to {year_end}" if year_end else "no full year"
        problem = f"{len(matches)} years to {year_end}" if matches else problem
        raise _refused(company.file, problem, f"a year to {', '.join(ends[-12:])}" if ends else "a year and its end")
    (end,) = matches
    start = Counter(start for start, last in periods if last == end).most_common(1)[0][0]
    filing = max(fact.filing for fact in sheets if (fact.end, fact.unit) == (end, currency))
    return Year(company, (start, end), currency, filing)


def annual(facts: Iterable[Fact]) -> Iterable[Fact]:
    """The facts of annual filings, amended ones too; all where the source does not say."""
    return (fact for fact in facts if not fact.filing.form or fact.filing.form.removesuffix("/A") in ANNUAL_FORMS)


def _days(fact: Fact) -> int:
    return (date.fromisoformat(fact.end) - date.fromisoformat(fact.start)).days + 1


def _exactness(value: Decimal) -> int:
    """The lowest digit that is not 0: 188756000 is more exact than 188800000."""
    return -int(value.normalize().as_tuple().exponent)


def _refused(file: str, problem: str, allowed: str) -> FileRefused:
    return FileRefused([FileFault(Place(file), "", problem, allowed)])
