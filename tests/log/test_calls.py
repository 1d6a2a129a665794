"""What a caller gets of the log: receipts in every stream, checkpoints, proofs, a verification."""

import asyncio

import grpc
import pytest

from seawall.clients import verify
from seawall.engine import execute
from seawall.server.services import computing, recomputing
from seawall.v1 import evidence_service_pb2 as v
from seawall.v1 import stress_service_pb2 as s
from tests.companies import company
from tests.server.running import created, executed, faults, reason, registered, replayed, with_an_execution


async def keys_of(server):
    return list((await server.evidence.GetCheckpoint(v.GetCheckpointRequest())).verifier_keys)


async def newest(server):
    answer = await server.evidence.GetCheckpoint(v.GetCheckpointRequest())
    return verify.check_checkpoint(answer.checkpoint, answer.verifier_keys)


async def test_a_caller_is_given_the_keys_of_its_own_log_alone(server):
    await registered(server)
    checkpoint, lines = await newest(server), await keys_of(server)
    assert checkpoint.origin.endswith("/local")
    assert {line.split(" ")[0] for line in lines} == {checkpoint.origin}


async def test_started_and_completed_carry_the_receipt_of_the_record(server):
    dataset = await registered(server)
    scenario = await created(server, dataset)
    events = await executed(server, scenario, dataset)
    started, completed = events[0].started.receipt, events[-1].completed.receipt
    assert started == completed
    shown = verify.check_receipt(started.tlog_proof, await keys_of(server))
    assert (shown.record["action"], shown.record["subject"]) == ("executed", events[0].execution_id)
    assert (shown.number, shown.checkpoint.size) == (started.seq, 3)


async def test_what_was_executed_before_gives_the_receipt_of_then(server):
    known = await with_an_execution(server)
    await registered(server, company(company_name="Another"))
    again = await executed(server, known.scenario_id, known.dataset_version_id)
    by_id = [event async for event in server.stress.Execute(s.ExecuteRequest(execution_id=known.execution_id))]
    proof = (await server.evidence.GetProof(v.GetProofRequest(address=known.execution_id))).receipt
    assert again[0].started.receipt == by_id[-1].completed.receipt == proof
    shown = verify.check_receipt(proof.tlog_proof, await keys_of(server))
    assert (shown.record["action"], shown.number, shown.checkpoint.size) == ("executed", 2, 4)


async def test_every_replay_has_a_record_of_its_own_and_a_repeated_request_the_same_one(server):
    known = await with_an_execution(server)
    request_id = "11111111-2222-3333-4444-555555555555"
    receipts = [
        (await replayed(server, known))[0].started.receipt,
        (await replayed(server, known))[-1].completed.receipt,
        (await replayed(server, known, request_id=request_id))[0].started.receipt,
        (await replayed(server, known, request_id=request_id))[0].started.receipt,
    ]
    assert [receipt.seq for receipt in receipts] == [3, 4, 5, 5]
    for receipt in receipts:
        record = verify.check_receipt(receipt.tlog_proof, await keys_of(server)).record
        assert (record["action"], record["outcome"], record["subject"]) == ("replayed", "identical", known.execution_id)
    assert record["request_id"] == request_id


async def test_reading_leaves_no_record(server):
    known = await with_an_execution(server)
    before = await newest(server)
    await server.stress.GetExecution(s.GetExecutionRequest(execution_id=known.execution_id))
    await server.evidence.GetEvidence(v.GetEvidenceRequest(address=known.execution_id))
    await executed(server, known.scenario_id, known.dataset_version_id)
    assert await newest(server) == before


async def test_a_log_grows_from_every_checkpoint_that_was_given(server):
    checkpoints = []
    for number in range(9):
        await registered(server, company(company_name=f"Company {number}"))
        checkpoints.append(await newest(server))
    for first in checkpoints:
        for second in checkpoints[first.size - 1 :]:
            request = v.GetConsistencyProofRequest(first_size=first.size, second_size=second.size)
            proof = await server.evidence.GetConsistencyProof(request)
            verify.check_consistency(first, second, list(proof.hashes))


@pytest.mark.parametrize(
    ("sizes", "field"),
    [((4,), "first_size"), ((1, 4), "second_size"), ((3, 2), "second_size")],
)
async def test_a_size_that_the_log_has_not_is_refused(server, sizes, field):
    await with_an_execution(server)
    request = v.GetConsistencyProofRequest(**dict(zip(("first_size", "second_size"), sizes, strict=False)))
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await server.evidence.GetConsistencyProof(request)
    assert (refused.value.code(), reason(refused.value)) == (grpc.StatusCode.OUT_OF_RANGE, "OUT_OF_LOG")
    assert set(faults(refused.value)) == {field}


async def test_what_is_not_logged_has_no_proof(server):
    for call in (
        server.evidence.GetProof(v.GetProofRequest(address="sha256:" + "0" * 64)),
        server.evidence.GetCheckpoint(v.GetCheckpointRequest()),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call
        assert (refused.value.code(), reason(refused.value)) == (grpc.StatusCode.NOT_FOUND, "NOT_LOGGED")


async def test_a_verification_tells_progress_and_one_result(server):
    await with_an_execution(server)
    checkpoint = (await server.evidence.GetCheckpoint(v.GetCheckpointRequest())).checkpoint
    events = [event async for event in server.evidence.VerifyEvidence(v.VerifyEvidenceRequest(checkpoint=checkpoint))]
    assert [event.WhichOneof("event") for event in events] == ["progress", "progress", "result"]
    assert (events[-2].progress.checked, events[-2].progress.total) == (6, 6)
    result = events[-1].result
    assert (result.intact, result.documents, result.records, result.checkpoints, result.findings) == (True, 3, 3, 3, 0)
    assert result.checkpoint == checkpoint


async def test_a_verification_computes_again_on_request(server, monkeypatch):
    known = await with_an_execution(server)
    await server.stress.AssessDebtService(s.AssessDebtServiceRequest(dataset_version_id=known.dataset_version_id))
    request = v.VerifyEvidenceRequest(recompute=True)
    events = [event async for event in server.evidence.VerifyEvidence(request)]
    assert (events[-2].progress.checked, events[-2].progress.total) == (12, 12)
    assert (events[-1].result.intact, events[-1].result.recomputed) == (True, 2)

    def in_euro(*args, **options):
        return execute(*args, **options)._replace(currency="EUR")

    monkeypatch.setattr(computing, "execute", in_euro)
    events = [event async for event in server.evidence.VerifyEvidence(request)]
    (finding,) = [event.finding for event in events if event.WhichOneof("event") == "finding"]
    assert (v.FindingKind.Name(finding.kind), finding.where) == ("FINDING_KIND_COMPUTATION", known.execution_id)
    assert finding.description == "currency says 'USD', computed again it is 'EUR'"
    assert (events[-1].result.intact, events[-1].result.findings) == (False, 1)


async def test_a_verification_counts_what_another_release_made(server, monkeypatch):
    await with_an_execution(server)
    monkeypatch.setitem(recomputing.OF_THIS_RELEASE, "execution.v2", {"model": "month.v0"})
    request = v.VerifyEvidenceRequest(recompute=True)
    result = [event async for event in server.evidence.VerifyEvidence(request)][-1].result
    assert (result.intact, result.recomputed) == (True, 0)
    assert [(other.name, other.documents) for other in result.other_releases] == [("execution.v2 month.v2", 1)]


@pytest.mark.parametrize("note", ["nonsense", "a log\n1\nAAAA\n\n— a log AAAAAAAA\n"])
async def test_a_checkpoint_of_another_log_is_refused(server, note):
    await with_an_execution(server)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await anext(aiter(server.evidence.VerifyEvidence(v.VerifyEvidenceRequest(checkpoint=note))))
    assert reason(refused.value) == "CHECKPOINT_REFUSED"
    assert set(faults(refused.value)) == {"checkpoint"}


async def test_callers_at_once_get_receipts_of_one_log(server):
    dataset = await registered(server)
    scenario = await created(server, dataset)
    days = [f"2025-{month:02}-15" for month in range(1, 13)]

    async def on(day):
        source = s.ScenarioSource(scenario_id=scenario, dataset_version_id=dataset, analysis_date=day)
        return [event async for event in server.stress.Execute(s.ExecuteRequest(scenario=source))]

    streams = await asyncio.gather(*map(on, days))
    keys = await keys_of(server)
    shown = [verify.check_receipt(events[0].started.receipt.tlog_proof, keys) for events in streams]
    assert {receipt.number for receipt in shown} == set(range(2, 14))
    last = await newest(server)
    for receipt in shown:
        request = v.GetConsistencyProofRequest(first_size=receipt.checkpoint.size)
        proof = await server.evidence.GetConsistencyProof(request)
        verify.check_consistency(receipt.checkpoint, last, list(proof.hashes))
