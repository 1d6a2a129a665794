"""Inputs and results of random companies go through messages and documents without losing anything."""

import json
from functools import cache

import pytest
import rfc8785

from seawall.engine import DatasetVersion, Scenario, execute
from seawall.server.documents.document import seal, unseal
from seawall.server.services import requests
from seawall.server.services.archive import read_execution
from seawall.server.services.replay import ReplayOutcome, compare
from seawall.server.services.streams import header, metrics, packed
from seawall.server.store.store import StoredDocument
from seawall.server.wire.from_message import read
from seawall.server.wire.to_message import message
from seawall.v1 import dataset_pb2 as d
from seawall.v1 import execution_pb2 as e
from seawall.v1 import scenario_pb2 as c
from seawall.v1 import stress_service_pb2 as s
from tests.engine.companies import group

GROUPS, ALIKE = 40, 4
ADDRESS = "sha256:" + "0" * 64
of_any_company = pytest.mark.parametrize("number", range(GROUPS * ALIKE))


@cache
def cases():
    return [case for number in range(GROUPS) for case in group(seed=7, number=number, size=ALIKE)]


def sealed(case):
    execution = execute(*case)
    links = {"scenario": seal(case.scenario).address, "dataset_version": seal(case.company).address}
    return execution, seal(execution, **links)


def stored(document):
    return StoredDocument(1, document.address, document.kind, document.body, "2025-01-01T00:00:00.000000Z")


def streamed(execution, periods_per_message):
    request = requests.Execute(execution_id=ADDRESS, periods_per_message=periods_per_message)
    return map(s.ExecuteResponse.FromString, packed(execution, request, s.ExecuteResponse, ADDRESS))


@of_any_company
def test_inputs_survive_their_messages_and_documents(number):
    case = cases()[number]
    for value, kind, cls in ((case.company, d.DatasetVersion, DatasetVersion), (case.scenario, c.Scenario, Scenario)):
        wire = kind.FromString(message(kind, value).SerializeToString())
        assert read(wire, cls) == value
        document = seal(value)
        assert unseal(document.body).value == value
        assert rfc8785.dumps(json.loads(document.body)) == document.body


@of_any_company
def test_results_survive_their_document_and_are_streamed_in_full(number):
    execution, document = sealed(cases()[number])
    reread = read_execution(stored(document))
    assert reread.value == execution
    assert rfc8785.dumps(json.loads(document.body)) == document.body
    assert compare(reread, reread).outcome is ReplayOutcome.IDENTICAL
    months = [month for some in streamed(reread.value, 5) for month in some.periods.periods]
    assert [month.period for month in months] == list(range(1, execution.horizon_months + 1))
    for month, cells in zip(months, execution.months, strict=True):
        assert month.position.total_assets_minor == cells.position.total_assets
        assert month.opening_cash_minor == cells.opening_cash
        assert [row.closing_balance_minor for row in month.facilities] == [f.closing_balance for f in cells.facilities]
    assert header(reread).execution_id == document.address
    assert metrics(reread.value).totals.revenue_minor == execution.metrics.totals.revenue


def test_the_largest_month_fits_its_messages():
    largest = max(cases(), key=lambda case: len(case.company.debts))
    (whole,) = streamed(sealed(largest)[0], 24)
    first = whole.periods.periods[0]
    assert e.PeriodResult.FromString(first.SerializeToString()) == first
