"""One row a call: a row that is forgotten, or that says something else than the API, the log or a verification."""

import pytest
from google.protobuf.descriptor_pb2 import MethodOptions

from seawall.server.documents.kinds import ACTIONS, KINDS
from seawall.server.services.calls import CALLS, METHODS, SERVICES
from seawall.v1 import analysis_service_pb2, evidence_service_pb2, stress_service_pb2, sweep_service_pb2

OF_ITS_PLAN = "RunSweep"  # which names all that it stores: another request of it is the same
EACH_CALL = pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
EACH_KIND = pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))


def test_every_method_of_the_api_has_its_row():
    modules = (analysis_service_pb2, evidence_service_pb2, stress_service_pb2, sweep_service_pb2)
    files = [module.DESCRIPTOR for module in modules]
    assert {service.full_name for service in SERVICES} == {
        service.full_name for file in files for service in file.services_by_name.values()
    }
    assert sorted(call.name for call in CALLS) == sorted(METHODS)
    assert len(METHODS) == sum(len(service.methods) for service in SERVICES)  # no two services share a name


@EACH_CALL
def test_a_call_stores_something_where_the_api_says_so(call):
    level = call.method.GetOptions().idempotency_level
    changes = call.document or call.changes
    assert level == (MethodOptions.IDEMPOTENT if changes else MethodOptions.NO_SIDE_EFFECTS)
    assert ("request_id" in call.method.input_type.fields_by_name) == (bool(call.document) and call.name != OF_ITS_PLAN)


@EACH_CALL
def test_a_call_answers_with_its_own_response(call):
    assert call.method.input_type.name == f"{call.name}Request"
    assert call.method.output_type.name == f"{call.name}Response"
    assert (
        call.work.__name__ == "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in call.name)[1:]
    )


def test_what_calls_log_is_what_a_verification_accepts():
    assert {call.method.input_type.name: call.action for call in CALLS if call.document} == ACTIONS
    assert all(ACTIONS.values())


@EACH_KIND
def test_a_kind_is_stored_by_the_calls_that_name_it(kind):
    assert set(kind.actions) == {call.name for call in CALLS if call.document is kind}


@EACH_KIND
def test_a_kind_stands_on_kinds_that_there_are(kind):
    assert KINDS[kind.name] is kind
    assert {*kind.parents.values(), *kind.optional_parents.values()} <= set(KINDS)
    assert not kind.parents.keys() & kind.optional_parents.keys()


def test_no_two_kinds_share_their_class_or_their_action():
    assert len({kind.value for kind in KINDS.values()}) == len(KINDS)
    assert len(set(ACTIONS.values())) == len(ACTIONS)
