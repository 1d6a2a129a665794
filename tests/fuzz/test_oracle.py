"""The gate finds what it is there for."""

import json
import os
import subprocess
import sys

import grpc
import pytest

from seawall.v1 import errors_pb2
from seawall.v1 import evidence_service_pb2 as v
from seawall.v1 import stress_service_pb2 as s
from tests.fuzz import cases
from tests.fuzz.calls import Answer, Call, call, request_class
from tests.fuzz.oracle import Seen, documented, faults, where
from tests.fuzz.run import Tally, begun, play
from tests.fuzz.shrink import shrunk
from tests.fuzz.story import Broken
from tests.fuzz.trials import Stored
from tests.journeys.serving import ROOT

PREVIEW = Call("PreviewInstrument", b"")
REGISTER = Call("RegisterDatasetVersion", b"")
OK = Answer(grpc.StatusCode.OK)
TRACEBACK = """Traceback (most recent call last):
  File "/home/x/seawall/server/services/calls.py", line 9, in understand
  File "/home/x/seawall/engine/debt/loan.py", line 7, in lent_on
  File "/usr/lib/python3/bisect.py", line 7, in bisect
ZeroDivisionError: division by zero
"""


def refused(code=grpc.StatusCode.INVALID_ARGUMENT, reason="MALFORMED", domain="seawall.v1", violations=()):
    return Answer(code, domain=domain, reason=reason, violations=violations)


def test_every_reason_has_its_code_from_the_api():
    names = [name.removeprefix("ERROR_REASON_") for name in errors_pb2.ErrorReason.keys()[1:]]
    assert list(documented()) == names
    assert documented()["OUT_OF_LOG"] == "OUT_OF_RANGE"


@pytest.mark.parametrize(
    "seen",
    [
        Seen(PREVIEW, OK),
        Seen(REGISTER, OK, stored=3),
        Seen(PREVIEW, refused(), log="a line\n"),
        Seen(PREVIEW, refused(violations=(("instrument.lien", "OUT_OF_RANGE"), ("", "MALFORMED")))),
        Seen(PREVIEW, refused(violations=(("index_path[2].from_date", "CONFLICT"), ("clauses.99", "UNKNOWN_FIELD")))),
        Seen(Call("Execute", b""), refused(violations=(("dataset_version.instruments[0].lien", "MATURED"),))),
        Seen(Call("Execute", b""), refused(violations=(("scenario.scenario_id", "REQUIRED"),))),
        Seen(Call("Execute", b""), refused(violations=(("scenario.assumptions", "REQUIRED"),))),
        Seen(PREVIEW._replace(body=bytes(17 * 2**20)), Answer(grpc.StatusCode.RESOURCE_EXHAUSTED)),
    ],
)
def test_what_is_documented_is_no_fault(seen):
    assert list(faults(seen)) == []


@pytest.mark.parametrize(
    ("seen", "what"),
    [
        (Seen(PREVIEW, refused(grpc.StatusCode.INTERNAL, "INTERNAL")), "answers INTERNAL INTERNAL"),
        (Seen(PREVIEW, Answer(grpc.StatusCode.UNKNOWN)), "answers UNKNOWN without a reason"),
        (Seen(PREVIEW, Answer(grpc.StatusCode.RESOURCE_EXHAUSTED)), "RESOURCE_EXHAUSTED without a reason"),
        (Seen(PREVIEW, refused(grpc.StatusCode.NOT_FOUND)), "answers NOT_FOUND MALFORMED"),
        (Seen(PREVIEW, refused(reason="NEW_REASON")), "answers INVALID_ARGUMENT NEW_REASON"),
        (Seen(PREVIEW, refused(grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE")), "STORE_UNAVAILABLE"),
        (Seen(PREVIEW, refused(domain="elsewhere")), "in the domain 'elsewhere'"),
        (Seen(PREVIEW, refused(violations=(("", "REQUIRED"),))), "names the field ''"),
        (Seen(PREVIEW, refused(violations=(("maturity_date", "MATURED"),))), "names the field 'maturity_date'"),
        (Seen(PREVIEW, refused(violations=(("instrument.lien.x", "MATURED"),))), "names the field 'instrument.lien.x'"),
        (Seen(REGISTER, refused(), stored=1), "is refused and stores 1 rows"),
        (Seen(PREVIEW, OK, stored=1), "only reads and stores 1 rows"),
        (Seen(PREVIEW, OK, log=TRACEBACK), "answers OK, traceback in engine/debt/loan.py lent_on: ZeroDivisionError"),
    ],
)
def test_anything_else_is_one_fault(seen, what):
    (fault,) = faults(seen)
    assert what in fault


def test_a_traceback_without_a_line_of_ours_is_told_too():
    assert where("Traceback\nKeyError: 3\n") == "no line of ours: KeyError: 3"


async def test_a_server_is_watched_while_it_is_asked(tmp_path):
    tally = Tally()
    async with begun(tally) as (server, stored):
        before = server.processor_seconds()
        seen = await server.ask(call(stored.requests[0]))
        assert (seen.answer.is_ok, seen.stored, list(faults(seen))) == (True, 0, [])
        other = s.RegisterDatasetVersionRequest.FromString(seen.attempt.body)
        other.dataset_version.company_name = "Another"
        assert (await server.ask(call(other))).stored > 0
        assert server.memory_mib() > 0
        assert server.processor_seconds() > before

        def breaks(attempts):
            yield attempts
            raise Broken("the answer does not go with the one before")

        await play(server, breaks(call(v.GetCheckpointRequest())), "9-9", tally, stored.ids)
    (find,) = tally.faults
    assert (find.trial, find.calls, tally.ok["GetCheckpoint"]) == ("9-9", (call(v.GetCheckpointRequest()),), 2)


DRAWS = """
from hashlib import sha256
from seawall.v1.evidence_service_pb2 import GetProofRequest
from tests.fuzz.trials import Stored, trial

stored = Stored({"RegisterDatasetVersion.dataset_version_id": "sha256:" + "1" * 64}, (GetProofRequest(address="x"),))
calls = [next(trial(SEED, number, stored), None) for number in range(1, 501)]
print(sha256(repr(calls).encode()).hexdigest())
"""


def test_a_trial_is_the_same_for_the_same_seed_and_number_in_every_process():
    def drawn(seed, hashes):
        code = DRAWS.replace("SEED", seed)
        environment = {**os.environ, "PYTHONHASHSEED": hashes}
        command = [sys.executable, "-c", code]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout

    assert drawn("7", "1") == drawn("7", "2") != drawn("8", "2")


def test_a_find_is_written_with_names_for_the_ids_and_read_again(tmp_path):
    address = "sha256:" + "a" * 64
    attempts = [
        call(s.GetDatasetVersionRequest(dataset_version_id=address)),
        Call("GetProof", b"\xff"),
        Call("GetProof", b"\xa2\x06\x00"),  # a field that nobody knows
    ]
    path = tmp_path / "case.json"
    cases.write(path, "a reason", cases.written(attempts, {"0.dataset_version_id": address}))
    why, entries = cases.read(path)
    assert why == "a reason"
    assert entries[0]["request"] == {"dataset_version_id": "<0.dataset_version_id>"}
    assert [set(item) for item in entries[1:]] == [{"method", "base64"}] * 2
    stored = Stored({"0.dataset_version_id": address}, ())
    story = cases.played_again(entries, stored)
    assert [next(story), story.send(refused()), story.send(refused())] == attempts


async def test_a_case_is_made_smaller_as_long_as_it_shows_the_same():
    calls = [
        {"method": "GetProof", "request": {"address": "x"}},
        {"method": "RegisterDatasetVersion", "request": {}},
        {"method": "GetProof", "request": {"address": "<1.dataset_version_id>", "days": ["1", "2", "3", "4"], "n": 1}},
    ]

    async def still_shows(some):
        text = json.dumps(some)
        return '"3"' in text and ("<1." in text) == (len(some) == 3) and "dataset_version_id" in text

    assert await shrunk(calls, still_shows) == [
        {"method": "GetProof", "request": {"address": "<0.dataset_version_id>", "days": ["3"]}}
    ]


def test_every_case_is_one_that_can_be_played():
    for path in cases.FOLDER.glob("*.json"):
        why, calls = cases.read(path)
        assert why, path
        assert calls, path
        for item in calls:
            assert request_class(item["method"]), path
