"""A verification that takes long or waits for its turn says that it goes on."""

import asyncio
import sys

import pytest

from seawall.server import operate
from seawall.server.services import evidence_service
from seawall.server.verification import heartbeat
from seawall.server.verification.findings import Finding, FindingKind, Progress, Result
from seawall.server.verification.heartbeat import with_heartbeat
from seawall.v1 import evidence_service_pb2 as v

FINDING, RESULT = Finding(FindingKind.TREE, "record 1", "words"), Result(1, 1, 1, 1, "")


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(heartbeat, "SECONDS", 0.01)


class Slow:
    """A verification that goes on step by step, and knows whether it was closed."""

    def __init__(self):
        self.steps, self.closed = asyncio.Semaphore(0), False

    async def events(self, *_):
        try:
            for event in (Progress(1, 2), FINDING, RESULT):
                await self.steps.acquire()
                yield event
        finally:
            self.closed = True


async def test_the_last_progress_comes_again_while_nothing_else_comes():
    slow = Slow()
    events = with_heartbeat(slow.events())
    assert [await anext(events) for _ in range(3)] == [Progress(0, 0)] * 3
    slow.steps.release()
    while (event := await anext(events)) == Progress(0, 0):
        pass
    assert [event, *[await anext(events) for _ in range(3)]] == [Progress(1, 2)] * 4
    slow.steps.release()
    slow.steps.release()
    others = [event async for event in events if not isinstance(event, Progress)]
    assert others == [FINDING, RESULT]
    assert slow.closed


async def test_it_ends_with_whoever_listens():
    slow = Slow()
    events = with_heartbeat(slow.events())
    await anext(events)
    await events.aclose()
    assert slow.closed


async def test_what_goes_wrong_is_heard():
    async def broken():
        for number in range(3):
            await asyncio.sleep(0.02)
            yield Progress(1 // (2 - number), 1)

    with pytest.raises(ZeroDivisionError):
        [event async for event in with_heartbeat(broken())]


async def test_a_verification_says_that_it_waits_for_another_one(server, monkeypatch):
    slow = Slow()
    monkeypatch.setattr(evidence_service, "verify", slow.events)
    first = aiter(server.evidence.VerifyEvidence(v.VerifyEvidenceRequest()))
    assert not (await anext(first)).progress.waiting
    second = aiter(server.evidence.VerifyEvidence(v.VerifyEvidenceRequest()))
    assert [(await anext(second)).progress.waiting for _ in range(3)] == [True] * 3
    for stream in (first, second):
        for _ in range(3):
            slow.steps.release()
        last = [event async for event in stream][-1]
        assert last.result.records == 1


@pytest.mark.parametrize("terminal", [False, True])
async def test_progress_is_a_line_of_a_terminal_and_of_nothing_else(capsys, monkeypatch, terminal):
    async def events():
        for event in (Progress(1_000, 2_000), FINDING, Progress(2_000, 2_000), RESULT):
            yield event

    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    monkeypatch.setattr(operate, "monotonic", lambda: 7.0)
    assert len([event async for event in operate.shown_on_terminal(events())]) == 4
    first, last = "verifying: 1,000 of 2,000, 0 s", "verifying: 2,000 of 2,000, 0 s"
    lines = ["", first, "", last, ""] if terminal else [""]
    assert capsys.readouterr().err == operate.CLEAR.join(lines)
