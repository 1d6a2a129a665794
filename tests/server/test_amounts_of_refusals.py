"""What a caller reads of amounts at fault: major units, in the currency of the request that holds the debt."""

import pytest

from seawall.engine import Refused
from seawall.engine.inputs.company import DatasetVersion
from seawall.engine.preview.preview import Preview
from seawall.server.wire.from_message import read
from seawall.v1 import dataset_pb2 as d
from seawall.v1 import stress_service_pb2 as s
from tests.companies import cents
from tests.server.running import registration


def texts(message, cls) -> list[str]:
    with pytest.raises(Refused) as refused:
        read(message, cls)
    return [str(fault) for fault in refused.value.faults]


def test_a_debt_inside_a_company_is_quoted_in_its_currency():
    figures = registration().dataset_version
    figures.revolver.drawn_minor = figures.revolver.commitment_minor + 5
    figures.instruments[0].principal_minor = -1
    assert texts(figures, DatasetVersion) == [
        "instruments[0].principal_minor: OUT_OF_RANGE, found -0.01, allowed: 0.00 to 10,000,000,000,000.00",
        "revolver.drawn_minor: OUT_OF_RANGE, found 500,000.05, allowed: at most the commitment of 500,000.00",
    ]


def test_where_the_digits_are_missing_or_wrong_the_unit_is_named():
    figures = registration().dataset_version
    figures.balance_sheet.cash_minor = -1
    figures.ClearField("minor_digits")
    assert "balance_sheet.cash_minor: OUT_OF_RANGE, found -1, in minor units" in "; ".join(
        texts(figures, DatasetVersion)
    )


def test_a_preview_is_quoted_in_the_currency_of_its_request():
    request = s.PreviewInstrumentRequest(currency="KWD", minor_digits=3, from_date="2025-01-01")
    request.instrument.CopyFrom(
        d.Instrument(
            instrument_id="loan",
            principal_minor=cents(10),
            maturity_date="2026-01-01",
            lien=1,
            amortisation=d.AMORTISATION_CUSTOM,
            fixed_rate="0.05",
        )
    )
    request.instrument.principal_payments.add(payment_date="2026-01-01", principal_minor=cents(9))
    (text,) = texts(request, Preview)
    assert text == (
        "instrument.principal_payments: UNBALANCED, found rows of 0.900 in all,"
        " allowed: rows that add up to the principal of 1.000"
    )
