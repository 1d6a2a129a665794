"""What each role may call, as the contract says it of every RPC."""

import pytest
from google.protobuf.message_factory import GetMessageClass

from seawall.server.identity.caller import Caller, Role
from seawall.server.identity.permissions import PermissionDenied, require
from seawall.server.services.calls import CALLS
from seawall.v1 import stress_service_pb2 as s
from seawall.v1 import sweep_service_pb2 as q

BY_NAME = {call.name: call for call in CALLS}
COMPUTES = {
    *("RegisterDatasetVersion", "CreateScenario", "Execute", "Replay", "GetReport", "AssessDebtService"),
    *("FindBreakingPoint", "MeasureSensitivity", "Attribute"),
    *("CreateSweep", "RunSweep", "CancelSweep"),
}
READS_WITH = (
    s.RegisterDatasetVersionRequest(validate_only=True),
    s.CreateScenarioRequest(validate_only=True),
    s.AssessDebtServiceRequest(validate_only=True),
    q.CreateSweepRequest(validate_only=True),
    s.ExecuteRequest(execution_id="sha256:"),
)


def caller(*roles):
    return Caller("acme", "anna", frozenset(roles))


def may(who, name, message=None):
    method = BY_NAME[name].method
    try:
        require(who, method, message or GetMessageClass(method.input_type)())
    except PermissionDenied:
        return False
    return True


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.READER, set(BY_NAME) - COMPUTES - {"VerifyEvidence"}),
        (Role.ANALYST, set(BY_NAME) - {"VerifyEvidence"}),
        (Role.AUDITOR, set(BY_NAME) - COMPUTES),
    ],
)
def test_a_role_gives_what_it_is_for(role, allowed):
    assert {name for name in BY_NAME if may(caller(role), name)} == allowed


def test_roles_add_up_and_none_gives_nothing():
    assert all(may(caller(Role.ANALYST, Role.AUDITOR), name) for name in BY_NAME)
    assert not any(may(caller(), name) for name in BY_NAME)


@pytest.mark.parametrize("message", READS_WITH, ids=lambda message: type(message).__name__)
def test_a_reader_may_have_inputs_checked_and_stored_executions_streamed(message):
    name = type(message).__name__.removesuffix("Request")
    assert may(caller(Role.READER), name, message)
    assert not may(caller(Role.READER), name, type(message)())


def test_a_refusal_names_permission_and_role():
    with pytest.raises(PermissionDenied) as refused:
        require(caller(Role.READER), BY_NAME["Replay"].method, s.ReplayRequest())
    assert refused.value.metadata == {"permission": "COMPUTE", "role": "analyst"}
