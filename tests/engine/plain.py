"""Companies with less to them, for laws that hold only there; equity keeps the balance sheet balanced."""

from dataclasses import replace

from seawall.engine import DatasetVersion


def without_covenants(company: DatasetVersion) -> DatasetVersion:
    """No cure brings equity and no event of default calls a debt."""
    return replace(company, covenants=())


def without_tax_sweep_capex_and_revolver(company: DatasetVersion) -> DatasetVersion:
    """Nothing but the business and its loans moves cash; no covenants either."""
    sheet, line = company.balance_sheet, company.revolver
    drawn, accrued = (line.drawn, line.accrued_interest) if line else (0, 0)
    return replace(
        company,
        income_statement=replace(company.income_statement, tax_rate=0),
        balance_sheet=replace(
            sheet,
            accrued_interest=sheet.accrued_interest - accrued,
            tax_payable=0,
            equity=sheet.equity + drawn + accrued + sheet.tax_payable,
        ),
        capital_expenditure_annual=0,
        cash_sweep_share=0,
        revolver=None,
        super_senior_debt_ids=(),
        turnovers=(),
        covenants=(),
    )


def without_days(company: DatasetVersion) -> DatasetVersion:
    """Everything is sold, bought and paid in the same month."""
    sheet = company.balance_sheet
    gone = sheet.receivables + sheet.inventory - sheet.payables
    return replace(
        company,
        balance_sheet=replace(sheet, receivables=0, inventory=0, payables=0, equity=sheet.equity - gone),
    )
