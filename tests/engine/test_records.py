"""Assumption records: every rule that can be contested comes first, with its value, where it applies."""

from dataclasses import replace

import pytest

from seawall.engine import execute
from seawall.engine.inputs.covenants import Covenant, CovenantKind, CovenantStep
from seawall.engine.inputs.scenario import Posture
from seawall.engine.sentences import contestable
from seawall.engine.values.assumption_record import AssumptionRecord
from tests.companies import AS_OF, cents, company, income, scenario
from tests.engine.reported import DATASET

CONTESTABLE = {rule.record_id for rule in vars(contestable).values() if isinstance(rule, AssumptionRecord)}
#: The rules that the method names as contestable.
NAMED = {
    "posture", "supplier_terms", "stock_days", "stock_cost", "draw_rule", "order_of_payments", "capital_expenditure",
    "arrears", "collateral", "other_creditors", "grace", "foresight", "materiality",
}  # fmt: skip


def records(figures=None, **changes) -> dict[str, AssumptionRecord]:
    execution = execute(scenario(DATASET, "severe", **changes), figures or company())
    return {record.record_id: record for record in execution.assumption_records}


def test_the_rules_that_can_be_contested_come_first():
    ids = list(records())
    assert {f"assumption_{name}" for name in NAMED} <= set(ids)
    marks = [name in CONTESTABLE for name in ids]
    assert marks == sorted(marks, reverse=True)
    assert ids[0] == "assumption_posture"
    conventions = ["assumption_debt_service_horizon", "assumption_horizon_scaling", "assumption_cash_source"]
    assert [name for name in ids if name in conventions] == conventions


@pytest.mark.parametrize("posture", Posture)
def test_every_record_is_whole_and_says_what_it_used(posture):
    months = 3 if posture is Posture.WORKOUT else None
    every = records(posture=posture, acceleration_months=months)
    for record in every.values():
        assert all(record), record.record_id
        assert not any("{" in sentence for sentence in record), record.record_id
        assert "None" not in record.value_used
    assert every["assumption_posture"].value_used == ("workout, 3 months" if months else "standstill")
    assert ("assumption_supplier_terms" in every) is (months is None)
    shares = every["assumption_fixed_shares"]
    assert shares.value_used == "0.2 of cost of sales, 0.65 of operating expenses"


def test_what_does_not_apply_is_not_recorded():
    bare = company(instruments=(), revolver=None, assets=(), income_statement=income(tax_rate=0))
    missing = set(records()) - set(records(bare))
    assert missing == {
        f"assumption_{name}"
        for name in ("draw_rule", "order_of_payments", "arrears", "collateral", "other_creditors", "tax")
    } | {"assumption_principal_before_the_analysis_date"}
    step = CovenantStep(AS_OF, amount=cents(1))
    cured = Covenant("least", CovenantKind.MIN_LIQUIDITY, (step,), cures_in_four_quarters=1, cures_in_life=1)
    assert "assumption_equity_cures" in records(company(covenants=(cured,)))
    assert "assumption_equity_cures" not in records(company(covenants=(replace(cured, cures_in_life=0),)))
