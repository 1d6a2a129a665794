"""Whatever somebody does to the database who owns it, and may even have the key: it is found, and said where."""

import json

import asyncpg
import pytest

from seawall.server.documents.document import Document, address_of
from seawall.server.log import key_file
from seawall.server.log.checkpoint import Checkpoint
from seawall.server.store.ledger import GrownLog, Head
from seawall.server.verification.findings import Event, Finding
from seawall.server.verification.history import History
from seawall.server.verification.pages import RecordRow
from seawall.server.verification.records import check_record
from seawall.server.verification.verify import verify
from tests import places
from tests.log.stores import REQUEST, companies, documents, filled, of_month_v1, opened, resealed, verified
from tests.log.test_store import slipped_in
from tests.places import run

DATASET, SCENARIO, EXECUTION = (document.address for document in documents())
COMPANY = companies(1, first=2)[0].address
LAST = companies(1, first=4)[0].address
LABELLED = companies(1)[0].address
OTHER = "sha256:" + "0" * 64
NESTED = '{"a":' + "[" * 20_000 + "]" * 20_000 + "}"


async def test_what_nobody_touched_is_intact(place):
    await filled(place)
    findings, result = await verified(place, place.checkpoint.read_text())
    assert findings == []
    assert (result.documents, result.records, result.checkpoints, result.findings) == (8, 9, 7, 0)
    assert result.checkpoint == place.checkpoint.read_text()


def on_both(sqlite, postgres):
    """A statement in the words of each database."""
    return {"sqlite": sqlite, "postgres": postgres}


def replaced(column, old, new, where, table="evidence"):
    return on_both(
        f"UPDATE {table} SET {column} = CAST(replace(CAST({column} AS TEXT), '{old}', '{new}') AS BLOB) WHERE {where}",
        f"UPDATE {table} SET {column} = convert_to(replace(convert_from({column}, 'UTF8'), '{old}', '{new}'), 'UTF8')"
        f" WHERE {where}",
    )


#: What is done; what kind of finding it must give, and where. On PostgreSQL the CHECK of the address refuses some.
TAMPERING = {
    "a figure is edited": (replaced("body", "1200000000", "1300000000", f"address = '{DATASET}'"), "ADDRESS", DATASET),
    "a document loses its canonical form": (
        replaced("body", '{"', '{ "', f"address = '{SCENARIO}'"),
        "CANONICAL_FORM",
        SCENARIO,
    ),
    "a document is deleted": (f"DELETE FROM evidence WHERE address = '{COMPANY}'", "WITHOUT_DOCUMENT", COMPANY),
    "a parent is deleted": (f"DELETE FROM evidence WHERE address = '{SCENARIO}'", "PARENT", EXECUTION),
    "a document is given another address": (
        f"UPDATE evidence SET address = '{OTHER}' WHERE address = '{COMPANY}'",
        "ADDRESS",
        OTHER,
    ),
    "a document is called something else": (
        f"UPDATE evidence SET kind = 'scenario.v2' WHERE address = '{COMPANY}'",
        "COLUMN",
        COMPANY,
    ),
    "an execution is filed under other inputs": (
        f"UPDATE evidence SET inputs = 'month.v1' WHERE address = '{EXECUTION}'",
        "COLUMN",
        EXECUTION,
    ),
    "a parent is filed as another": (
        f"UPDATE parents SET parent = '{COMPANY}' WHERE child = '{SCENARIO}'",
        "PARENT",
        SCENARIO,
    ),
    "a document is given a label": (
        f"INSERT INTO labels VALUES ('local', '{COMPANY}', 'labels', 'sound')",
        "COLUMN",
        COMPANY,
    ),
    "a document is found under another label": (
        f"UPDATE labels SET label = '4712' WHERE address = '{LABELLED}'",
        "COLUMN",
        LABELLED,
    ),
    "a label is removed": (f"DELETE FROM labels WHERE address = '{LABELLED}'", "COLUMN", LABELLED),
    "a link is removed": (f"DELETE FROM parents WHERE child = '{SCENARIO}'", "PARENT", SCENARIO),
    "a record is edited": (replaced("body", "registered", "regretted", "seq = 4", "records"), "TREE", "record 4"),
    "a record is found under another subject": (
        f"UPDATE records SET subject = '{COMPANY}' WHERE seq = 3",
        "COLUMN",
        "record 3",
    ),
    "a record is deleted": ("DELETE FROM records WHERE seq = 3", "RECORD", "record 3"),
    "two records change places": (
        on_both(
            "UPDATE records SET body = CASE seq WHEN 3 THEN (SELECT body FROM records WHERE seq = 4)"
            " ELSE (SELECT body FROM records WHERE seq = 3) END WHERE seq IN (3, 4)",
            "UPDATE records SET body = CASE seq WHEN 3 THEN (SELECT body FROM records WHERE seq = 4)"
            " ELSE (SELECT body FROM records WHERE seq = 3) END WHERE seq IN (3, 4)",
        ),
        "COLUMN",
        "record 3",
    ),
    "a record is slipped in": (
        "INSERT INTO records SELECT tenant, 99, subject, request_id, body, hashes FROM records WHERE seq = 4",
        "RECORD",
        "record 9",
    ),
    "a hash is edited": (
        "UPDATE records SET hashes = (SELECT hashes FROM records WHERE tenant = 'local' AND seq = 0) WHERE seq = 4",
        "TREE",
        "record 4",
    ),
    "a checkpoint is replaced by an older one": (
        "UPDATE checkpoints SET note = (SELECT note FROM checkpoints WHERE size = 4) WHERE size = 5",
        "CHECKPOINT",
        "checkpoint 5",
    ),
    "a signature is edited": (
        "UPDATE checkpoints SET note = replace(note, '— ', '— x') WHERE size = 5",
        "CHECKPOINT",
        "checkpoint 5",
    ),
    "a checkpoint in the middle is deleted": ("DELETE FROM checkpoints WHERE size = 5", "CHECKPOINT", "checkpoint 5"),
    "a signature of somebody else is added": (
        "UPDATE checkpoints SET note = note || '— other.example/x AAAAAAAA\n' WHERE size = 5",
        "CHECKPOINT",
        "checkpoint 5",
    ),
    "a signature is doubled": (
        on_both(
            "UPDATE checkpoints SET note = note || substr(note, instr(note, '— ')) WHERE size = 5",
            "UPDATE checkpoints SET note = note || substr(note, strpos(note, '— ')) WHERE size = 5",
        ),
        "CHECKPOINT",
        "checkpoint 5",
    ),
    "the last checkpoint is deleted": ("DELETE FROM checkpoints WHERE size = 9", "CHECKPOINT", "checkpoint 9"),
    "an answer is replaced": (
        f"UPDATE requests SET answer = '{COMPANY}'",
        "REQUEST",
        REQUEST.request_id,
    ),
    "an answer is forgotten": ("DELETE FROM requests", "REQUEST", REQUEST.request_id),
    "an answer is said to have been there": ("UPDATE requests SET created = 0", "REQUEST", REQUEST.request_id),
    "an answer is created twice": ("UPDATE requests SET created = 2", "REQUEST", REQUEST.request_id),
    "an answer is to another method": ("UPDATE requests SET method = 'ReplayRequest'", "REQUEST", REQUEST.request_id),
    "an answer is to another question": (
        "UPDATE requests SET request_sha256 = 'another'",
        "REQUEST",
        REQUEST.request_id,
    ),
    "a document takes the lowest number there is": (
        f"UPDATE evidence SET position = {-(2**63)} WHERE address = '{COMPANY}'",
        "COLUMN",
        COMPANY,
    ),
    "a document takes the number of a later one": (
        f"UPDATE evidence SET position = position + 1000 WHERE address = '{LAST}'",
        "COLUMN",
        LAST,
    ),
    "a record is nested deeper than anybody reads": (
        on_both(
            f"UPDATE records SET body = CAST('{NESTED}' AS BLOB) WHERE seq = 4",
            f"UPDATE records SET body = convert_to('{NESTED}', 'UTF8') WHERE seq = 4",
        ),
        "CANONICAL_FORM",
        "record 4",
    ),
    "a record is of no time": (
        replaced("body", '"recorded_at":"2', '"recorded_at":"Z', "seq = 4", "records"),
        "RECORD",
        "record 4",
    ),
    "a record takes the lowest number there is": (
        f"UPDATE records SET seq = {-(2**63)} WHERE seq = 3",
        "RECORD",
        "record 0",
    ),
    "a record takes the highest number there is": (
        f"UPDATE records SET seq = {2**63 - 1} WHERE seq = 3",
        "RECORD",
        "record 3",
    ),
    "a record is numbered in words": (
        replaced("body", '"seq":4', '"seq":"4"', "seq = 4", "records"),
        "RECORD",
        "record 4",
    ),
    "a record says more than it should": (
        replaced("body", '"tenant":"local"', '"tenant":"local","zone":""', "seq = 4", "records"),
        "RECORD",
        "record 4",
    ),
    "a checkpoint is signed over nothing": (
        "INSERT INTO checkpoints SELECT tenant, 0, note FROM checkpoints WHERE size = 9",
        "CHECKPOINT",
        "checkpoint 0",
    ),
    "the log is truncated": ("DELETE FROM records WHERE seq > 5", "HISTORY", "record 6"),
}


@pytest.mark.parametrize(("statement", "kind", "where"), TAMPERING.values(), ids=TAMPERING)
async def test_every_change_to_a_row_is_found_where_it_is(place, statement, kind, where):
    await filled(place)
    kept_note = place.checkpoint.read_text()
    if isinstance(place.database, str):
        place.tamper("ALTER TABLE evidence DROP CONSTRAINT address_of_body")
    if isinstance(statement, dict):
        statement = statement["postgres" if isinstance(place.database, str) else "sqlite"]
    place.tamper(statement)
    findings, result = await verified(place, kept_note)
    assert (kind, where) in {(finding.kind.name, finding.where) for finding in findings}
    assert result.findings == len(findings)


@pytest.mark.parametrize(
    ("size", "line", "where"),
    [(6, 2, 6), (6, 1, 6), (8, 2, 8)],
    ids=["the newer of two", "the older of two", "the newer at the end"],
)
async def test_a_signature_that_is_taken_from_a_checkpoint_is_found(sqlite_place, size, line, where):
    await filled(sqlite_place, 0)  # four records under one key, and four more under two
    sqlite_place.replace_key(key_file.rotate, 4)
    async with opened(sqlite_place) as store:
        for document in companies(3, first=7):
            await store.append([document])
    ((note,),) = sqlite_place.rows(f"SELECT note FROM checkpoints WHERE size = {size}")
    lines = note.splitlines(keepends=True)
    del lines[3 + line]
    sqlite_place.tamper(f"UPDATE checkpoints SET note = '{''.join(lines)}' WHERE size = {size}")
    ((finding,), _) = await verified(sqlite_place)
    assert (finding.kind.name, finding.where) == ("CHECKPOINT", f"checkpoint {where}")


async def test_every_bit_of_a_checkpoint_counts(sqlite_place):
    await filled(sqlite_place, 0)
    sqlite_place.replace_key(key_file.rotate, 4)
    async with opened(sqlite_place) as store:
        for document in companies(2, first=7):
            await store.append([document])
    log_keys = sqlite_place.keys
    notes = dict(sqlite_place.rows("SELECT size, note FROM checkpoints WHERE tenant = 'local'"))
    rows = [
        RecordRow(*row) for row in sqlite_place.rows("SELECT *, NULL FROM records WHERE tenant = 'local' ORDER BY seq")
    ]

    def wrong(changed):
        history = History(log_keys, [])
        changed_notes = notes | changed
        checked = [check_record(row, changed_notes.get(size), size, log_keys) for size, row in enumerate(rows, start=1)]
        return [finding for record in checked for finding in history.add(record)]

    sound = notes[6].encode()
    assert wrong({}) == []
    for bit in range(len(sound) * 8):
        flipped = bytearray(sound)
        flipped[bit // 8] ^= 1 << bit % 8
        assert {finding.where for finding in wrong({6: flipped.decode(errors="backslashreplace")})} == {"checkpoint 6"}


async def test_evidence_without_a_record_is_found(place):
    await filled(place)
    place.tamper(*slipped_in(place))
    ((finding,), _) = await verified(place)
    assert (finding.kind.name, finding.where) == ("WITHOUT_RECORD", companies(1, first=99)[0].address)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"parents":[]}', b'{"parents":{"scenario":7}}', b'{"kind":[]}', b"\xcc\xcc", b"[" * 100_000],
)
async def test_no_bytes_keep_the_rest_from_being_looked_at(place, body):
    await filled(place)
    slipped = Document("scenario.v2", body, address_of(body))
    place.tamper(*slipped_in(place, slipped), "DELETE FROM records WHERE seq = 3")
    findings, _ = await verified(place)
    assert {("WITHOUT_RECORD", slipped.address), ("RECORD", "record 3")} <= {
        (each.kind.name, each.where) for each in findings
    }
    assert "DATABASE" not in {finding.kind.name for finding in findings}


#: What nobody without the key can add; what verification says of it.
FORGED = {
    "a company stands on a scenario": (
        resealed(companies(1)[0], parents={"scenario": SCENARIO}),
        "PARENT",
        "its parents are ['scenario']",
    ),
    "a scenario stands on nothing": (resealed(documents()[1], parents={}), "PARENT", "its parents are []"),
    "a scenario is made for a scenario": (
        resealed(documents()[1], parents={"dataset_version": SCENARIO}),
        "PARENT",
        "dataset_version is a scenario.v2",
    ),
}


@pytest.mark.parametrize(("document", "kind", "words"), FORGED.values(), ids=FORGED)
async def test_a_document_that_its_kind_does_not_allow_is_found(sqlite_place, document, kind, words):
    async with opened(sqlite_place) as store:
        await store.append([*documents(), document])
    ((finding,), _) = await verified(sqlite_place)
    assert (finding.kind.name, finding.where) == (kind, document.address)
    assert words in finding.description


async def test_a_record_of_what_its_document_cannot_be_is_found(sqlite_place):
    async with opened(sqlite_place) as store:
        await store.append(companies(1), outcome="IDENTICAL")
    ((finding,), _) = await verified(sqlite_place)
    assert (finding.kind.name, finding.where) == ("RECORD", "record 0")
    assert finding.description == "no dataset_version.v2 is replayed"


async def test_documents_of_the_release_before_are_sound_and_named_where_all_is_computed_again(place):
    async with opened(place) as store:
        await store.append(list(of_month_v1()))
    findings, result = await verified(place, recompute=True)
    assert (findings, result.documents) == ([], 3)
    assert [(other.name, other.documents) for other in result.other_releases] == [("execution.v1 month.v1", 1)]


async def test_a_kind_that_nobody_knows_is_found(sqlite_place):
    document = resealed(companies(1)[0], kind="dataset_version.v9")
    async with opened(sqlite_place) as store:
        await store.append([document])
    sqlite_place.tamper(f"UPDATE evidence SET kind = 'dataset_version.v9' WHERE address = '{document.address}'")
    ((finding,), _) = await verified(sqlite_place)
    assert (finding.kind.name, finding.where) == ("COLUMN", document.address)
    assert "dataset_version.v9" in finding.description


async def test_text_that_is_no_text_is_found_where_it_is(tmp_path):
    place = places.sqlite_place(tmp_path)
    await filled(place)
    place.tamper(f"UPDATE evidence SET kind = CAST(X'CC' AS TEXT) WHERE address = '{COMPANY}'")
    ((finding,), _) = await verified(place)
    assert (finding.kind.name, finding.where) == ("COLUMN", COMPANY)


async def test_a_schema_that_is_no_text_is_a_finding(tmp_path):
    place = places.sqlite_place(tmp_path)
    await filled(place)
    place.tamper(
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_schema SET name = CAST(X'CC' AS TEXT), sql = 'CREATE' WHERE name = 'evidence_by_kind'",
    )
    findings, _ = await verified(place)
    assert "DATABASE" in {finding.kind.name for finding in findings}


async def test_an_old_backup_is_found_by_who_kept_a_checkpoint(place):
    await filled(place)
    kept_note = place.checkpoint.read_text()
    place.tamper(
        "DELETE FROM records WHERE seq >= 5",
        "DELETE FROM checkpoints WHERE size > 5",
        "DELETE FROM evidence WHERE position > 5",
        "DELETE FROM labels WHERE address NOT IN (SELECT address FROM evidence)",
    )
    findings, _ = await verified(place)
    assert {finding.kind.name for finding in findings} == set()  # it is whole in itself
    ((finding,), _) = await verified(place, kept_note)
    assert (finding.kind.name, finding.where) == ("HISTORY", "record 5")


async def test_a_log_rewritten_with_the_stolen_key_is_found_by_who_kept_a_checkpoint(place):
    await filled(place)
    kept_note = place.checkpoint.read_text()
    place.tamper(*rewritten(place))
    assert (await verified(place))[0] == []  # nothing in the house shows it
    ((finding,), _) = await verified(place, kept_note)
    assert (finding.kind.name, finding.where) == ("HISTORY", "record 8 or before")


def rewritten(place, first=0):
    """Every record from the first on anew, with another actor, all hashes and checkpoints right, signed by the key."""
    log_keys, grown = place.keys, GrownLog(Head())
    quote = "'\\x{}'" if isinstance(place.database, str) else "X'{}'"
    for seq, body in place.rows("SELECT seq, body FROM records WHERE tenant = 'local' ORDER BY seq"):
        changed = {"actor": "nobody"} if seq >= first else {}
        new = json.dumps(json.loads(body) | changed, sort_keys=True, separators=(",", ":")).encode()
        hashes = grown.add(new)
        note = Checkpoint(log_keys.origin, grown.size, grown.root()).signed(log_keys)
        yield (
            f"UPDATE records SET body = {quote.format(new.hex())}, hashes = {quote.format(hashes.hex())}"
            f" WHERE tenant = 'local' AND seq = {seq}"
        )
        yield f"UPDATE checkpoints SET note = '{note}' WHERE tenant = 'local' AND size = {grown.size}"


async def test_a_dropped_trigger_a_foreign_one_and_another_table_are_found(place):
    await filled(place, 1)
    if isinstance(place.database, str):
        place.tamper("CREATE TABLE extra (x int)", "ALTER TABLE records ALTER subject DROP NOT NULL")
        names = {"table extra", "column extra.x", "column records.subject"}
        for statement, name in (
            ("DROP TRIGGER records_no_delete ON records", "trigger records.records_no_delete"),
            ("ALTER TABLE evidence ENABLE TRIGGER evidence_no_delete", "trigger evidence.evidence_no_delete"),
        ):
            run(place.database, [statement])
            names.add(name)
    else:
        run(place.database, ["DROP TRIGGER records_no_delete", "CREATE TABLE extra (x)", "DROP INDEX evidence_by_kind"])
        names = {"trigger records_no_delete", "table extra", "index evidence_by_kind"}
    findings, _ = await verified(place)
    assert {(finding.kind.name, finding.where) for finding in findings} == {("SCHEMA", name) for name in names}


async def test_postgresql_itself_refuses_bytes_of_another_address(postgres, tmp_path):
    place = places.postgres_place(postgres, tmp_path)
    await filled(place, 1)
    with pytest.raises(asyncpg.CheckViolationError):
        place.tamper(f"UPDATE evidence SET body = 'x' WHERE address = '{DATASET}'")


@pytest.mark.parametrize("verb", ["UPDATE evidence SET tenant = 'x'", "DELETE FROM records", "TRUNCATE checkpoints"])
async def test_postgresql_itself_refuses_to_change_a_row_also_for_a_session_that_replicates(postgres, tmp_path, verb):
    place = places.postgres_place(postgres, tmp_path)
    await filled(place, 1)
    with pytest.raises(asyncpg.RaiseError, match="append-only"):
        places.run(place.database, ["SET session_replication_role = replica", verb])


async def test_a_verification_goes_on_while_others_write(place):
    async with opened(place) as store:
        for document in companies(10):
            await store.append([document])
        events: list[Event] = []
        async for event in verify(store.database, store.tenant, store.keys):
            await store.append(companies(1, first=100 + len(events)))
            events.append(event)
    assert [event for event in events if isinstance(event, Finding)] == []
    assert len(events) > 2
