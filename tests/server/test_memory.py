"""What is kept in memory: computations stand on it, no other tenant sees it, and no damage hides behind it."""

import asyncio
import pickle
from datetime import date
from importlib import import_module

import grpc
import pytest

from seawall.engine import Scenario, check, execute
from seawall.engine.values.kept import Kept
from seawall.server.documents.document import seal, unseal
from seawall.server.documents.kinds import DATASET_VERSION, SCENARIO
from seawall.server.services import memory
from seawall.server.services.memory import Input, Memory, keep_case, take_case
from seawall.v1 import evidence_service_pb2 as v
from seawall.v1 import stress_service_pb2 as s
from tests.companies import company, scenario
from tests.server.running import created, executed, reason, registered, replayed, running, with_an_execution

DATASET = seal(company())
STRESS = seal(scenario(DATASET.address))


def kept(document, tenant="one"):
    return Input(document.address, document.body, tenant)


def test_a_tenant_is_answered_from_its_own_memory_alone():
    whole = Memory()
    own, other = whole.of("one"), whole.of("other")
    own.keep(DATASET_VERSION, kept(DATASET))
    known = own.input(DATASET_VERSION, DATASET.address)
    assert known is not None
    assert known.body == DATASET.body
    assert whole.of("one").input(DATASET_VERSION, DATASET.address) is not None
    assert other.input(DATASET_VERSION, DATASET.address) is None
    assert own.input(SCENARIO, DATASET.address) is None  # an address of another kind


def test_a_case_is_taken_once_and_by_its_tenant_alone():
    case, day = check(scenario(DATASET.address), company()), company().as_of_date
    own, other = [(kept(STRESS, tenant), kept(DATASET, tenant)) for tenant in ("own", "other")]
    keep_case(case, *own, day)
    assert take_case(*other, day) is None
    assert take_case(*own, date(2031, 1, 1)) is None
    assert take_case(*own, day) is case
    assert take_case(*own, day) is None


def test_what_a_process_receives_is_what_it_opened_before_and_of_its_tenant_alone():
    own, again, other = (pickle.loads(pickle.dumps(kept(DATASET, tenant))) for tenant in ("own", "own", "other"))
    assert own.open() == company()
    assert again is own
    assert other is not own
    assert (other.address, other.body, other.tenant) == (DATASET.address, DATASET.body, "other")


def test_a_scenario_that_was_created_is_new_once():
    whole = Memory()
    whole.of("one").created("inputs")
    assert not whole.of("other").is_new("inputs")
    assert whole.of("one").is_new("inputs")
    assert not whole.of("one").is_new("inputs")


def test_memory_is_bounded_by_bytes(monkeypatch):
    monkeypatch.setattr(memory, "INPUT_BYTES", 10 * (memory.BYTES_AN_INPUT + memory.BYTES_A_BYTE * len(STRESS.body)))
    own = Memory().of("one")
    scenarios = [seal(Scenario(DATASET.address, f"S{number}", 12)) for number in range(100)]
    for document in scenarios:
        own.keep(SCENARIO, kept(document))
    left = [document for document in scenarios if own.input(SCENARIO, document.address)]
    assert 0 < len(left) < 20
    assert left == scenarios[-len(left) :]  # those that were used last


def test_what_is_taken_makes_room():
    few: Kept[int] = Kept(3)
    for key in range(3):
        few.add(key, key, 1)
    assert few.take(1) == 1
    assert few.take(1) is None
    few.add(3, 3, 1)
    assert [few.get(key) for key in range(4)] == [0, None, 2, 3]


def test_a_kept_case_gives_the_execution_that_would_be_compiled():
    stress = unseal(STRESS.body).value
    assert execute(stress, company(), case=check(stress, company())) == execute(stress, company())


async def test_what_was_checked_is_not_compiled_again_and_what_was_executed_is_found(server, monkeypatch):
    engine = import_module("seawall.engine.execute")
    compiled, compile_case = [], engine.compile_case

    def counted(*args):
        compiled.append(args)
        return compile_case(*args)

    monkeypatch.setattr(engine, "compile_case", counted)
    dataset_version_id = await registered(server)
    scenario_id = await created(server, dataset_version_id)
    assert len(compiled) == 1
    first, again = [await executed(server, scenario_id, dataset_version_id) for _ in range(2)]
    assert len(compiled) == 1
    assert (first[0].started.created, again[0].started.created) == (True, False)
    assert first[0].execution_id == again[0].execution_id


async def test_the_same_execution_at_once_is_stored_once(server):
    dataset_version_id = await registered(server)
    scenario_id = await created(server, dataset_version_id)
    streams = await asyncio.gather(*(executed(server, scenario_id, dataset_version_id) for _ in range(4)))
    assert len({stream[0].execution_id for stream in streams}) == 1
    assert sum(stream[0].started.created for stream in streams) == 1


async def test_damage_is_told_to_whoever_reads_and_computations_stand_on_what_was_checked(sqlite_place, tmp_path):
    async with running(tmp_path / "sound.db") as sound:
        undamaged = await with_an_execution(sound, "mild")
    async with running(sqlite_place.database) as server:
        known = await with_an_execution(server)
        other = await created(server, known.dataset_version_id, "mild")
        await asyncio.to_thread(sqlite_place.tamper, "UPDATE evidence SET body = X'00'")
        (started, *_) = await executed(server, other, known.dataset_version_id)
        assert (started.execution_id, started.started.created) == (undamaged.execution_id, True)
        readings = (
            server.stress.GetDatasetVersion(s.GetDatasetVersionRequest(dataset_version_id=known.dataset_version_id)),
            server.evidence.GetEvidence(v.GetEvidenceRequest(address=other)),
            replayed(server, known),
            executed(server, known.scenario_id, known.dataset_version_id),
        )
        for reading in readings:
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await reading
            assert reason(refused.value) == "EVIDENCE_DAMAGED"


async def test_what_was_computed_on_a_document_that_is_gone_is_refused(place):
    async with running(place.database, place.files) as server:
        known = await with_an_execution(server)
        other = await created(server, known.dataset_version_id, "mild")
        gone = f"DELETE FROM evidence WHERE address = '{known.dataset_version_id}'"
        await asyncio.to_thread(place.tamper, gone)
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await executed(server, other, known.dataset_version_id)
        assert reason(refused.value) == "EVIDENCE_DAMAGED"
        assert known.dataset_version_id in (refused.value.details() or "")
