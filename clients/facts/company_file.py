"""The file of a company with what the facts give, and what is said of it in the terminal."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from ..files.blank import Entry, filled
from ..files.kinds import COMPANY
from ..files.writing import write_yaml
from .facts import CompanyFacts
from .figures import CompanyFigures, company_figures, minor_digits
from .year import Figure, Year, choose

WEEK = timedelta(days=7)  #: a fiscal year of whole weeks ends up to so many days before or after the end of its month
TERMS = "maturity_date, lien, amortisation and rate of each debt are in the notes of the filing"
HEAD = """
{name}: the year from {start} to {end}, part-filled from {file}.
Behind a figure stands the concept that it comes from, over this year or on its last day{filing}.
What is missing has nothing after its colon. Fill it in, then check the file: seawall validate FILE
Fields that are optional and not among the facts are left out: seawall init writes a file that has them all.
"""


def write_company(path: str, company: CompanyFacts, year_end: str | None) -> list[str]:
    """Write the file; gives what is said of it. Raises FileRefused where the facts have no such year."""
    year = choose(company, year_end)
    figures = company_figures(company, year)
    write_yaml(path, COMPANY, filled(COMPANY, _entries(company, year, figures), [*_head(company, year, figures)]))
    return [*_summary(company, year, figures), f"Next: fill in what is missing, then: seawall validate {path}"]


def _head(company: CompanyFacts, year: Year, figures: CompanyFigures) -> Iterator[str]:
    filing = f", in {year.filing}" if any(year.filing) else ""
    name = company.company_name or "A company"
    yield HEAD.format(name=name, start=year.start, end=year.end, file=Path(company.file).name, filing=filing)
    yield from figures.remarks


def _entries(company: CompanyFacts, year: Year, figures: CompanyFigures) -> dict[str, Entry]:
    """What stands in the file, by the paths of its fields."""
    digits = minor_digits(year.currency)
    entries = {path: Entry(above=f"missing: {reason}") for path, reason in figures.missing.items()}
    entries |= {
        "currency": Entry(year.currency),
        "minor_digits": Entry(str(digits)),
        "as_of_date": Entry(year.end),
        "source_sha256": Entry(company.sha256, f"of {Path(company.file).name}"),
        "fiscal_year_end_month": Entry(str((date.fromisoformat(year.end) - WEEK).month), "of the year that was chosen"),
    }
    if company.company_name:
        entries["company_name"] = Entry(json.dumps(company.company_name, ensure_ascii=False))
    if company.cik:
        entries["company_id"] = Entry(f"CIK-{company.cik}")
    for path, figure in figures.figures.items():
        entries[path] = _entry(figure, None if path.endswith("_rate") else digits)
    if figures.debts:
        entries["instruments"] = Entry(above=f"missing: {TERMS}")
    for position, (instrument_id, figure) in enumerate(figures.debts):
        entries[f"instruments[{position}].instrument_id"] = Entry(instrument_id)
        entries[f"instruments[{position}].principal"] = _entry(figure, digits)
    return entries


def _entry(figure: Figure, digits: int | None) -> Entry:
    """An amount with the digits of its currency; a rate has its own."""
    text = f"{figure.value.normalize():f}" if digits is None else f"{figure.value:.{digits}f}"
    return Entry(text, figure.source, "\n".join(figure.notes))


def _summary(company: CompanyFacts, year: Year, figures: CompanyFigures) -> Iterator[str]:
    name = company.company_name or Path(company.file).name
    filing = f", {year.filing}" if any(year.filing) else ""
    yield f"{name}, year from {year.start} to {year.end}, {year.currency}{filing}"
    count = len(figures.figures) + len(figures.debts)
    yield f"  {count} figures from the facts, each with its concept beside it"
    yield from (f"  {remark}" for remark in figures.remarks)
    yield from (f"  missing: {path}: {reason}" for path, reason in figures.missing.items())
    if figures.debts:
        yield f"  missing: {TERMS}"
