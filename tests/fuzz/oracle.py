"""What a server may answer, by what its API documents, and what it may not do beside."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import grpc

from seawall.v1.dataset_pb2 import DatasetVersion
from seawall.v1.scenario_pb2 import Scenario

from .calls import Answer, Call, is_read_only, request_class

DOMAIN = "seawall.v1"
#: What a call is told of as if it stood in the request instead of its id.
BY_ID: dict[str, Any] = {"scenario": Scenario.DESCRIPTOR, "dataset_version": DatasetVersion.DESCRIPTOR}
TRANSPORT_BYTES = 16 * 2**20  #: what is longer is cut off by the transport, without a reason
#: Documented, but of a server that is in trouble: one that serves nobody else has no excuse.
TROUBLE = {"INTERNAL", "STORE_UNAVAILABLE", "STORE_FULL", "OVERLOADED", "EVIDENCE_DAMAGED", "LOG_REFUSED"}


class Seen(NamedTuple):
    """A call and its answer, with what the server did meanwhile."""

    attempt: Call
    answer: Answer
    stored: int = 0  #: rows that were added
    log: str = ""  #: what the server said in its log


@cache
def documented() -> dict[str, str]:
    """Reason -> gRPC code, as the comments of errors.proto have them."""
    text = files("seawall.v1").joinpath("errors.proto").read_text(encoding="utf-8")
    values = re.findall(r"((?:  //.*\n)+)  ERROR_REASON_(\w+) = [1-9]\d*;", text)
    return {name: _code(comment) for comment, name in values}


def _code(comment: str) -> str:
    codes = [code.name for code in grpc.StatusCode if re.search(rf"\b{code.name}\b", comment)]
    (code,) = codes
    return code


def faults(seen: Seen) -> Iterator[str]:
    """What is wrong with an answer; nothing where all is well."""
    attempt, answer = seen.attempt, seen.answer
    if "Traceback" in seen.log:
        yield f"{attempt.method} answers {answer.code.name}, traceback in {where(seen.log)}"
    elif not answer.is_ok:
        yield from _faults_of_a_status(attempt, answer)
    if seen.stored and not answer.is_ok:
        yield f"{attempt.method} is refused and stores {seen.stored} rows"
    if seen.stored and is_read_only(attempt.method):
        yield f"{attempt.method} only reads and stores {seen.stored} rows"


def _faults_of_a_status(attempt: Call, answer: Answer) -> Iterator[str]:
    code, reason = answer.code.name, answer.reason
    if code == "RESOURCE_EXHAUSTED" and not reason and len(attempt.body) > TRANSPORT_BYTES:
        return
    if reason in TROUBLE or documented().get(reason) != code:
        yield f"{attempt.method} answers {code} {reason or 'without a reason'}"
        return
    if answer.domain != DOMAIN:
        yield f"{attempt.method} answers in the domain {answer.domain!r}"
    for field, why in answer.violations:
        whole = not field and why == "MALFORMED"
        if why not in documented() or not (whole or is_path(request_class(attempt.method).DESCRIPTOR, field)):
            yield f"{attempt.method} names the field {field!r} for the reason {why!r}"


def is_path(kind: Any, path: str) -> bool:
    """Whether a request can have a field there, or says by an id what has it; a field that nobody knows is a number."""
    head, _, rest = path.partition(".")
    named = kind.fields_by_name.get(head.partition("[")[0])
    below = named.message_type if named else BY_ID.get(head)
    if not rest:
        return bool(named) or head.isdecimal()
    return is_path(below, rest) or is_path(BY_ID.get(head, below), rest) if below else False


def where(log: str) -> str:
    """The last of our lines that a traceback names, with the error: file, function, kind."""
    lines = re.findall(r'File ".*?((?:engine|server|protos)/[\w/]+\.py)", line \d+, in (\w+)', log)
    errors = re.findall(r"^(\w[\w.]*(?:Error|Exception|Interrupt|Warning)\b.*)$", log, re.MULTILINE)
    place = " ".join(lines[-1]) if lines else "no line of ours"
    return f"{place}: {errors[-1][:80] if errors else 'no error named'}"
