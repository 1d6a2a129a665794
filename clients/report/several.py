"""Several executions beside each other: what they are called, whose they are, and what happens in each."""

from collections.abc import Iterator, Sequence
from typing import Protocol

import grpc

from seawall.v1.dataset_pb2 import DatasetVersion
from seawall.v1.execution_pb2 import ExecutionHeader
from seawall.v1.scenario_pb2 import Scenario

from ..client import SeawallError
from .unit import Unit, unit_of
from .wording import counted

SHORT = 8  #: digits of an id that tell it apart


class Described(Protocol):
    """An execution with its company, its scenario and the month of its first default, 0 where there is none."""

    @property
    def company(self) -> DatasetVersion: ...

    @property
    def scenario(self) -> Scenario: ...

    @property
    def header(self) -> ExecutionHeader: ...

    @property
    def first_default(self) -> int: ...


Executions = Sequence[Described]


def headline(executions: Executions) -> str:
    """CARBO Ceramics Inc: Base defaults in month 15; Severe defaults in month 9, 6 months earlier."""
    of_all = f"{executions[0].company.company_name}: " if len(companies_of(executions)) == 1 else ""
    return f"{of_all}{what_happens(executions)}"


def what_happens(executions: Executions) -> str:
    """The same without the company: the first default of each, and how far it is from that of the first."""
    first, sentences = executions[0].first_default, []
    for number, (name, execution) in enumerate(zip(column_names(executions), executions, strict=True)):
        period = execution.first_default
        says = f"{name} defaults in month {period}" if period else f"{name} pays everything that falls due"
        sentences.append(f"{says}, {_apart(first - period)}" if number and period and first else says)
    return "; ".join(sentences)


def _apart(months: int) -> str:
    """6 is 6 months earlier."""
    if not months:
        return "in the same month"
    return f"{counted(abs(months), 'month')} {'earlier' if months > 0 else 'later'}"


def remarks(executions: Executions) -> Iterator[str]:
    """What makes executions differ beside their scenarios: companies, figures and days."""
    companies = companies_of(executions)
    if len(companies) > 1:
        yield (
            f"{'Two' if len(companies) == 2 else len(companies)} companies are compared, {' and '.join(companies)}:"
            " what differs comes of the companies as well as of the scenarios."
        )
    elif len({execution.header.dataset_version_id for execution in executions}) > 1:
        yield "They stand on different figures of the company: not all that differs comes of the scenarios."
    if not begin_together(executions):
        yield "They begin on different days: month 1 is not the same month in all."


def begin_together(executions: Executions) -> bool:
    """Whether a month is the same one in all."""
    return len({execution.header.analysis_date for execution in executions}) == 1


def companies_of(executions: Executions) -> list[str]:
    """The names of the companies, each once: told apart by the caller's ids where all have one, else by name."""
    versions = [execution.company for execution in executions]
    by_id = all(version.company_id for version in versions)
    return list(
        {version.company_id if by_id else version.company_name: version.company_name for version in versions}.values()
    )


def require_one_company(executions: Executions) -> None:
    """Raises `SeawallError` (FAILED_PRECONDITION) where companies or the currencies of their figures differ."""
    companies = companies_of(executions)
    if len(companies) > 1:
        raise SeawallError(
            grpc.StatusCode.FAILED_PRECONDITION,
            f"a report is of one company: found {' and '.join(companies)}. seawall compare takes several companies",
        )
    require_one_currency([(execution.header.currency, execution.header.minor_digits) for execution in executions])


def require_one_currency(currencies: Sequence[tuple[str, int]]) -> None:
    """Raises `SeawallError` (FAILED_PRECONDITION) where currencies or their digits differ."""
    (currency, digits), *others = dict.fromkeys(currencies)
    if others:
        (other, other_digits), *_ = others
        apart = f", of {digits} and {other_digits} digits" if other == currency else ""
        raise SeawallError(
            grpc.StatusCode.FAILED_PRECONDITION,
            f"amounts in {currency} cannot be compared with amounts in {other}{apart}",
        )


def column_names(executions: Executions) -> list[str]:
    """The scenarios' names; where two are equal with the company's, or with the first digits of the execution."""
    names = [execution.scenario.name for execution in executions]
    of_companies = [f"{execution.scenario.name}, {execution.company.company_name}" for execution in executions]
    digits = [execution.header.execution_id.removeprefix("sha256:")[:SHORT] for execution in executions]
    of_ids = [f"{name} {short}" for name, short in zip(names, digits, strict=True)]
    return [
        next(
            (form for form, column in zip(forms, (names, of_companies), strict=False) if column.count(form) == 1), last
        )
        for *forms, last in zip(names, of_companies, of_ids, strict=True)
    ]


def legend(executions: Executions) -> Iterator[str]:
    """What each column stands for, down to the id of its execution."""
    for name, execution in zip(column_names(executions), executions, strict=True):
        header = execution.header
        when = f"{counted(header.horizon_months, 'month')} from {header.analysis_date}"
        yield f"{name}: {execution.company.company_name}, {when}, execution {header.execution_id}"


def unit_of_all(executions: Executions) -> Unit:
    """The unit of the smallest company, so that nothing of it reads as nothing."""
    header = min((execution.header for execution in executions), key=lambda header: header.opening_total_assets_minor)
    return unit_of(header.opening_total_assets_minor, header.currency, header.minor_digits)
