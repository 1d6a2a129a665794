"""Bad input is refused with every fault at once, each with its field and its reason; nothing is guessed."""

from dataclasses import replace
from datetime import date

import pytest

from seawall.engine import Refused, check, execute
from seawall.engine.inputs.calendar import Cycle, CycleUnit
from seawall.engine.inputs.company import Asset, DatasetVersion, IncomeStatement
from seawall.engine.inputs.contract import Contract, Reset
from seawall.engine.inputs.covenants import Covenant, CovenantKind, CovenantStep, Turnover
from seawall.engine.inputs.instruments import Amortisation, FloatingRate, Instrument, PrincipalPayment
from seawall.engine.inputs.revolver import Revolver
from seawall.engine.inputs.scenario import Assumptions, Course, Posture, RateScope, Scenario
from seawall.engine.values.units import MOST_MONEY, NANO
from seawall.engine.values.value import decimal_text, fields_of
from tests.engine.examples import AS_OF, DATASET, company, loan, minor, nanos, scenario

LATER = date(2030, 12, 31)
FLOATING = FloatingRate(nanos("0.03"), nanos("0.02"))


def faults(build) -> list[tuple[str, str]]:
    """The field and the reason of each fault of what is refused."""
    with pytest.raises(Refused) as refused:
        build()
    return [(fault.field, fault.reason.name) for fault in refused.value.faults]


def a_loan(**changes) -> Instrument:
    return replace(loan("1,000", "0.05", LATER), **changes)


def rows(*days_and_amounts: tuple[date, str]) -> tuple[PrincipalPayment, ...]:
    return tuple(PrincipalPayment(day, minor(amount)) for day, amount in days_and_amounts)


JUNE, JULY = date(2026, 6, 30), date(2026, 7, 31)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"principal": -1}, [("principal", "OUT_OF_RANGE")]),
        ({"principal": MOST_MONEY + 1}, [("principal", "OUT_OF_RANGE")]),
        ({"fixed_rate": 5 * NANO + 1}, [("fixed_rate", "OUT_OF_RANGE")]),
        ({"fixed_rate": -1}, [("fixed_rate", "OUT_OF_RANGE")]),
        ({"fixed_rate": None}, [("fixed_rate", "REQUIRED")]),
        ({"floating_rate": FLOATING}, [("fixed_rate", "CONFLICT")]),
        ({"lien": 0}, [("lien", "OUT_OF_RANGE")]),
        ({"payment_interval_months": 0}, [("payment_interval_months", "OUT_OF_RANGE")]),
        ({"pik_share": NANO + 1}, [("pik_share", "OUT_OF_RANGE")]),
        ({"instrument_id": ""}, [("instrument_id", "MALFORMED")]),
        ({"instrument_id": "=cmd"}, [("instrument_id", "MALFORMED")]),
        ({"amortisation": Amortisation.CUSTOM}, [("principal_payments", "REQUIRED")]),
        ({"principal_payments": rows((JUNE, "1,000"))}, [("principal_payments", "CONFLICT")]),
        (
            {"amortisation": Amortisation.CUSTOM, "principal_payments": rows((JUNE, "999.99"))},
            [("principal_payments", "UNBALANCED")],
        ),
        (
            {"amortisation": Amortisation.CUSTOM, "principal_payments": rows((JULY, "500"), (JUNE, "500"))},
            [("principal_payments[1].payment_date", "CONFLICT")],
        ),
        (
            {"amortisation": Amortisation.CUSTOM, "principal_payments": rows((date(2031, 1, 1), "1,000"))},
            [("principal_payments[0].payment_date", "CONFLICT")],
        ),
        ({"principal": -1, "lien": 100}, [("principal", "OUT_OF_RANGE"), ("lien", "OUT_OF_RANGE")]),
    ],
)
def test_a_loan_that_cannot_be(changes, expected):
    assert faults(lambda: a_loan(**changes)) == expected


def test_a_floor_above_its_cap():
    assert faults(lambda: FloatingRate(0, 0, floor=nanos("0.05"), cap=nanos("0.04"))) == [("floor", "FLOOR_ABOVE_CAP")]


def test_a_revolver_drawn_beyond_its_commitment():
    assert faults(lambda: Revolver("line", 100, 101, 0, 0, 0, 1, LATER)) == [("drawn", "OUT_OF_RANGE")]


def with_loans(*loans: Instrument, **fields) -> DatasetVersion:
    return company(instruments=loans, **fields)


def unbalanced() -> DatasetVersion:
    balanced = company(sheet={"cash": "100"})
    return replace(balanced, balance_sheet=replace(balanced.balance_sheet, equity=minor("99.99")))


HALF = Asset("land", "property", MOST_MONEY // 2 + 1, NANO)


COVENANT = Covenant("c", CovenantKind.MAX_NET_LEVERAGE, (CovenantStep(JUNE, multiple=3 * NANO),))


def leverage(**changes) -> Covenant:
    return replace(COVENANT, **changes)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"steps": ()}, [("steps", "REQUIRED")]),
        ({"steps": (CovenantStep(JUNE),)}, [("steps[0].multiple", "REQUIRED")]),
        ({"steps": (CovenantStep(JUNE, NANO, 1),)}, [("steps[0].amount", "CONFLICT")]),
        ({"steps": (CovenantStep(JULY, NANO), CovenantStep(JUNE, NANO))}, [("steps[1].from_date", "CONFLICT")]),
        ({"steps": (CovenantStep(JUNE, NANO - 1),)}, [("steps[0].multiple", "OUT_OF_RANGE")]),
        ({"cures_in_life": -1}, [("cures_in_life", "OUT_OF_RANGE")]),
        ({"cures_in_four_quarters": -1}, [("cures_in_four_quarters", "OUT_OF_RANGE")]),
        ({"called_after_months": 0}, [("called_after_months", "OUT_OF_RANGE")]),
        (
            {"kind": CovenantKind.MIN_INTEREST_COVERAGE, "netting_cap": 1},
            [("netting_cap", "CONFLICT")],
        ),
    ],
)
def test_a_covenant_that_cannot_be(changes, expected):
    assert faults(lambda: leverage(**changes)) == expected


def without_fixed_shares() -> None:
    IncomeStatement(0, 0, 0, 0, 0)  # type: ignore[call-arg]


def test_fixed_shares_are_never_assumed():
    with pytest.raises(TypeError, match="cost_of_sales_fixed_share"):
        without_fixed_shares()


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (
            lambda: replace(with_loans(a_loan()), instruments=(a_loan(accrued_interest=5),)),
            [("balance_sheet.accrued_interest", "UNBALANCED")],
        ),
        (lambda: company(fiscal_year_end_month=13), [("fiscal_year_end_month", "OUT_OF_RANGE")]),
        (lambda: company(labels=("a", "a")), [("labels[1]", "DUPLICATE")]),
        (
            lambda: with_loans(a_loan(all_asset_lien=1), a_loan(instrument_id="other", all_asset_lien=1)),
            [("instruments[1].all_asset_lien", "DUPLICATE")],
        ),
        (
            lambda: company(covenants=(leverage(facility_ids=("nobody",)),)),
            [("covenants[0].facility_ids[0]", "UNKNOWN_REFERENCE")],
        ),
        (lambda: company(covenants=(COVENANT, COVENANT)), [("covenants[1].covenant_id", "DUPLICATE")]),
        (
            lambda: company(covenants=(leverage(springing_share=NANO // 3),)),
            [("covenants[0].springing_share", "CONFLICT")],
        ),
        (lambda: company(super_senior_debt_ids=("nobody",)), [("super_senior_debt_ids[0]", "UNKNOWN_REFERENCE")]),
        (
            lambda: with_loans(a_loan(), turnovers=(Turnover("loan", ("loan",)),)),
            [("turnovers[0].senior_ids", "CONFLICT")],
        ),
    ],
)
def test_parts_of_a_company_that_do_not_go_together(build, expected):
    assert faults(build) == expected


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (unbalanced, [("balance_sheet", "UNBALANCED")]),
        (lambda: replace(company(), currency="XXX"), [("currency", "UNKNOWN_CURRENCY")]),
        (lambda: replace(company(), currency="JPY"), [("minor_digits", "CONFLICT")]),
        (lambda: replace(company(), source_sha256="0" * 63), [("source_sha256", "MALFORMED")]),
        (lambda: with_loans(a_loan(), a_loan()), [("instruments[1].instrument_id", "DUPLICATE")]),
        (
            lambda: with_loans(a_loan(collateral_asset_ids=("land",))),
            [("instruments[0].collateral_asset_ids[0]", "UNKNOWN_REFERENCE")],
        ),
        (
            lambda: with_loans(a_loan(collateral_asset_ids=("land", "land")), assets=(replace(HALF, market_value=1),)),
            [("instruments[0].collateral_asset_ids[1]", "DUPLICATE")],
        ),
        (lambda: with_loans(a_loan(maturity_date=AS_OF)), [("instruments[0].maturity_date", "MATURED")]),
        (lambda: company(seasonality_weights=(NANO,) * 11), [("seasonality_weights", "WRONG_LENGTH")]),
        (lambda: company(seasonality_weights=(0,) * 12), [("seasonality_weights", "WRONG_LENGTH")]),
        (lambda: company(assets=(HALF, replace(HALF, asset_id="more"))), [("assets", "OUT_OF_RANGE")]),
        (
            lambda: with_loans(a_loan(maturity_date=AS_OF), a_loan()),
            [("instruments[1].instrument_id", "DUPLICATE"), ("instruments[0].maturity_date", "MATURED")],
        ),
    ],
)
def test_a_company_that_cannot_be(build, expected):
    assert faults(build) == expected


def test_a_thousand_instruments_are_accepted_and_one_more_is_not():
    loans = tuple(a_loan(instrument_id=f"loan-{n}") for n in range(1_001))
    assert len(with_loans(*loans[:1_000]).debts) == 1_000
    assert faults(lambda: with_loans(*loans)) == [("instruments", "WRONG_LENGTH")]


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (lambda: scenario(5), [("horizon_months", "OUT_OF_RANGE")]),
        (lambda: scenario(25), [("horizon_months", "OUT_OF_RANGE")]),
        (
            lambda: scenario(6, revenue_change_factor=("1",) * 7),
            [("assumptions.revenue_change_factor", "WRONG_LENGTH")],
        ),
        (
            lambda: Scenario(DATASET, "none", 6, assumptions=Assumptions(cost_change_factor=())),
            [("assumptions.cost_change_factor", "WRONG_LENGTH")],
        ),
        (
            lambda: scenario(6, Course(), cost_change_factor=("1", "1.1")),
            [("assumptions.cost_change_factor", "CONFLICT")],
        ),
        (
            lambda: Assumptions(revenue_change_factor=(NANO, 2 * NANO + 1)),
            [("revenue_change_factor[1]", "OUT_OF_RANGE")],
        ),
        (lambda: Assumptions(cost_change_factor=(-1,)), [("cost_change_factor[0]", "OUT_OF_RANGE")]),
        (lambda: Scenario("sha256:0", "short", 6), [("dataset_version_id", "MALFORMED")]),
        (lambda: Scenario(DATASET, "w", 6, posture=Posture.WORKOUT), [("acceleration_months", "REQUIRED")]),
        (lambda: Scenario(DATASET, "s", 6, acceleration_months=3), [("acceleration_months", "CONFLICT")]),
        (lambda: scenario(6, workout=25), [("acceleration_months", "OUT_OF_RANGE")]),
        (lambda: scenario(6, release="1.1"), [("inventory_release_share", "OUT_OF_RANGE")]),
    ],
)
def test_a_scenario_that_cannot_be(build, expected):
    assert faults(build) == expected


@pytest.mark.parametrize(
    ("stress", "debtor", "day", "expected"),
    [
        (scenario(6), company(), date(2025, 12, 30), [("analysis_date", "BEFORE_AS_OF")]),
        (scenario(6), with_loans(a_loan(maturity_date=JUNE)), JUNE, [("analysis_date", "MATURED")]),
        (
            scenario(6, interest_rate_change_factor="1.1"),
            with_loans(a_loan(fixed_rate=None, floating_rate=FloatingRate(-1, 0))),
            AS_OF,
            [("assumptions.interest_rate_change_factor", "NEGATIVE_INDEX")],
        ),
        (
            Scenario(
                DATASET, "all", 6,
                assumptions=Assumptions(interest_rate_change_factor=(5 * NANO,), interest_rate_scope=RateScope.ALL),
            ),
            with_loans(a_loan(fixed_rate=NANO + 1)),
            AS_OF,
            [("assumptions.interest_rate_change_factor", "OUT_OF_RANGE")],
        ),
        (
            scenario(6),
            with_loans(a_loan(fixed_rate=5 * NANO, default_margin=1)),
            AS_OF,
            [("assumptions.interest_rate_change_factor", "OUT_OF_RANGE")],
        ),
        (  # the stress lowers what the next reset reads, not the rate that runs until then
            scenario(6, interest_rate_change_factor="0"),
            with_loans(
                a_loan(
                    fixed_rate=None,
                    floating_rate=FloatingRate(nanos("0.01"), 5 * NANO),
                    contract=Contract(reset=Reset(Cycle(1, CycleUnit.YEAR))),
                )
            ),
            AS_OF,
            [("instruments[0].floating_rate.spread", "OUT_OF_RANGE")],
        ),
        (
            scenario(6),
            with_loans(a_loan(principal=MOST_MONEY, fixed_rate=nanos("0.1"))),
            AS_OF,
            [("instruments", "BOUND_EXCEEDED")],
        ),
        (
            scenario(6),
            with_loans(
                a_loan(principal=10**13),
                covenants=(Covenant("c", CovenantKind.MIN_INTEREST_COVERAGE, (CovenantStep(JUNE, 1000 * NANO),)),),
            ),
            AS_OF,
            [("covenants[0].steps", "BOUND_EXCEEDED")],
        ),
        (
            scenario(6, revenue_change_factor="2", cost_change_factor="3"),
            company(revenue="10,000,000,000,000", cost_of_sales="10,000,000,000,000"),
            AS_OF,
            [("income_statement", "BOUND_EXCEEDED")],
        ),
        (
            scenario(6),
            with_loans(a_loan(maturity_date=JUNE)),
            date(2024, 1, 1),
            [("analysis_date", "BEFORE_AS_OF")],
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_executed(stress, debtor, day, expected):
    assert faults(lambda: check(stress, debtor, day)) == expected
    assert faults(lambda: execute(stress, debtor, day)) == expected


def test_a_debt_that_compounds_past_the_bound_is_refused_and_one_below_it_runs():
    """All interest capitalised at 500 %: 24 months multiply a debt by thousands, the 36 that are bounded by more."""
    spiral = a_loan(principal=10**10, fixed_rate=5 * NANO, pik_share=NANO)
    assert faults(lambda: check(scenario(24), with_loans(spiral))) == [("instruments", "BOUND_EXCEEDED")]
    small = replace(spiral, principal=10**9)
    debt = execute(scenario(24), with_loans(small)).months[-1].position.debt
    assert 10**12 < debt < MOST_MONEY


def test_faults_of_a_nested_value_know_their_path():
    with pytest.raises(Refused) as refused:
        a_loan(lien=0)
    nested = refused.value.faults[0].under("instruments[3]").under("dataset")
    assert nested.field == "dataset.instruments[3].lien"
    assert str(nested) == "dataset.instruments[3].lien: OUT_OF_RANGE, found 0, allowed: a whole number from 1 to 99"


@pytest.mark.parametrize(
    ("number", "text"),
    [(850_000_000, "0.85"), (-5, "-0.000000005"), (2 * NANO, "2"), (0, "0"), (10 * NANO, "10"), (-NANO // 2, "-0.5")],
)
def test_nanos_are_written_without_trailing_zeros(number, text):
    assert decimal_text(number) == text


def test_the_fields_of_a_value_know_what_is_required_and_what_may_repeat():
    fields = {field.name: field for field in fields_of(Instrument)}
    assert {name for name, field in fields.items() if field.required} == {
        "instrument_id", "principal", "maturity_date", "lien", "amortisation",
    }  # fmt: skip
    assert fields["fixed_rate"].optional
    assert fields["principal_payments"].repeated
    assert fields["principal_payments"].value is PrincipalPayment
    assert fields["amortisation"].choices is Amortisation
