"""Until when a key counts: a retired one, and whoever stole it, neither extends a log nor rewrites it unseen."""

import json
from dataclasses import replace

import pytest

from seawall.clients import verify
from seawall.server.database.database import StoreUnavailable
from seawall.server.log import key_file, tree
from seawall.server.log.checkpoint import Checkpoint, read_checkpoint
from seawall.server.log.key_file import KeyRefused, SignedSize
from seawall.server.log.keys import Keys, LogKey
from seawall.server.log.note import NoteRefused, Signer, signed_by
from seawall.server.log.tenants import LOCAL, OPERATOR, is_tenant
from seawall.server.operate import keygen
from seawall.server.store.ledger import GrownLog, Head
from seawall.server.store.log_check import LogRefused
from tests.log.stores import companies, filled, opened, verified

NAME = "example.com/log"
OLD, NEW, OTHER = (Signer(NAME, seed * 32) for seed in (b"o", b"n", b"x"))
#: The old key until 9 records, the new one from 5.
KEYS = Keys((LogKey(OLD.verifier, 0, 9), LogKey(NEW.verifier, 5, signer=NEW)))


@pytest.mark.parametrize(
    ("size", "signers", "counts"),
    [
        (4, (OLD,), True),
        (4, (NEW,), False),
        (4, (OLD, NEW), True),
        (5, (OLD,), False),
        (5, (NEW,), True),
        (5, (OLD, NEW), True),
        (9, (OLD,), False),
        (9, (OLD, NEW), True),
        (10, (OLD,), False),
        (10, (NEW,), True),
        (10, (OTHER,), False),
    ],
)
def test_a_checkpoint_counts_with_the_signature_of_the_newest_key_of_its_size(size, signers, counts):
    note = Checkpoint(NAME, size, tree.EMPTY).signed(Keys.of(*signers))
    if counts:
        assert (
            (*read_checkpoint(note, KEYS),) == (*verify.check_checkpoint(note, KEYS.lines),) == (NAME, size, tree.EMPTY)
        )
    else:
        with pytest.raises(NoteRefused):
            read_checkpoint(note, KEYS)
        with pytest.raises(verify.Wrong):
            verify.check_checkpoint(note, KEYS.lines)


def test_the_newest_checkpoint_of_a_log_is_of_the_days_of_its_newest_key():
    older, newest = (Checkpoint(NAME, size, tree.EMPTY).signed(Keys.of(OLD, NEW)) for size in (4, 5))
    assert verify.check_newest_checkpoint(newest, KEYS.lines).size == 5
    with pytest.raises(verify.Wrong, match="has 4 records, and its newest key, which counts from 5"):
        verify.check_newest_checkpoint(older, KEYS.lines)


def test_keys_without_sizes_count_at_all_of_them():
    note = Checkpoint(NAME, 4, tree.EMPTY).signed(Keys.of(NEW))
    for lines in ([str(NEW.verifier)], [str(OLD.verifier), str(NEW.verifier)]):
        assert verify.check_newest_checkpoint(note, lines).size == 4


LINE = KEYS.lines[0]


@pytest.mark.parametrize(
    "line",
    [
        LINE.removesuffix(" 9"),
        LINE.replace(" 9", " 09"),
        LINE.replace(" 9", " -1"),
        LINE.replace(" 9", " ٩"),
        LINE.replace(" 0 ", " x "),
        LINE.replace(" 0 ", "  0 "),
        LINE.replace(" 0 ", "\t0 "),
        LINE + " 7",
        LINE.replace(NAME, "example.com/other", 1),
    ],
)
def test_a_line_of_a_key_file_is_written_in_one_way(tmp_path, line):
    (tmp_path / "log.pub").write_text(f"{line}\n{KEYS.lines[1]}\n")
    with pytest.raises(KeyRefused, match="is no key file"):
        key_file.load_public(tmp_path / "log.pub")
    with pytest.raises(verify.NoKey):
        verify.keys_in(str(tmp_path / "log.pub"))


@pytest.mark.parametrize("lines", [KEYS.lines[::-1], KEYS.lines[:1], [KEYS.lines[1]] * 2, []])
def test_the_keys_of_a_file_begin_one_after_the_other_and_the_last_one_goes_on(tmp_path, lines):
    (tmp_path / "log.pub").write_text("".join(f"{line}\n" for line in lines))
    with pytest.raises(KeyRefused, match="is no key file"):
        key_file.load_public(tmp_path / "log.pub")


def sizes(keys):
    return [(key.first, key.last) for key in keys.keys]


def at(size, signed=True):
    """The operator's log alone, with so many records."""
    return {OPERATOR: SignedSize(size, signed)}


def test_a_key_that_has_signed_nothing_is_not_joined_by_a_third_and_begins_later(tmp_path):
    path = tmp_path / "log.key"
    key_file.make(path)
    assert sizes(key_file.rotate(path, at(7)).operator) == [(0, None), (8, None)]
    assert sizes(key_file.rotate(path, at(7)).operator) == [(0, None), (8, None)]
    assert sizes(key_file.rotate(path, at(9, False)).operator) == [(0, None), (10, None)]
    assert sizes(key_file.rotate(path, at(12)).operator) == [(0, None), (10, None), (13, None)]
    assert sizes(key_file.retire(path, at(14)).operator) == [(0, 14), (10, 14), (13, None)]
    assert len(key_file.load(path).operator.signers) == 1


def test_both_steps_at_once_leave_no_size_without_a_key(tmp_path):
    path = tmp_path / "log.key"
    key_file.make(path)
    key_file.rotate(path, at(7))
    assert sizes(key_file.retire(path, at(9, False)).operator) == [(0, 9), (10, None)]


def test_a_log_that_was_cut_back_forgets_the_keys_that_began_beyond(tmp_path):
    path = tmp_path / "log.key"
    key_file.make(path)
    key_file.rotate(path, at(7))
    key_file.rotate(path, at(9))
    assert sizes(key_file.retire(path, at(5)).operator) == [(0, 5), (6, None)]


@pytest.mark.parametrize("name", ["a", "0", "acme", "acme-2", "a" * 63, "a-" * 31 + "a"])
def test_a_tenant_has_a_name_that_is_also_that_of_a_file(name):
    assert is_tenant(name)


@pytest.mark.parametrize(
    "name", ["", "-", "a-", "-a", "A", "a" * 64, "a.b", "a/b", "..", "a b", "a\n", "\u0660", "_operator", "é"]
)
def test_no_other_text_is_the_name_of_a_tenant(name):
    assert not is_tenant(name)


def test_one_key_signs_every_log_under_an_origin_of_its_own(tmp_path):
    made = key_file.make(tmp_path / "log.key", NAME)
    public = key_file.load_public(tmp_path / "log.key.pub")
    assert public.lines == [f"{NAME} {made.operator.keys[0].verifier} 0 -"]
    notes = {}
    for tenant, origin in ((OPERATOR, NAME), ("acme", f"{NAME}/acme"), ("other", f"{NAME}/other")):
        own = made.of(tenant)
        note = notes[tenant] = Checkpoint(origin, 5, tree.EMPTY).signed(own)
        assert own.origin == origin
        assert public.of(tenant) == own.public
        assert read_checkpoint(note, public.of(tenant)).size == 5
        for lines in (public.lines, own.lines):
            assert verify.check_newest_checkpoint(note, lines).origin == origin
    assert len({made.of(tenant).signers[0].verifier.key_id for tenant in notes}) == 3
    for tenant in notes:
        for other in notes.keys() - {tenant}:
            with pytest.raises(NoteRefused):
                read_checkpoint(notes[other], made.of(tenant))
            if tenant != OPERATOR:  # the operator's key is that of every log
                with pytest.raises(verify.Wrong):
                    verify.check_checkpoint(notes[other], made.of(tenant).lines)


@pytest.mark.parametrize("origin", [f"{NAME}/", f"{NAME}/a/b", f"{NAME}/_operator", f"{NAME}/A", f"{NAME}x/a", "a"])
def test_no_key_follows_from_that_of_the_installation_for_an_origin_of_no_tenant(tmp_path, origin):
    lines = key_file.make(tmp_path / "log.key", NAME).lines
    note = Checkpoint(origin, 5, tree.EMPTY).signed(Keys.of(Signer(origin, b"o" * 32)))
    with pytest.raises(verify.Wrong, match="the keys are of"):
        verify.check_checkpoint(note, lines)


def agree(path, tenant, sizes):
    """That the server and the offline verifier take the same signers of a log at these sizes: their numbers in file."""
    private, public = key_file.load(path), key_file.load_public(path.with_name(path.name + ".pub"))
    seeds = [signer.seed for signer in private.operator.signers]
    origin = private.of(tenant).origin
    for size in sizes:
        for seed in seeds:
            note = Checkpoint(origin, size, tree.EMPTY).signed(Keys.of(Signer(origin, seed)))
            try:
                read_checkpoint(note, public.of(tenant))
                counts = True
            except NoteRefused:
                counts = False
            try:
                verify.check_checkpoint(note, public.lines)
                assert counts
            except verify.Wrong:
                assert not counts
            yield size, seeds.index(seed), counts


def test_a_key_is_replaced_in_every_log_from_the_size_that_it_has(tmp_path):
    path = tmp_path / "log.key"
    key_file.make(path, NAME)
    key_file.rotate(path, {OPERATOR: SignedSize(3), "acme": SignedSize(7)})
    assert [line.split()[::2] for line in key_file.load(path).lines] == [
        *([NAME, "0"], [NAME, "4"], [f"{NAME}/acme", "0"], [f"{NAME}/acme", "8"])
    ]
    assert [number for _, number, counts in agree(path, "acme", (7, 8)) if counts] == [0, 1]
    assert [number for _, number, counts in agree(path, "new", (1, 2)) if counts] == [1, 1]  # both sign, the newer must
    assert len(key_file.load(path).of("new").signers) == 2
    with pytest.raises(KeyRefused, match="the size of the log of acme is not known"):
        key_file.retire(path, at(9))
    sizes = {OPERATOR: SignedSize(4), "acme": SignedSize(8), "new": SignedSize(2)}
    retired = key_file.retire(path, sizes)
    assert {tenant: [(key.first, key.last) for key in retired.of(tenant).keys] for tenant in sizes} == {
        OPERATOR: [(0, 4), (4, None)],
        "acme": [(0, 8), (8, None)],
        "new": [(0, 2), (1, None)],
    }
    assert [key.first for key in retired.of("newest").keys] == [0]
    assert key_file.load(path).of("acme") == retired.of("acme")
    for tenant in (*sizes, "newest"):
        assert [counts for *_, counts in agree(path, tenant, (8, 100))] == [True, True]


def test_no_third_key_joins_before_every_log_has_the_second(tmp_path):
    path = tmp_path / "log.key"
    key_file.make(path, NAME)
    key_file.rotate(path, {OPERATOR: SignedSize(3), "acme": SignedSize(7)})
    again = key_file.rotate(path, {OPERATOR: SignedSize(4), "acme": SignedSize(9, signed=False)})
    assert [(key.first, key.last) for key in again.operator.keys] == [(0, None), (4, None)]
    assert [(key.first, key.last) for key in again.of("acme").keys] == [(0, None), (10, None)]
    third = key_file.rotate(path, {OPERATOR: SignedSize(5), "acme": SignedSize(10)})
    assert [key.first for key in third.of("acme").keys] == [0, 10, 11]


def test_a_tenant_has_no_private_line_and_no_key_that_the_file_does_not_sign_with(tmp_path):
    path = tmp_path / "log.key"
    own, other = LogKey(OLD.verifier, signer=OLD), Signer(f"{NAME}/acme", b"x" * 32)
    for line, words in (
        (LogKey(other.verifier, signer=other).private_line, "a tenant's has a private key"),
        (LogKey(other.verifier).line, "the newest key of the log of acme is none that signs"),
        (LogKey(Signer("example.com/other", b"x" * 32).verifier).line, "have not one name"),
    ):
        path.write_text(f"{own.private_line}\n{line}\n")
        path.chmod(0o600)
        with pytest.raises(KeyRefused, match=words):
            key_file.load(path)


@pytest.fixture
async def changed(sqlite_place):
    """A log of twelve records whose key was replaced at nine, ten with the record of the new one; and the old key."""
    await filled(sqlite_place)
    stolen = sqlite_place.keys
    for change in (key_file.rotate, key_file.retire):
        keygen(sqlite_place.files.key, None, change, sqlite_place.files.checkpoints, {})
    async with opened(sqlite_place) as store:
        for document in companies(2, first=20):
            await store.append([document])
    assert sizes(sqlite_place.keys) == [(0, 9), (10, None)]
    assert (await verified(sqlite_place, sqlite_place.checkpoint.read_text()))[0] == []
    return sqlite_place, stolen


def forged(place, stolen, size):
    """The log anew with another actor, this many records of it, every hash and checkpoint right, signed as stolen."""
    grown, note = GrownLog(Head()), ""
    bodies = [body for (body,) in place.rows("SELECT body FROM records WHERE tenant = 'local' ORDER BY seq")]
    bodies += [
        json.dumps(json.loads(bodies[-1]) | {"seq": len(bodies)}, sort_keys=True, separators=(",", ":")).encode()
    ]
    place.tamper(f"DELETE FROM records WHERE seq >= {size}", f"DELETE FROM checkpoints WHERE size > {size}")
    for seq, body in enumerate(bodies[:size]):
        new = json.dumps(json.loads(body) | {"actor": "nobody"}, sort_keys=True, separators=(",", ":")).encode()
        hashes = grown.add(new)
        note = Checkpoint(stolen.origin, grown.size, grown.root()).signed(stolen)
        columns = f"'local', {seq}, '{json.loads(new)['subject']}', ''"
        place.tamper(
            f"INSERT OR REPLACE INTO records VALUES ({columns}, X'{new.hex()}', X'{hashes.hex()}')",
            f"INSERT OR REPLACE INTO checkpoints VALUES ('local', {grown.size}, '{note}')",
        )
    return note


@pytest.mark.parametrize("file", ["as it was", "forged", "gone"])
@pytest.mark.parametrize("size", [3, 8, 9, 10, 12, 13])
async def test_a_stolen_key_that_is_retired_neither_rewrites_nor_extends_a_log(changed, size, file):
    place, stolen = changed
    note = forged(place, stolen, size)
    if file == "forged":
        place.checkpoint.write_text(note)
    elif file == "gone":
        place.checkpoint.unlink()
    findings, _ = await verified(place)
    assert ("CHECKPOINT", f"checkpoint {size}") in {(finding.kind.name, finding.where) for finding in findings}
    with pytest.raises(verify.Wrong):
        verify.check_newest_checkpoint(note, place.keys.lines)
    if (size, file) != (9, "forged"):  # then all that the house has is of the days of the stolen key
        with pytest.raises(LogRefused):
            await place.store().open()


async def test_a_server_that_signed_on_without_the_new_key_is_made_good_by_another_rotation(sqlite_place):
    await filled(sqlite_place, 1)
    old = sqlite_place.files.key.read_bytes()
    folder = sqlite_place.files.checkpoints
    keygen(sqlite_place.files.key, None, key_file.rotate, folder, {})
    rotated = sqlite_place.files.key.read_bytes()
    sqlite_place.files.key.write_bytes(old)
    async with opened(sqlite_place) as store:
        await store.append(companies(1, first=20))
    sqlite_place.files.key.write_bytes(rotated)
    with pytest.raises(LogRefused, match=r"the newest key that counts at \d records has not signed it"):
        await sqlite_place.store().open()
    keygen(sqlite_place.files.key, None, key_file.rotate, folder, {})
    async with opened(sqlite_place) as store:
        assert len(signed_by(await store.proofs.checkpoint())) == 2
    assert (await verified(sqlite_place))[0] == []


async def test_a_restore_to_before_a_key_began_goes_on_once_the_key_begins_there(sqlite_place):
    await filled(sqlite_place, 1)
    backup = sqlite_place.database.read_bytes()
    async with opened(sqlite_place) as store:
        await store.append(companies(1, first=20))
    keygen(sqlite_place.files.key, None, key_file.rotate, sqlite_place.files.checkpoints, {})
    async with opened(sqlite_place):
        pass
    sqlite_place.database.write_bytes(backup)
    with pytest.raises(LogRefused, match=r"and its newest key, which counts from \d, has not signed it"):
        await sqlite_place.store(accept_truncation=True).open()
    keygen(sqlite_place.files.key, None, key_file.retire, None, {LOCAL: 5, OPERATOR: 1})
    async with opened(sqlite_place, accept_truncation=True) as store:
        await store.append(companies(1, first=21))
    assert (await verified(sqlite_place))[0] == []


async def test_a_running_server_does_not_sign_on_once_its_key_was_changed(sqlite_place):
    async with opened(sqlite_place) as store:
        await store.append(companies(1))
        keygen(sqlite_place.files.key, None, key_file.rotate, sqlite_place.files.checkpoints, {OPERATOR: 0})
        with pytest.raises(StoreUnavailable, match="was changed since the server started"):
            await store.append(companies(1, first=1))
        with pytest.raises(StoreUnavailable):
            await store.ping()
    async with opened(sqlite_place) as store:
        await store.append(companies(1, first=1))
    assert (await verified(sqlite_place))[0] == []


def test_a_checkpoint_file_that_says_nothing_moves_no_key(tmp_path):
    path, folder = tmp_path / "log.key", tmp_path / "log.checkpoints"
    log_keys = key_file.make(path, NAME).operator
    before = path.read_bytes()
    other = Checkpoint(NAME, 5, tree.EMPTY).signed(Keys.of(OTHER))
    own = Checkpoint(NAME, 5, tree.EMPTY).signed(log_keys)
    folder.mkdir()
    for tenant in (OPERATOR, "acme"):
        for note in ("", "garbage", other, own.replace("\n5\n", "\n6\n")):
            (folder / tenant).write_text(note)
            with pytest.raises(KeyRefused, match="is no checkpoint"):
                keygen(path, None, key_file.rotate, None, {})
            assert path.read_bytes() == before
        (folder / tenant).unlink()
    with pytest.raises(KeyRefused, match=r"there is no checkpoint file .*_operator"):
        keygen(path, None, key_file.rotate, None, {})
    (folder / OPERATOR).write_text(own)
    (folder / "acme").write_text(Checkpoint(f"{NAME}/acme", 7, tree.EMPTY).signed(key_file.load(path).of("acme")))
    assert keygen(path, None, key_file.rotate, None, {}) == 0
    assert sizes(key_file.load(path).operator) == [(0, None), (6, None)]
    assert sizes(key_file.load(path).of("acme")) == [(0, None), (8, None)]
    assert replace(key_file.load(path).operator.keys[0], first=0) == log_keys.keys[0]
