"""The API and the engine agree: every field, unit and name on both sides."""

from enum import Enum
from importlib import import_module
from typing import Any

import pytest
from google.protobuf.descriptor import FieldDescriptor

from seawall.engine.analysis.attribution import Attribution
from seawall.engine.analysis.breaking_point import BreakingPoint
from seawall.engine.analysis.sensitivity import Sensitivity
from seawall.engine.assessment.results import Assessment
from seawall.engine.echo import results as echo_results
from seawall.engine.horizon import results
from seawall.engine.inputs.company import DatasetVersion
from seawall.engine.inputs.scenario import Assumptions, Scenario
from seawall.engine.month import results as month_results
from seawall.engine.numbers.exact import UndefinedRatio
from seawall.engine.preview.cash_flows import SILENT, LoanCashFlow
from seawall.engine.reports import Report
from seawall.engine.sweeps.results import Sweep
from seawall.engine.values.faults import Reason
from seawall.engine.values.units import Kind
from seawall.engine.values.value import Value, fields_of
from seawall.server.refusals import Trouble
from seawall.server.services.calls import CALLS
from seawall.server.services.errors import CODES
from seawall.server.wire.from_message import wire_name
from seawall.v1 import assessment_pb2 as a
from seawall.v1 import attribution_pb2, breaking_point_pb2, sensitivity_pb2
from seawall.v1 import common_pb2 as common
from seawall.v1 import dataset_pb2 as d
from seawall.v1 import echo_pb2 as h
from seawall.v1 import errors_pb2 as errors
from seawall.v1 import execution_pb2 as e
from seawall.v1 import loan_pb2 as n
from seawall.v1 import options_pb2 as o
from seawall.v1 import report_pb2 as r
from seawall.v1 import scenario_pb2 as c
from seawall.v1 import sweep_pb2 as w
from tests.contract.rules import rules_of
from tests.test_floors import ROOT

#: Every file of the API.
FILES = [
    import_module(f"seawall.v1.{path.stem}_pb2").DESCRIPTOR
    for path in sorted((ROOT / "protos/seawall/v1").glob("*.proto"))
]
#: The fields of a message beyond the fields and properties of its value.
BESIDE = {
    "PeriodResult": {"period", "period_end"},
    "FacilityMonth": {"facility_id", "lien"},
    "FacilityRecovery": {"facility_id", "lien"},
    "FacilityWall": {"facility_id", "lien"},
    "CovenantTest": {"covenant_id"},
    "Warning": {"found"},
    "CategoryExposure": {"category"},
    "ExecutionHeader": {"execution_id", "scenario_id", "dataset_version_id", "replay_of", "model"},
}
#: The fields of a value that this message leaves to other messages.
ELSEWHERE = {"ExecutionHeader": {"metrics", "months"}, "Warning": {"value"}, "SweepSummary": {"blocks"}}

INPUTS: list[tuple[Any, Any]] = [
    (d.DatasetVersion, DatasetVersion),
    (c.Scenario, Scenario),
    (c.Assumptions, Assumptions),
]
RESULTS: list[tuple[Any, Any]] = [
    (e.ExecutionHeader, results.Execution),
    (e.PeriodResult, month_results.Month),
    (e.CumulativeMetrics, results.CumulativeMetrics),
    (n.LoanCashFlow, LoanCashFlow),
    (a.Assessment, Assessment),
    (r.Report, Report),
    (breaking_point_pb2.BreakingPoint, BreakingPoint),
    (sensitivity_pb2.Sensitivity, Sensitivity),
    (attribution_pb2.Attribution, Attribution),
    (h.DatasetVersionEcho, echo_results.DatasetVersionEcho),
    (h.ScenarioEcho, echo_results.ScenarioEcho),
    (h.Warning, echo_results.Warning),
    (w.SweepSummary, Sweep),
]
#: The members of an engine enum that no message carries.
INTERNAL_MEMBERS = {"Event": {event.name for event in SILENT}}
REQUESTS = [(call.method.input_type, call.request) for call in CALLS]


def pairs(kind, value):
    """A message kind and its value's class, and those of all their fields."""
    yield kind, value
    for field in fields_of(value):
        descriptor = kind.fields_by_name.get(wire_name(field))
        if field.value and descriptor is not None:
            yield from pairs(descriptor.message_type, field.value)


ALL = {
    kind.name: (kind, value)
    for top_kind, top_value in [*((message.DESCRIPTOR, value) for message, value in [*INPUTS, *RESULTS]), *REQUESTS]
    for kind, value in pairs(top_kind, top_value)
}


def is_result(value):
    """Whether it is a result, and not an input of a request."""
    return not issubclass(value, Value)


def properties(value):
    return {f"{name}_minor" for name in dir(value) if isinstance(getattr(value, name, None), property)}


@pytest.mark.parametrize(("kind", "value"), ALL.values(), ids=ALL)
def test_a_message_has_the_fields_of_its_value(kind, value):
    in_message = {field.name for field in kind.fields} - BESIDE.get(kind.name, set())
    in_value = {wire_name(field) for field in fields_of(value)} - ELSEWHERE.get(kind.name, set())
    assert in_value <= in_message
    assert in_message - in_value <= properties(value)
    if is_result(value):
        assert in_message == in_value | properties(value)


TYPES = {
    Kind.AMOUNT: FieldDescriptor.TYPE_INT64,
    Kind.DECIMAL: FieldDescriptor.TYPE_STRING,
    Kind.COUNT: FieldDescriptor.TYPE_INT32,
    Kind.FLAG: FieldDescriptor.TYPE_BOOL,
    Kind.RATIO: FieldDescriptor.TYPE_MESSAGE,
    Kind.TEXT: FieldDescriptor.TYPE_STRING,
    Kind.DATE: FieldDescriptor.TYPE_STRING,
}
#: Facilities that the engine names by their positions.
BY_POSITION = {"CumulativeMetrics.first_default_facility", "Recovery.fulcrum"}
#: The only counts beyond 2^31: sizes of the log, and steps of 10^-9.
LARGE_COUNTS = {"first_size", "second_size", "step", "steps", "from_step", "to_step"}


@pytest.mark.parametrize(("kind", "value"), ALL.values(), ids=ALL)
def test_a_field_has_the_type_of_its_unit(kind, value):
    for field in fields_of(value):
        descriptor = kind.fields_by_name.get(wire_name(field))
        if descriptor is None or field.unit is None:
            continue
        if f"{kind.name}.{descriptor.name}" not in BY_POSITION:
            expected = FieldDescriptor.TYPE_INT64 if descriptor.name in LARGE_COUNTS else TYPES[field.unit.kind]
            assert descriptor.type == expected, descriptor.full_name
            assert descriptor.is_repeated == field.repeated, descriptor.full_name


@pytest.mark.parametrize(("kind", "value"), ALL.values(), ids=ALL)
def test_every_scalar_of_a_request_has_presence(kind, value):
    if is_result(value):
        return
    assert [field.name for field in kind.fields if not field.is_repeated and not field.has_presence] == []


def enums():
    for kind, value in ALL.values():
        for field in fields_of(value):
            if field.choices:
                yield pytest.param(
                    kind.fields_by_name[field.name].enum_type, field.choices, id=f"{kind.name}.{field.name}"
                )


@pytest.mark.parametrize(("proto_enum", "engine_enum"), list(enums()))
def test_an_enum_has_the_names_of_the_engine(proto_enum, engine_enum):
    assert names(proto_enum) == set(engine_enum.__members__) - INTERNAL_MEMBERS.get(engine_enum.__name__, set())


def names(proto_enum):
    prefix = proto_enum.values_by_number[0].name.removesuffix("UNSPECIFIED")
    return {value.name.removeprefix(prefix) for value in proto_enum.values} - {"UNSPECIFIED"}


def test_every_undefined_ratio_has_its_reason_in_the_api():
    assert names(common.UndefinedReason.DESCRIPTOR) == set(UndefinedRatio.__members__)


def test_every_reason_is_in_the_api_and_nothing_else_is():
    reasons: set[str] = {reason.name for kind in (Reason, Trouble) for reason in _members(kind)}
    assert names(errors.ErrorReason.DESCRIPTOR) == reasons
    assert set(CODES) == set(Trouble)


def _members(kind: type[Enum]) -> list[Enum]:
    return list(kind)


@pytest.mark.parametrize(("kind", "value"), ALL.values(), ids=ALL)
def test_the_rules_of_a_field_are_those_of_the_engine(kind, value):
    expected = {}
    for field in () if is_result(value) else fields_of(value):
        descriptor = kind.fields_by_name[wire_name(field)]
        expected[descriptor.name] = rules_of(field, descriptor.enum_type)
    assert {field.name: field.GetOptions().Extensions[o.rules] for field in kind.fields if field.name in expected} == (
        expected
    )
    assert [f.name for f in kind.fields if f.name not in expected and f.GetOptions().HasExtension(o.rules)] == []


def test_no_message_but_requests_and_what_they_hold_has_rules():
    others = {
        message.name
        for file in FILES
        for message in file.message_types_by_name.values()
        if any(field.GetOptions().HasExtension(o.rules) for field in message.fields)
    }
    assert others <= {name for name, (_, value) in ALL.items() if not is_result(value)}


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_a_call_says_what_its_caller_must_be_allowed_to_do(call):
    access = call.method.GetOptions().Extensions[o.access]
    auditing = call.name == "VerifyEvidence"
    reading = o.PERMISSION_AUDIT if auditing else o.PERMISSION_READ
    assert access.permission == (o.PERMISSION_COMPUTE if call.document or call.changes else reading)
    if access.reads_with:
        assert access.reads_with in call.method.input_type.fields_by_name


def test_every_file_says_where_generated_code_goes():
    for file in FILES:
        options = file.GetOptions()
        assert (options.go_package, options.java_package) == ("seawall/v1;seawallv1", "seawall.v1"), file.name
        assert options.java_multiple_files, file.name
