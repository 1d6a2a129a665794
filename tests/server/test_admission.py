"""How many calls run at once, and that a call counts no longer than it runs."""

import grpc
import pytest
from google.rpc.error_details_pb2 import RetryInfo

from seawall.server.services import admission
from seawall.server.services.admission import AUDITS, Admission, TooManyCalls
from seawall.v1 import evidence_service_pb2 as v
from tests.server.running import detail, reason, registration

METHOD = "/seawall.v1.StressService/Execute"


@pytest.fixture
def two_at_once(monkeypatch):
    def limit(group):
        monkeypatch.setattr(admission, "MOST", {**admission.MOST, group: 2})

    return limit


@pytest.mark.parametrize(
    ("group", "method", "streams"), [("calls", METHOD, False), ("streams", METHOD, True), ("audits", AUDITS, True)]
)
def test_a_call_above_a_limit_is_refused_until_another_one_ends(two_at_once, group, method, streams):
    two_at_once(group)
    counted = Admission()
    first, second = counted.admitted(method, streams), counted.admitted(method, streams)
    with first, second, pytest.raises(TooManyCalls, match=f"2 {group} run at once"):
        counted.admitted(method, streams).__enter__()
    with counted.admitted(method, streams), counted.admitted(method, streams):
        pass


def test_a_full_house_of_streams_lets_other_calls_through(two_at_once):
    two_at_once("streams")
    counted = Admission()
    with counted.admitted(METHOD, True), counted.admitted(METHOD, True), counted.admitted(METHOD, False):
        pass


async def test_audits_beyond_the_limit_are_refused_with_a_retry(server, monkeypatch):
    await server.stress.RegisterDatasetVersion(registration())
    monkeypatch.setattr(admission, "MOST", {**admission.MOST, "audits": 0})
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await server.evidence.VerifyEvidence(v.VerifyEvidenceRequest()).read()
    assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert reason(refused.value) == "OVERLOADED"
    assert detail(refused.value, RetryInfo).retry_delay.seconds == 1
    monkeypatch.undo()
    assert [event async for event in server.evidence.VerifyEvidence(v.VerifyEvidenceRequest())][-1].result.intact
