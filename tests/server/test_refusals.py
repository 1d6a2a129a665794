"""The status of a refusal follows from its class alone."""

import grpc
import pytest
from google.rpc.error_details_pb2 import (
    BadRequest,
    ErrorInfo,
    PreconditionFailure,
    QuotaFailure,
    ResourceInfo,
    RetryInfo,
)

from seawall.engine import Fault, Reason, Refused
from seawall.server import run
from seawall.server.identity.unauthenticated import Unauthenticated, Why
from seawall.server.refusals import (
    CallRefused,
    DatasetMismatch,
    FieldRefused,
    MessageTooLarge,
    NotFound,
    QuotaExceeded,
    Trouble,
)
from seawall.server.services.errors import CODES, call_refused, status_of
from seawall.server.store import appends, checkpoint_file, writer

assert run  # imports every module that refuses a call, so that its classes are known
FIXED = [checkpoint_file.CheckpointNotWritten, checkpoint_file.CommitNotBegun, writer.Overloaded]


def below(cls: type[CallRefused]) -> list[type[CallRefused]]:
    return [cls, *(deeper for sub in cls.__subclasses__() for deeper in below(sub))]


SAYING = [cls for cls in below(CallRefused) if isinstance(vars(cls).get("text"), str)]
SOME = [
    *(cls("the disk of 10.0.0.7 is gone") for cls in SAYING),
    FieldRefused(Trouble.PAGE_TOKEN_INVALID, "page_token", "x" * 9_999, "a token"),
    NotFound(Trouble.SCENARIO_NOT_FOUND, "scenario", "sha256:0"),
    DatasetMismatch("sha256:0", "sha256:1", "sha256:2"),
    MessageTooLarge(5, 4),
    appends.RequestReused("11111111"),
    QuotaExceeded("calls_per_second", 3, 1 / 3),
    appends.Damaged("sha256:0"),
    Unauthenticated(Why.MISSING),
]


def details_of(error):
    """The details of a status by their class."""
    kinds = {kind.DESCRIPTOR.full_name: kind for kind in DETAILS}
    details = {}
    for packed in status_of(error).details:
        kind = kinds[packed.TypeName()]
        details[kind] = kind()
        packed.Unpack(details[kind])
    return details


DETAILS = (BadRequest, ErrorInfo, PreconditionFailure, QuotaFailure, ResourceInfo, RetryInfo)


def test_every_module_with_a_refusal_is_looked_at():
    assert set(FIXED) < set(SAYING)
    assert {error.reason for error in SOME} >= {Trouble.STORE_FULL, Trouble.LOG_REFUSED, Trouble.INTERNAL}


@pytest.mark.parametrize("error", SOME, ids=lambda error: type(error).__name__)
def test_a_refusal_becomes_its_status(error):
    status, details = status_of(error), details_of(error)
    assert status.code == CODES[error.reason].value[0]
    assert status.message == error.text
    assert (details[ErrorInfo].reason, dict(details[ErrorInfo].metadata)) == (error.reason.name, error.metadata)
    assert (RetryInfo in details) == bool(error.retry_seconds)
    assert status.ByteSize() < 8 * 2**10


@pytest.mark.parametrize("cls", SAYING, ids=lambda cls: cls.__name__)
def test_what_a_caller_reads_ends_with_what_to_do_and_has_no_insides(cls):
    error = cls("the disk of 10.0.0.7 is gone")
    assert str(error) == "the disk of 10.0.0.7 is gone"
    assert "10.0.0.7" not in str(status_of(error))
    assert error.text.endswith(".")
    assert ("Retry" in error.text) == bool(error.retry_seconds)


def test_each_detail_is_in_its_place():
    assert details_of(NotFound(Trouble.SCENARIO_NOT_FOUND, "scenario", "a"))[ResourceInfo].resource_name == "a"
    violation = details_of(DatasetMismatch("a", "b", "c"))[PreconditionFailure].violations[0]
    assert (violation.type, violation.subject) == ("DATASET_MISMATCH", "a")
    details = details_of(QuotaExceeded("calls_per_second", 3, 1 / 3))
    (exceeded,) = details[QuotaFailure].violations
    assert (exceeded.subject, exceeded.description) == ("calls_per_second", "the limit is 3")
    assert details[RetryInfo].retry_delay.ToMilliseconds() == 334
    refused = Refused([Fault("a", Reason.REQUIRED, "nothing", "a value"), Fault("b", Reason.CONFLICT, "2", "1")])
    details = details_of(call_refused(refused))
    assert [entry.reason for entry in details[BadRequest].field_violations] == ["REQUIRED", "CONFLICT"]
    assert dict(details[ErrorInfo].metadata) == {"field": "a", "found": "nothing", "allowed": "a value", "faults": "2"}


def test_what_nobody_foresaw_is_a_fault_of_the_server():
    refusal = call_refused(ZeroDivisionError("swordfish"))
    assert (CODES[refusal.reason], "swordfish" in str(status_of(refusal))) == (grpc.StatusCode.INTERNAL, False)
