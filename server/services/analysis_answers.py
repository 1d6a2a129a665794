"""Stored breaking points, sensitivities and attributions as answers, read from their stored bytes."""

from typing import Any

from seawall.v1 import analysis_service_pb2 as s

from ..documents.document import Unsealed, unseal
from ..store.store import StoredDocument
from ..wire.to_message import fill
from .answers import timestamp


def breaking_point(stored: StoredDocument) -> s.FindBreakingPointResponse:
    """A breaking point, with the scenarios and executions on either side of it."""
    opened = unseal(stored.body)
    beside: dict[str, Any] = {f"{name}_id": opened.parents.get(name, "") for name in BESIDE}
    response = s.FindBreakingPointResponse(breaking_point_id=stored.address, **_filing(stored, opened), **beside)
    fill(response.breaking_point, opened.value)
    return response


#: The parents of a breaking point that not every one has.
BESIDE = (
    *("first_breaking_scenario", "first_breaking_execution"),
    *("last_holding_scenario", "last_holding_execution"),
)


def sensitivity(stored: StoredDocument) -> s.MeasureSensitivityResponse:
    """A sensitivity with its ids."""
    opened = unseal(stored.body)
    response = s.MeasureSensitivityResponse(sensitivity_id=stored.address, **_filing(stored, opened))
    fill(response.sensitivity, opened.value)
    return response


def attribution(stored: StoredDocument) -> s.AttributeResponse:
    """An attribution with its ids."""
    opened = unseal(stored.body)
    target = opened.parents["target_scenario"]
    response = s.AttributeResponse(attribution_id=stored.address, target_scenario_id=target, **_filing(stored, opened))
    fill(response.attribution, opened.value)
    return response


def _filing(stored: StoredDocument, opened: Unsealed) -> dict[str, Any]:
    """What every answer says of its base, and of when and by which call it was stored."""
    return {
        "scenario_id": opened.parents["scenario"],
        "dataset_version_id": opened.parents["dataset_version"],
        "created": stored.created,
        "recorded_at": timestamp(stored),
    }
