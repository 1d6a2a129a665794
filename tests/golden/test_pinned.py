"""No edit changes a stored byte unseen: documents of every kind stand here as they were stored once."""

import json
import re
from hashlib import sha256

import pytest

from seawall.clients.client import StressClient
from seawall.engine.sentences import records
from seawall.engine.values.assumption_record import AssumptionRecord
from seawall.server.documents.document import seal, unseal
from seawall.server.documents.kinds import EXECUTION, KINDS
from seawall.v1.stress_service_pb2 import REPLAY_OUTCOME_DIFFERENT_DATA, REPLAY_OUTCOME_IDENTICAL
from tests.golden import pinned
from tests.server.running import running

INDEX = pinned.index()
DOCUMENTS = pinned.pinned()
STORED = {row.address: DOCUMENTS[row.name] for row in INDEX}
every_document = pytest.mark.parametrize("row", INDEX, ids=lambda row: row.name)


def test_the_index_names_every_file_once_and_a_document_of_every_kind():
    files = [path.name for path in (pinned.FOLDER / "documents").iterdir()]
    assert sorted(f"{row.name}.json" for row in INDEX) == sorted(files)
    assert {row.kind for row in INDEX} == set(KINDS)
    assert len(STORED) == len(INDEX)


@every_document
def test_the_id_of_a_document_is_the_sha256_of_its_file(row):
    body = DOCUMENTS[row.name]
    assert (f"sha256:{sha256(body).hexdigest()}", json.loads(body)["kind"]) == (row.address, row.kind)


@every_document
def test_a_document_read_and_sealed_again_has_the_same_bytes(row):
    opened = unseal(DOCUMENTS[row.name])
    again = seal(opened.value, **opened.parents)
    assert (again.body, again.address, again.kind) == (DOCUMENTS[row.name], row.address, row.kind)


@every_document
def test_a_document_computed_again_from_the_stored_inputs_has_the_same_bytes(row):
    assert pinned.again(DOCUMENTS[row.name], STORED) == DOCUMENTS[row.name]


async def test_a_server_gives_every_document_its_id_and_every_replay_is_identical(tmp_path):
    async with running(tmp_path / "seawall.db") as server, StressClient(server.address) as client:
        ids = await pinned.stored(client)
        assert ids == {row.name: row.address for row in INDEX}
        assert await pinned.bodies(client, ids) == DOCUMENTS
        for row in INDEX:
            if row.kind == EXECUTION.name:
                dataset_version = unseal(DOCUMENTS[row.name]).parents["dataset_version"]
                started = await pinned.first(client.replay(row.address, dataset_version))
                assert (started.outcome, started.header.execution_id) == (REPLAY_OUTCOME_IDENTICAL, row.address)
        different = client.replay(ids["carbo.base.execution"], ids["carbo_restated.dataset_version"])
        assert (await pinned.first(different)).outcome == REPLAY_OUTCOME_DIFFERENT_DATA


def sentences(module, kind):
    return {name: value for name, value in vars(module).items() if name.isupper() and isinstance(value, kind)}


def pattern(sentence):
    """What a sentence of the catalogue looks like in a document, whatever its places are filled in with."""
    return ".+".join(map(re.escape, re.split(r"\{\w+\}", sentence)))


RECORDS = [record for body in DOCUMENTS.values() for record in json.loads(body).get("assumption_records", ())]


@pytest.mark.parametrize(
    "record",
    [*sentences(records, AssumptionRecord).values(), *records.ANNUAL_CASH.values()],
    ids=lambda record: record.record_id,
)
def test_every_assumption_record_stands_in_a_pinned_document(record):
    patterns = {field: pattern(sentence) for field, sentence in record._asdict().items()}
    assert any(all(re.fullmatch(patterns[field], stored[field]) for field in patterns) for stored in RECORDS)
