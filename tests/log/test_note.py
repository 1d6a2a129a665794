"""Signed notes, checkpoints and receipts: as their specifications and Go's sumdb have them."""

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import asdict

from seawall.clients import verify
from seawall.server.log import key_file, tree
from seawall.server.log.checkpoint import Checkpoint, read_checkpoint, receipt
from seawall.server.log.key_file import KeyRefused, SignedSize
from seawall.server.log.keys import Keys
from seawall.server.log.note import NoteRefused, Signer, Verifier, open_note, sign
from seawall.server.log.record import KIND, Record, read_record
from seawall.server.log.tenants import OPERATOR
from seawall.server.store.ledger import GrownLog, Head

SUMDB = json.loads((Path(__file__).parent / "vectors" / "sumdb.json").read_text(encoding="utf-8"))
LEAVES = [b"record %d" % number for number in range(130)]

#: The example of the C2SP specification (signed-note.md). It tells no key, so it can be read but not believed.
SPECIFICATION = """Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore \
NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
"""
#: The example of Go's package note, with its key.
GO_SIGNER = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_NOTE = f"""{GO_TEXT}
— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""


def hashes(texts):
    return [b64decode(text) for text in texts or ()]


@pytest.fixture(scope="module")
def grown():
    growth = GrownLog(Head())
    return growth, b"".join(growth.add(leaf) for leaf in LEAVES)


def test_the_example_of_the_specification_is_read_and_not_believed_without_its_key():
    with pytest.raises(NoteRefused, match="no known key"):
        open_note(SPECIFICATION, [Verifier.parse(GO_VERIFIER)])
    impostor = Verifier("quasimodo.example/salvatore", b"\1" * 32)
    object.__setattr__(impostor, "public", Verifier.parse(GO_VERIFIER).public)
    with pytest.raises(NoteRefused, match="no known key"):
        open_note(SPECIFICATION, [impostor])


def test_the_example_of_go_is_signed_and_read_to_the_byte():
    signer = Signer.parse(GO_SIGNER)
    assert str(signer.verifier) == GO_VERIFIER
    assert signer.line == GO_SIGNER
    assert sign(GO_TEXT, [signer]) == GO_NOTE
    assert open_note(GO_NOTE, [signer.verifier]) == GO_TEXT


@pytest.mark.parametrize("position", [0, 40, len(GO_TEXT) + 30, len(GO_NOTE) - 8])
def test_a_note_with_another_character_is_refused(position):
    other = "x" if GO_NOTE[position] != "x" else "y"
    with pytest.raises(NoteRefused):
        open_note(GO_NOTE[:position] + other + GO_NOTE[position + 1 :], [Verifier.parse(GO_VERIFIER)])


NO_NOTES = ["", "text\n", GO_TEXT, GO_NOTE[:-1], GO_NOTE.replace("\n\n", "\n"), GO_NOTE + "\x01\n"]


@pytest.mark.parametrize("note", NO_NOTES)
def test_what_is_no_note_is_refused(note):
    with pytest.raises(NoteRefused):
        open_note(note, [Verifier.parse(GO_VERIFIER)])


def test_the_stored_hashes_are_those_of_gos_sumdb(grown):
    assert grown[1] == b"".join(hashes(SUMDB["stored_hashes"]))


def test_the_roots_are_those_of_gos_sumdb():
    frontier = tree.Frontier()
    for leaf, root in zip(LEAVES, hashes(SUMDB["roots"]), strict=True):
        frontier.add(tree.leaf_hash(leaf))
        assert frontier.root() == root


def test_the_proofs_are_those_of_gos_sumdb(grown):
    growth, _ = grown
    read, roots = growth._hashes.__getitem__, hashes(SUMDB["roots"])
    for name, proof in SUMDB["inclusion"].items():
        number, size = map(int, name.split(" in "))
        assert tree.hashes_of(tree.inclusion_nodes(number, size), read) == hashes(proof)
        assert verify.root_of_inclusion(number, size, tree.leaf_hash(LEAVES[number]), hashes(proof)) == roots[size - 1]
    for name, proof in SUMDB["consistency"].items():
        first, second = map(int, name.split(" to "))
        assert tree.hashes_of(tree.consistency_nodes(first, second), read) == hashes(proof)
    assert len(SUMDB["inclusion"]) > 40
    assert len(SUMDB["consistency"]) > 40


def test_the_checkpoint_is_that_of_gos_sumdb(grown):
    log = Keys.of(Signer.parse(SUMDB["signer_key"]))
    assert Checkpoint(log.origin, 130, grown[0].root()).signed(log) == SUMDB["checkpoint"]
    offline = verify.check_checkpoint(SUMDB["checkpoint"], [SUMDB["verifier_key"]])
    assert tuple(read_checkpoint(SUMDB["checkpoint"], log)) == tuple(offline)


def test_a_receipt_is_checked_without_the_server(grown):
    growth = GrownLog(Head())
    bodies = [record(seq=number) for number in range(5)]
    for body in bodies:
        growth.add(body)
    log = Keys.of(Signer.parse(SUMDB["signer_key"]))
    note = Checkpoint(log.origin, 5, growth.root()).signed(log)
    for number, body in enumerate(bodies):
        text = receipt(body, number, growth.proof(number), note)
        assert verify.check_receipt(text, [SUMDB["verifier_key"]]).record["seq"] == number
        for line in range(text.count("\n")):
            lines = text.split("\n")
            if lines[line]:
                middle = len(lines[line]) // 2
                other = "A" if lines[line][middle] != "A" else "B"
                lines[line] = lines[line][:middle] + other + lines[line][middle + 1 :]
                with pytest.raises((verify.Wrong, ValueError)):
                    verify.check_receipt("\n".join(lines), [SUMDB["verifier_key"]])


def test_a_key_is_made_once_for_its_owner_alone_and_replaced_in_two_steps(tmp_path):
    path = tmp_path / "log.key"
    made = key_file.make(path, "example.com/log").operator
    assert path.stat().st_mode & 0o777 == 0o600
    assert key_file.load(path).operator == made
    with pytest.raises(KeyRefused, match="there already"):
        key_file.make(path)
    old = Checkpoint(made.origin, 7, tree.EMPTY).signed(made)
    both = key_file.rotate(path, {OPERATOR: SignedSize(7)}).operator
    signed = Checkpoint(both.origin, 8, tree.EMPTY).signed(both)
    assert signed.count("— example.com/log ") == 2
    assert read_checkpoint(old, both).size == 7
    assert read_checkpoint(signed, both).size == 8
    after = key_file.retire(path, {OPERATOR: SignedSize(9)}).operator
    assert path.stat().st_mode & 0o777 == 0o600
    assert key_file.load(path).operator == after
    assert read_checkpoint(old, after) == read_checkpoint(old, both)
    assert read_checkpoint(signed, after) == read_checkpoint(signed, both)
    assert Checkpoint(after.origin, 10, tree.EMPTY).signed(after).count("— ") == 1
    first, second = map(str, after.verifiers)
    published = f"example.com/log {first} 0 9\nexample.com/log {second} 8 -\n"
    assert (tmp_path / "log.key.pub").read_text() == published
    assert key_file.load_public(tmp_path / "log.key.pub").lines == published.splitlines() == after.lines


def test_a_key_that_others_can_read_is_refused(tmp_path):
    key_file.make(tmp_path / "log.key")
    (tmp_path / "log.key").chmod(0o640)
    with pytest.raises(KeyRefused, match="chmod 600"):
        key_file.load(tmp_path / "log.key")


@pytest.mark.parametrize(
    ("mode", "owner", "user", "is_open"),
    [
        (0o600, 7, 7, False),
        (0o640, 7, 7, True),
        (0o640, 0, 0, True),
        (0o604, 0, 7, True),
        (0o440, 0, 7, False),
        (0o460, 0, 7, True),
        (0o440, 8, 7, True),
    ],
)
def test_only_a_secret_that_root_owns_may_be_read_by_a_group(mode, owner, user, is_open):
    assert key_file.is_open(mode, owner, user) is is_open


@pytest.mark.parametrize("text", ["", "nonsense\n", GO_VERIFIER, GO_SIGNER[:-4], GO_SIGNER.replace("c74f", "0000")])
def test_what_is_no_key_file_is_refused_without_repeating_it(tmp_path, text):
    (tmp_path / "log.key").write_text(text)
    (tmp_path / "log.key").chmod(0o600)
    with pytest.raises(KeyRefused) as refused:
        key_file.load(tmp_path / "log.key")
    assert "AYEKFALV" not in str(refused.value)


@pytest.mark.parametrize("text", [GO_SIGNER[1:], f"{GO_SIGNER}\n{GO_SIGNER[8:]}", f"{GO_SIGNER}\udcff", "\udcff"])
def test_no_byte_of_a_key_file_is_in_an_error(tmp_path, text):
    (tmp_path / "log.key").write_text(text, encoding="utf-8", errors="surrogateescape")
    (tmp_path / "log.key").chmod(0o600)
    with pytest.raises(KeyRefused) as refused:
        key_file.load(tmp_path / "log.key")
    assert str(refused.value) == f"{tmp_path / 'log.key'} is no key file"


def test_a_note_that_is_none_is_not_repeated_for_it_may_be_a_key():
    with pytest.raises(NoteRefused) as refused:
        open_note(f"text\n\n{GO_SIGNER}\n", [Verifier.parse(GO_VERIFIER)])
    assert "AYEKFALV" not in str(refused.value)


@pytest.mark.parametrize("name", ["", " ", "two words", "a+b", "line\n", "bell\x07", "non\u00a0breaking", "\udcff"])
def test_a_name_that_no_note_can_carry_is_refused_before_anything_is_written(tmp_path, name):
    with pytest.raises(KeyRefused, match="cannot name a log"):
        key_file.make(tmp_path / "new" / "log.key", name)
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_cannot_be_published_is_not_left_behind(tmp_path):
    (tmp_path / "log.key.pub").mkdir()
    with pytest.raises(KeyRefused, match="no key can be made"):
        key_file.make(tmp_path / "log.key")
    assert [path.name for path in tmp_path.iterdir()] == ["log.key.pub"]


def test_a_key_file_that_is_a_link_stays_one(tmp_path):
    (tmp_path / "safe").mkdir()
    key_file.make(tmp_path / "safe" / "real.key")
    link = tmp_path / "log.key"
    link.symlink_to(Path("safe", "real.key"))
    log_keys = key_file.rotate(link, {OPERATOR: SignedSize(0)})
    assert link.is_symlink()
    assert key_file.load(tmp_path / "safe" / "real.key") == log_keys


def signed_by(signer, origin, size=5):
    growth = GrownLog(Head())
    for number in range(size):
        growth.add(record(seq=number))
    note = Checkpoint(origin, size, growth.root()).signed(Keys.of(signer))
    return growth, note


def test_a_key_of_another_log_signs_for_none_but_its_own():
    mine, other = Signer("example.com/mine", b"m" * 32), Signer("example.com/other", b"o" * 32)
    keys_at_hand = [str(mine.verifier), str(other.verifier)]
    assert verify.check_checkpoint(signed_by(mine, mine.name)[1], keys_at_hand).origin == mine.name
    with pytest.raises(verify.Wrong, match="no key at hand"):
        verify.check_checkpoint(signed_by(other, mine.name)[1], keys_at_hand)
    with pytest.raises(verify.Wrong, match=r"of the log example\.com/mine, the keys are of example\.com/other"):
        verify.check_checkpoint(signed_by(mine, mine.name)[1], keys_at_hand[1:])


def test_a_receipt_has_one_way_of_being_written():
    mine = Signer("example.com/mine", b"m" * 32)
    growth, note = signed_by(mine, mine.name)
    text, key = receipt(record(seq=3), 3, growth.proof(3), note), [str(mine.verifier)]
    assert verify.check_receipt(text, key).number == 3
    lines = text.split("\n")
    others = [text.replace("\n", "\r\n"), text.removesuffix("\n"), text[:-1] + " junk\n", text + "\n"]
    for line, content in enumerate(lines):
        if content.endswith("="):  # bits that no byte is made of
            spare = content.rstrip("=")
            other = chr(ord(spare[-1]) + 1)
            others.append("\n".join([*lines[:line], spare[:-1] + other + content[len(spare) :], *lines[line + 1 :]]))
    assert len(others) > 6
    for other in others:
        with pytest.raises(verify.Wrong):
            verify.check_receipt(other, key)


def record(**fields):
    """The bytes of a record that is as it must be, but for these fields; None leaves one out."""
    subject, time = "sha256:" + "0" * 64, "2026-01-31T23:59:59.000001Z"
    sound = read_record(Record(0, "local", "local", subject, "registered", time, "seawall 1", "5a" * 16).body)
    changed = {"kind": KIND, **{name: value or None for name, value in asdict(sound).items()}, "seq": 0, **fields}
    changed = {name: value for name, value in changed.items() if value is not None}
    return json.dumps(changed, sort_keys=True, separators=(",", ":")).encode()


SOUND = [
    record(),
    record(request_id="11111111-2222-3333-4444-55555555aaaa", request_sha256="0" * 64),
    record(action="replayed", outcome="different_data"),
    record(actor="batch", on_behalf_of="m.kim"),
    record(tenant="_operator", action="tenant_checkpoint", checkpoint="x"),
    record(action="truncation_accepted", checkpoint="log\n1\n\n— log x\n").replace(b"\\u2014", "—".encode()),
]
WRONG_FIELDS: list[dict[str, Any]] = [
    *(
        {name: None}
        for name in ("seq", "tenant", "actor", "subject", "action", "recorded_at", "software", "kind", "salt")
    ),
    *(
        {name: 7}
        for name in ("tenant", "actor", "subject", "action", "recorded_at", "software", "kind", "outcome", "salt")
    ),
    *(
        {name: ""}
        for name in ("tenant", "actor", "software", "request_id", "request_sha256", "outcome", "checkpoint", "salt")
    ),
    *({"salt": value} for value in ("5A" * 16, "5a" * 15, "5a" * 17, "\u0665a" * 16)),
    {"on_behalf_of": ""},
    *({"seq": value} for value in (True, False, 0.0, "0", [0])),
    *(
        {"recorded_at": f"2026-{rest}"}
        for rest in ("01-31T23:59:59Z", "01-31T23:59:59.000001", "01-31 23:59:59.000001Z")
    ),
    *({"recorded_at": f"2026-{rest}T23:59:59.000001Z"} for rest in ("13-01", "00-01", "01-32", "1-31", "\u06601-31")),
    {"recorded_at": "2026-01-31T24:00:00.000000Z"},
    {"recorded_at": "2026-01-31T23:59:59.000001+00:00"},
    {"kind": "record.v1"},
    {"subject": "sha256:" + "A" * 64},
    {"subject": "sha256:" + "0" * 63},
    {"action": "Registered"},
    {"request_id": "11111111-2222-3333-4444-55555555AAAA"},
    {"outcome": None, "out_come": "identical"},
    {"note": "x"},
    {"request_id": "11111111-2222-3333-4444-55555555aaaa"},
    {"request_sha256": "0" * 64},
    {"outcome": "identical"},
    {"action": "replayed"},
    {"checkpoint": "x"},
    {"action": "truncation_accepted"},
]
BODY = record()
OTHER_BYTES = [
    *(b"[]", b"5", b"{}", b"", b"\xff", b"[" * 100_000, b"null"),
    BODY[:-1] + b" }",
    BODY + b"\n",
    BODY.replace(b'"seq":0', b'"seq":0,"seq":0'),
    BODY.replace(b'"seq":0', b'"seq":-0'),
    BODY.replace(b"seawall", b"se\\u0061wall"),
    BODY.replace(b"seawall", b"se\x7fwall"),
    BODY.replace(b"seawall", b"\\ud800"),
    json.dumps(json.loads(BODY)).encode(),
    json.dumps(dict(reversed(json.loads(BODY).items())), separators=(",", ":")).encode(),
]


@pytest.mark.parametrize("body", SOUND)
def test_a_record_is_read_offline_as_the_server_reads_it(body):
    assert verify.record_of(body) == json.loads(body)
    assert read_record(body).body == body


@pytest.mark.parametrize(
    "body", [*(record(**fields) for fields in WRONG_FIELDS), *OTHER_BYTES], ids=lambda body: ascii(body[-40:])
)
def test_what_is_no_record_is_none_although_it_is_signed(body):
    mine, growth = Signer("example.com/mine", b"m" * 32), GrownLog(Head())
    growth.add(body)
    note = Checkpoint(mine.name, 1, growth.root()).signed(Keys.of(mine))
    with pytest.raises(verify.Wrong):
        verify.check_receipt(receipt(body, 0, [], note), [str(mine.verifier)])


def test_a_key_is_checked_and_never_repeated(tmp_path):
    mine = Signer("example.com/mine", b"m" * 32)
    public_line, secret = str(mine.verifier), mine.line
    name, key_id, public = public_line.split("+", 2)
    (tmp_path / "junk").write_text(f"{public_line}\njunk\n")
    (tmp_path / "empty").write_text("")
    assert verify.keys_in(public_line) == [public_line]
    for wrong in (secret, f"{name}+00000000+{public}", f"{name}+{key_id}", "", "/nope", *map(str, tmp_path.iterdir())):
        with pytest.raises(verify.NoKey) as refused:
            verify.keys_in(wrong)
        assert secret[-20:] not in str(refused.value)
