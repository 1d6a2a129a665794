"""Stored dataset versions and scenarios as messages. Everything is read from the stored bytes."""

from seawall.v1 import dataset_pb2 as d
from seawall.v1 import scenario_pb2 as c
from seawall.v1 import stress_service_pb2 as s

from ..documents.canonical import decode
from ..documents.document import unseal
from ..store.appends import StoredDocument
from ..wire.to_message import message
from .executions import timestamp


def figures_of(stored: StoredDocument) -> d.DatasetVersion:
    """The figures of a dataset version, as they were registered."""
    return message(d.DatasetVersion, unseal(stored.body).value)


def scenario_of(stored: StoredDocument) -> c.Scenario:
    """A scenario with every assumption resolved."""
    return message(c.Scenario, unseal(stored.body).value)


def dataset_version_summary(stored: StoredDocument) -> s.DatasetVersionSummary:
    """One dataset version in a list, without its figures."""
    held = decode(stored.body)
    return s.DatasetVersionSummary(
        dataset_version_id=stored.address,
        company_name=held["company_name"],
        currency=held["currency"],
        as_of_date=held["as_of_date"],
        recorded_at=timestamp(stored),
    )


def scenario_summary(stored: StoredDocument) -> s.ScenarioSummary:
    """One scenario in a list, without its assumptions."""
    held = decode(stored.body)
    return s.ScenarioSummary(
        scenario_id=stored.address,
        dataset_version_id=held["parents"]["dataset_version"],
        name=held["name"],
        horizon_months=held["horizon_months"],
        recorded_at=timestamp(stored),
    )
