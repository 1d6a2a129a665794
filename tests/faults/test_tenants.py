"""Several tenants under faults: kills, and a neighbour who wants to know."""

import asyncio
import json
import sys
from base64 import b64decode
from hashlib import sha256
from itertools import product
from pathlib import Path

from seawall.clients import verify
from seawall.server.log import key_file, tree
from seawall.server.log.record import Record
from seawall.server.store.opening import LogFiles
from seawall.server.store.transaction import SOFTWARE
from tests.faults.scale import luck, times
from tests.faults.writing import TENANTS
from tests.log.stores import all_verified, companies, opened, verified
from tests.places import Place, postgres_place

EACH = 10_000  #: numbers of documents that a server has for itself


async def test_a_killed_server_loses_nothing_of_any_tenant(place, say):
    kills, random = times(1, 40 if isinstance(place.database, Path) else 20), luck()
    acknowledged = []
    for number in range(kills):
        acknowledged += await killed(place, number * EACH, after=random.randint(1, times(20, 60)))
    async with opened(place):
        pass
    keys = key_file.load(place.files.key)
    for tenant in TENANTS:
        own = [each for each in acknowledged if each["tenant"] == tenant]
        assert own
        note = place.files.checkpoint_of(tenant).read_text()
        findings, result = await verified(place, note, tenant=tenant)
        stored = {address for (address,) in place.rows(f"SELECT address FROM evidence WHERE tenant = '{tenant}'")}
        assert (findings, {each["address"] for each in own} - stored) == ([], set())
        roots = roots_of(place, tenant)
        for each in own:
            shown = verify.check_receipt(each["receipt"], keys.of(tenant).lines)
            assert (shown.record["subject"], shown.record["tenant"]) == (each["address"], tenant)
            assert roots[shown.checkpoint.size] == shown.checkpoint.root
        assert result.records == len(stored)
    assert (await all_verified(place))[0] == []
    say(f"{kills} kills, {len(acknowledged)} acknowledged to {len(TENANTS)} tenants, 0 lost, 0 wrong")


async def test_two_servers_on_one_postgresql_write_the_logs_of_two_tenants_without_a_gap_or_a_fork(postgres, tmp_path):
    place = postgres_place(postgres, tmp_path)
    other = Place(place.database, LogFiles(place.files.key, tmp_path / "other"))
    lines = times(15, 400)
    both = await asyncio.gather(killed(place, 0, lines), killed(other, EACH, lines))
    async with opened(place):
        pass
    stored = set(place.rows("SELECT tenant, address FROM evidence"))
    assert {(each["tenant"], each["address"]) for acknowledged in both for each in acknowledged} <= stored
    for files in (place.files, other.files):
        notes = {tenant: files.checkpoint_of(tenant).read_text() for tenant in TENANTS}
        assert (await all_verified(place, notes))[0] == []


async def killed(place, first, after):
    """What a server acknowledged that is killed after so many lines."""
    arguments = (str(place.database), str(place.files.key), str(place.files.checkpoints), str(first))
    command = (sys.executable, "-m", "tests.faults.writing", *arguments)
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    lines: list[bytes] = []
    async with asyncio.timeout(60):
        while len(lines) < after:
            line = await process.stdout.readline()
            assert line
            lines.append(line)
    process.kill()
    lines += (await process.stdout.read()).splitlines(keepends=True)
    await process.wait()
    return [json.loads(line) for line in lines if line.endswith(b"\n")]


def roots_of(place, tenant):
    """The root of a tenant's log at each size, from its records alone."""
    frontier, roots = tree.Frontier(), {}
    for (body,) in place.rows(f"SELECT body FROM records WHERE tenant = '{tenant}' ORDER BY seq"):
        frontier.add(tree.leaf_hash(body))
        roots[frontier.size] = frontier.root()
    return roots


async def seen_by(store, tenant, neighbours):
    """All that a caller gets of what it does itself, while its neighbours do as much as they like."""
    seen = []
    for number, document in enumerate(companies(9)):
        for neighbour in neighbours:
            await store.of(neighbour).append(companies(number + 1, first=100 * number))
        (stored,) = await store.of(tenant).append([document])
        proof = await store.of(tenant).proofs.inclusion(document.address)
        grown = await store.of(tenant).proofs.consistency(1)
        seen += [stored.receipt, proof.receipt, grown]
    return seen


async def test_no_hash_and_no_number_that_a_caller_gets_is_of_a_neighbour(sqlite_place):
    """Every hash in every receipt and proof is one that the caller can compute from the records that it was given."""
    async with opened(sqlite_place) as store:
        seen = await seen_by(store, "acme", ("other", "third"))
        alone = await seen_by(store, "alone", ())
    bodies, hashes, numbers, sizes = {}, set(), [], []
    for each in seen:
        if isinstance(each, str):
            head, _, note = each.partition("\n\n")
            _, extra, index, *path = head.split("\n")
            numbers.append(int(index.split()[1]))
            sizes.append(int(note.split("\n")[1]))
            bodies[numbers[-1]] = b64decode(extra.split()[1])
            hashes |= {b64decode(line) for line in path}
        else:
            hashes |= set(each.hashes)
    leaves = [tree.leaf_hash(bodies[number]) for number in range(9)]
    own = {node(leaves, start, end) for start, end in product(range(9), range(1, 10)) if start < end}
    assert hashes
    assert hashes <= own
    assert {json.loads(body)["tenant"] for body in bodies.values()} == {"acme"}
    assert (numbers, sizes) == figures(alone)


def node(leaves, start, end):
    """The hash over some records, as RFC 6962 splits them."""
    if end - start == 1:
        return leaves[start]
    middle = start + (1 << ((end - start - 1).bit_length() - 1))
    return tree.node_hash(node(leaves, start, middle), node(leaves, middle, end))


def figures(seen):
    """The numbers of the records and the sizes of the checkpoints."""
    heads = [each.partition("\n\n") for each in seen if isinstance(each, str)]
    numbers = [int(head.split("\n")[2].split()[1]) for head, _, _ in heads]
    return numbers, [int(note.split("\n")[1]) for _, _, note in heads]


async def test_a_record_cannot_be_guessed_from_its_hash(sqlite_place, say):
    """The brute force of record.v1: who knows all that was done, and when to the microsecond, still lacks 128 bits."""
    guesses = times(2_000, 2_000_000)
    async with opened(sqlite_place) as store:
        (first,) = await store.of("acme").append(companies(1), actor="a")
        (second,) = await store.of("acme").append(companies(1, first=1), actor="b")
    known = verify.check_receipt(second.receipt, key_file.load(sqlite_place.files.key).lines)
    (sibling,) = (b64decode(line) for line in second.receipt.partition("\n\n")[0].split("\n")[3:])
    record = Record(0, "acme", "a", first.address, "registered", first.recorded_at, SOFTWARE, "0" * 32).body
    true = verify.check_receipt(first.receipt, key_file.load(sqlite_place.files.key).lines).record
    assert known.number == 1
    assert tree.leaf_hash(record.replace(b"0" * 32, true["salt"].encode())) == sibling  # all else is guessed rightly
    before, after = record.split(b"0" * 32)
    for guess in range(guesses):
        salt = sha256(guess.to_bytes(8)).hexdigest()[:32].encode() if guess % 2 else b"%032x" % (guess // 2)
        assert sha256(b"\x00" + before + salt + after).digest() != sibling
    say(f"{guesses} guesses of a neighbouring record, 0 right")
