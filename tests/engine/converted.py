"""The engine's inputs as the recomputation takes them: the same company and scenario, loans with clauses apart."""

from datetime import date

from seawall.engine.inputs.company import Asset, BalanceSheetLine, DatasetVersion
from seawall.engine.inputs.covenants import ConsecutiveCures, Consequence, Covenant, CovenantKind, CovenantReach
from seawall.engine.inputs.instruments import Amortisation, Instrument
from seawall.engine.inputs.revolver import Revolver
from seawall.engine.inputs.scenario import NEUTRAL, Posture, RateScope, Scenario
from tests.engine.recomputed_v2 import company as plain

#: A covenant's kind in both.
KINDS = {
    CovenantKind.MAX_NET_LEVERAGE: "leverage",
    CovenantKind.MIN_INTEREST_COVERAGE: "interest_coverage",
    CovenantKind.MIN_FIXED_CHARGE_COVERAGE: "fccr",
    CovenantKind.MIN_LIQUIDITY: "liquidity",
}


def company(dataset: DatasetVersion) -> plain.Company:
    """A dataset version without what no figure reads."""
    year, sheet = dataset.income_statement, dataset.balance_sheet
    made = plain.Company(
        as_of=dataset.as_of_date,
        revenue=year.revenue_annual,
        cost_of_sales=year.cost_of_sales_annual,
        cost_of_sales_fixed_share=year.cost_of_sales_fixed_share,
        operating_expenses=year.operating_expenses_annual,
        operating_expenses_fixed_share=year.operating_expenses_fixed_share,
        depreciation_and_amortisation=year.depreciation_and_amortisation_annual,
        tax_rate=year.tax_rate,
        reported_ebitda=year.reported_ebitda_annual,
        interest_annual=year.interest_annual,
        scheduled_principal_annual=year.scheduled_principal_annual,
        cash=sheet.cash,
        restricted_cash=sheet.restricted_cash,
        receivables=sheet.receivables,
        inventory=sheet.inventory,
        fixed_assets=sheet.fixed_assets,
        other_assets=sheet.other_assets,
        payables=sheet.payables,
        tax_payable=sheet.tax_payable,
        other_liabilities=sheet.other_liabilities,
        capital_expenditure=dataset.capital_expenditure_annual,
        minimum_cash=dataset.minimum_cash,
        cash_sweep_share=dataset.cash_sweep_share,
        fiscal_year_end_month=dataset.fiscal_year_end_month,
        tax_losses=dataset.tax_losses,
        enforcement_cost_share=dataset.enforcement_cost_share,
        priority_claims=dataset.priority_claims,
        weights=dataset.seasonality_weights or (1,) * 12,
        loans=tuple(map(loan, dataset.instruments)),
        revolver=revolver(dataset.revolver) if dataset.revolver else None,
        assets=tuple(map(asset, dataset.assets)),
        covenants=tuple(map(covenant, dataset.covenants)),
        super_senior=dataset.super_senior_facility_ids,
        turnover=tuple((turnover.junior_facility_id, turnover.senior_facility_ids) for turnover in dataset.turnovers),
    )
    assert made.equity == sheet.equity
    return made


def loan(instrument: Instrument) -> plain.Loan:
    """A level loan's contract says its payment, and that month ends stay month ends; no other has one."""
    contract = instrument.contract
    assert (contract is None) == (instrument.amortisation is not Amortisation.LEVEL)
    return plain.Loan(
        name=instrument.instrument_id,
        principal=instrument.principal,
        maturity=instrument.maturity_date,
        rate=rate(instrument),
        lien=instrument.lien,
        amortisation=instrument.amortisation.value,
        interval_months=instrument.payment_interval_months,
        day_count=instrument.day_count.value,
        pik_share=instrument.pik_share,
        payment=contract.payment or 0 if contract else 0,
        rows=tuple(plain.Row(row.payment_date, row.principal) for row in instrument.principal_payments),
        default_margin=instrument.default_margin,
        accrued_interest=instrument.accrued_interest,
        all_asset_lien=instrument.all_asset_lien,
        collateral=instrument.collateral_asset_ids,
    )


def rate(debt: Instrument | Revolver) -> plain.Rate:
    """A coupon, or what floats."""
    floating = debt.floating_rate
    if floating is None:
        return plain.Rate(coupon=debt.fixed_rate)
    return plain.Rate(
        None, floating.index, floating.spread, floating.floor, floating.cap, floating.reset_interval_months
    )


def revolver(facility: Revolver) -> plain.Revolver:
    """A revolver, its borrowing base included."""
    return plain.Revolver(
        name=facility.revolver_id,
        commitment=facility.commitment,
        drawn=facility.drawn,
        maturity=facility.maturity_date,
        rate=rate(facility),
        undrawn_fee=facility.undrawn_fee,
        lien=facility.lien,
        day_count=facility.day_count.value,
        default_margin=facility.default_margin,
        accrued_interest=facility.accrued_interest,
        all_asset_lien=facility.all_asset_lien,
        collateral=facility.collateral_asset_ids,
        receivables_advance=facility.receivables_advance_rate,
        inventory_advance=facility.inventory_advance_rate,
    )


def asset(owned: Asset) -> plain.Asset:
    """An asset, on its line of the balance sheet or on none."""
    line = owned.balance_sheet_line
    on = None if line is BalanceSheetLine.NONE else line.value
    return plain.Asset(owned.asset_id, owned.market_value, owned.recovery_rate, on, owned.category)


def covenant(promise: Covenant) -> plain.Covenant:
    """A covenant: a threshold is a multiple, or an amount for liquidity."""
    return plain.Covenant(
        name=promise.covenant_id,
        kind=KINDS[promise.kind],
        steps=tuple(
            (step.from_date, (step.amount if step.multiple is None else step.multiple) or 0) for step in promise.steps
        ),
        debts=promise.facility_ids,
        netting_cap=promise.netting_cap,
        springing_trigger=promise.springing_share,
        cures_per_four=promise.cures_in_four_quarters,
        cures_in_life=promise.cures_in_life,
        consecutive_cures=promise.consecutive_cures is ConsecutiveCures.ALLOWED,
        stops_draws=Consequence.DRAW_STOP in promise.consequences,
        charges_default_margin=Consequence.DEFAULT_MARGIN in promise.consequences,
        acceleration_months=promise.acceleration_months,
        cross_default=promise.reach is CovenantReach.ALL_DEBTS,
    )


def scenario(stress: Scenario) -> plain.Scenario:
    """Every path, neutral or not."""
    assumptions, course = stress.assumptions, stress.course
    return plain.Scenario(
        horizon=stress.horizon_months,
        assumptions={name: getattr(assumptions, name) for name in NEUTRAL},
        inventory_release_share=assumptions.inventory_release_share,
        stresses_coupons=assumptions.interest_rate_scope is RateScope.ALL,
        course=plain.Course(course.onset_months, course.ramp_months, course.hold_months, course.recovery_months)
        if course
        else None,
        workout=stress.posture is Posture.WORKOUT,
        acceleration_months=stress.acceleration_months or 1,
    )


def case(
    stress: Scenario, dataset: DatasetVersion, analysis_date: date | None
) -> tuple[plain.Company, plain.Scenario, date]:
    """What `recompute` takes, of what `execute` takes."""
    return company(dataset), scenario(stress), analysis_date or dataset.as_of_date
