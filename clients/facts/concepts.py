"""Which concepts of an annual report give which field of a company: the alternatives in their order.

An alternative is a sum or a difference of concepts, all of which must be there. The first that can be made counts.
Names that were withdrawn stay: older filings have them.
"""

import re
from typing import NamedTuple


class Term(NamedTuple):
    """A concept, added or taken away."""

    sign: int
    concept: str


Formula = tuple[Term, ...]


def formulas(text: str) -> tuple[Formula, ...]:
    """Alternatives as they stand in the tables below: between bars, A + B - C."""
    return tuple(
        tuple(Term(-1 if sign == "-" else 1, concept) for sign, concept in re.findall(r"([+-]?) *(\w+)", alternative))
        for alternative in text.split("|")
    )


class Source(NamedTuple):
    """Where a field comes from, and what a reader must know of it."""

    alternatives: tuple[Formula, ...]
    note: str = ""


def _sources(table: dict[str, tuple[str, str]]) -> dict[str, Source]:
    return {field: Source(formulas(text), note) for field, (text, note) in table.items()}


ASSETS = "Assets | LiabilitiesAndStockholdersEquity"
REVENUE = (
    "Revenues | RevenueFromContractWithCustomerExcludingAssessedTax | SalesRevenueNet"
    " | RevenueFromContractWithCustomerIncludingAssessedTax | SalesRevenueGoodsNet + SalesRevenueServicesNet"
    " | SalesRevenueGoodsNet | SalesRevenueServicesNet"
)
COST_OF_SALES = (
    "CostOfRevenue | CostOfGoodsAndServicesSold | CostOfGoodsSold + CostOfServices | CostOfGoodsSold | CostOfServices"
)
#: Cost of sales that the filing states without depreciation.
COST_OF_SALES_BEFORE_DEPRECIATION = (
    "CostOfGoodsAndServiceExcludingDepreciationDepletionAndAmortization"
    " | CostOfGoodsSoldExcludingDepreciationDepletionAndAmortization"
    " | CostOfServicesExcludingDepreciationDepletionAndAmortization"
)
ALL_EXPENSES = "OperatingExpenses"
OPERATING_EXPENSES = (
    "SellingGeneralAndAdministrativeExpense | GeneralAndAdministrativeExpense + SellingAndMarketingExpense"
    f" | GeneralAndAdministrativeExpense | {ALL_EXPENSES}"
)
DEPRECIATION = (
    "DepreciationDepletionAndAmortization | DepreciationAmortizationAndAccretionNet | DepreciationAndAmortization"
    " | Depreciation + AmortizationOfIntangibleAssets | Depreciation"
)
AMORTISATION = "AmortizationOfIntangibleAssets"
OPERATING_INCOME = "OperatingIncomeLoss"
ALL_COSTS = "CostsAndExpenses"

#: Costs that may stand in the income statement as lines of their own: those that come back every year, and one-offs.
RECURRING_LINES = formulas("ResearchAndDevelopmentExpense | ExplorationExpense | ProvisionForDoubtfulAccounts")
DEPRECIATION_LINES = formulas(f"{DEPRECIATION} | {AMORTISATION}")
ONE_OFF_LINES = formulas(
    "AssetImpairmentCharges | GoodwillImpairmentLoss | GoodwillAndIntangibleAssetImpairment"
    " | ImpairmentOfLongLivedAssetsHeldForUse | ImpairmentOfIntangibleAssetsExcludingGoodwill | RestructuringCharges"
    " | RestructuringSettlementAndImpairmentProvisions | SeveranceCosts1 | BusinessCombinationAcquisitionRelatedCosts"
    " | -GainLossOnSaleOfBusiness | -GainLossOnSalesOfAssetsAndAssetImpairmentCharges"
    " | -GainLossOnDispositionOfAssets1 | -GainLossOnDispositionOfAssets | -GainLossOnSaleOfPropertyPlantEquipment"
)

#: Of the whole year, in the order of the file.
FLOWS = _sources(
    {
        "income_statement.interest_annual": (
            "InterestExpense | InterestExpenseNonoperating | InterestExpenseDebt | InterestAndDebtExpense"
            " | InterestCostsIncurred",
            "",
        ),
        "income_statement.scheduled_principal_annual": (
            "RepaymentsOfLongTermDebt | RepaymentsOfDebt | RepaymentsOfNotesPayable | RepaymentsOfSecuredDebt",
            "All that was repaid in the year: take away what was not scheduled.",
        ),
        "capital_expenditure_annual": (
            "PaymentsToAcquirePropertyPlantAndEquipment | PaymentsToAcquireProductiveAssets"
            " | PaymentsForProceedsFromProductiveAssets | PaymentsForCapitalImprovements",
            "",
        ),
    }
)
#: A share, in the unit pure.
TAX_RATE = "EffectiveIncomeTaxRateReconciliationAtFederalStatutoryIncomeTaxRate"

#: Of the last day of the year, in the order of the file.
CASH = "CashAndCashEquivalentsAtCarryingValue | Cash"
ALL_CASH = "CashCashEquivalentsRestrictedCashAndRestrictedCashEquivalents"
BALANCES = _sources(
    {
        "balance_sheet.cash": (CASH, ""),
        "balance_sheet.restricted_cash": (
            "RestrictedCashAndCashEquivalents | RestrictedCash | RestrictedCashCurrent + RestrictedCashNoncurrent"
            " | RestrictedCashAndCashEquivalentsAtCarryingValue + RestrictedCashAndCashEquivalentsNoncurrent"
            " | RestrictedCashAndCashEquivalentsAtCarryingValue | RestrictedCashCurrent | RestrictedCashNoncurrent"
            f" | {ALL_CASH} - CashAndCashEquivalentsAtCarryingValue",
            "",
        ),
        "balance_sheet.receivables": (
            "AccountsReceivableNetCurrent | ReceivablesNetCurrent | AccountsAndOtherReceivablesNetCurrent"
            " | AccountsNotesAndLoansReceivableNetCurrent | AccountsReceivableNet",
            "",
        ),
        "balance_sheet.inventory": ("InventoryNet | InventoryGross", ""),
        "balance_sheet.fixed_assets": (
            "PropertyPlantAndEquipmentNet | PropertyPlantAndEquipmentAndFinanceLeaseRightOfUseAssetAfterAccumulated"
            "DepreciationAndAmortization",
            "",
        ),
        "balance_sheet.payables": (
            "AccountsPayableCurrent | AccountsPayableTradeCurrent | AccountsPayableAndAccruedLiabilitiesCurrent",
            "",
        ),
        "balance_sheet.accrued_interest": ("InterestPayableCurrent | InterestPayableCurrentAndNoncurrent", ""),
        "balance_sheet.tax_payable": ("AccruedIncomeTaxesCurrent | TaxesPayableCurrent", ""),
        "balance_sheet.equity": (
            "StockholdersEquityIncludingPortionAttributableToNoncontrollingInterest"
            " | StockholdersEquity + MinorityInterest | StockholdersEquity",
            "",
        ),
    }
)

#: Borrowings, each an instrument of its own, by the id that it gets. What is counted in an earlier one is not below.
DEBTS = _sources(
    {
        "long-term-debt": (
            "LongTermDebtNoncurrent + LongTermDebtCurrent | LongTermDebt | LongTermDebtNoncurrent"
            " | LongTermDebtAndCapitalLeaseObligations + LongTermDebtAndCapitalLeaseObligationsCurrent"
            " | LongTermDebtAndCapitalLeaseObligations | DebtLongtermAndShorttermCombinedAmount",
            "The carrying value, after discount and costs of issue: what falls due is the face value.",
        ),
        "short-term-borrowings": ("ShortTermBorrowings | DebtCurrent - LongTermDebtCurrent | CommercialPaper", ""),
        "related-party-notes": (
            "NotesPayableRelatedPartiesNoncurrent + NotesPayableRelatedPartiesClassifiedCurrent"
            " | NotesPayableRelatedPartiesNoncurrent | NotesPayableRelatedPartiesClassifiedCurrent",
            "",
        ),
        "finance-leases": ("FinanceLeaseLiability | CapitalLeaseObligations", ""),
    }
)
#: What may be part of the debts above, or stand beside them: it is shown and left to the reader.
POSSIBLE_DEBTS = formulas(
    "LongTermDebtCurrent | DebtCurrent | LineOfCredit | LongTermLineOfCredit | ConvertibleNotesPayable | SecuredDebt"
    " | SeniorNotes"
)
LIABILITIES = "Liabilities"
TEMPORARY_EQUITY = "TemporaryEquityCarryingAmountAttributableToParent"
GROSS_PROFIT = "GrossProfit"
NET_INCOME = "NetIncomeLoss | ProfitLoss"


def _concepts() -> frozenset[str]:
    texts = (ASSETS, REVENUE, COST_OF_SALES, COST_OF_SALES_BEFORE_DEPRECIATION, OPERATING_EXPENSES, DEPRECIATION)
    single = (AMORTISATION, OPERATING_INCOME, ALL_COSTS, TAX_RATE, ALL_CASH)
    checks = (LIABILITIES, TEMPORARY_EQUITY, GROSS_PROFIT, NET_INCOME)
    alternatives = [formula for text in (*texts, *single, *checks) for formula in formulas(text)]
    alternatives += [*RECURRING_LINES, *DEPRECIATION_LINES, *ONE_OFF_LINES, *POSSIBLE_DEBTS]
    sources = (*FLOWS.values(), *BALANCES.values(), *DEBTS.values())
    alternatives += [formula for source in sources for formula in source.alternatives]
    return frozenset(term.concept for formula in alternatives for term in formula)


CONCEPTS = _concepts()  #: all that are used
