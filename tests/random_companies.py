"""Random companies and scenarios that use every option of an input: what each fast way is compared with a slow one on.

They are those of the laws (`tests.engine.companies`) with what the laws' second computation does not know: contracts of
loans, horizons from 6 to 24 months, and the fields that only an assessment or a document reads. A group has one capital
structure and one horizon, so that it runs as one batch; the same seed and number give the same group for ever.
"""

from dataclasses import replace
from datetime import date
from random import Random

from seawall.engine.execute import check
from seawall.engine.inputs.company import DatasetVersion
from seawall.engine.inputs.instruments import Instrument
from seawall.engine.inputs.scenario import Scenario
from seawall.engine.values.faults import Refused
from tests.engine import companies
from tests.engine.companies import LONGEST, Case, over_months, up_to
from tests.random_contracts import with_contract

SHORTEST = 6
#: How many of the loans have a contract: after each refusal fewer, at last none beyond those of the laws.
SHARES_OF_CONTRACTS = (0.8, 0.8, 0.8, 0.5, 0.3, 0.0)
CURRENCIES = (("EUR", 2), ("EUR", 2), ("USD", 0), ("JPY", 0), ("KWD", 3))


def group(seed: int, number: int, size: int) -> list[Case]:
    """`size` cases of one capital structure and one horizon that the engine accepts."""
    rng = Random(f"every option/{seed}/{number}")
    skeleton = companies.structure(rng)
    months = rng.choice((SHORTEST, 12, LONGEST, rng.randint(SHORTEST, LONGEST)))
    return [_accepted(rng, skeleton, months) for _ in range(size)]


def _accepted(rng: Random, skeleton: companies.CapitalStructure, months: int) -> Case:
    while True:
        plain = over_months(companies.accepted(rng, skeleton), months)
        plain = plain._replace(scenario=_described(rng, plain.scenario), company=_labelled(rng, plain.company))
        for share in SHARES_OF_CONTRACTS:
            try:
                case = plain._replace(company=_with_contracts(rng, plain.company, plain.analysis_date, share))
                check(*case)
            except Refused:
                continue
            return case


def _with_contracts(rng: Random, company: DatasetVersion, analysis_date: date, share: float) -> DatasetVersion:
    def drawn(loan: Instrument) -> Instrument:
        return with_contract(rng, loan, analysis_date) if rng.random() < share else loan

    return replace(company, instruments=tuple(map(drawn, company.instruments)))


def _labelled(rng: Random, company: DatasetVersion) -> DatasetVersion:
    """Another currency, names of the caller's own, and the cash that an assessment starts from."""
    currency, digits = rng.choice(CURRENCIES)
    most = company.income_statement.revenue_annual
    return replace(
        company,
        currency=currency,
        minor_digits=digits,
        company_id=rng.choice((None, "borrower-4711")),
        labels=tuple(rng.sample(("watch", "retail", "2026:Q1"), rng.randint(0, 3))),
        source_sha256=rng.choice((None, "0" * 64)),
        cash_available_for_debt_service_annual=rng.choice((None, rng.randint(-most, most))),
        net_operating_income_annual=rng.choice((None, up_to(rng, most))),
    )


def _described(rng: Random, scenario: Scenario) -> Scenario:
    return replace(scenario, description=rng.choice(("", "Two lines,\nthe second of them: ±0.5 %")))
