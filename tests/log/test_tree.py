"""The tree of RFC 6962: every proof for every size from 0 to 130, against the recursive definition of the standard."""

from hashlib import sha256

import pytest

from seawall.clients import verify
from seawall.server.log import tree

SIZES = range(131)
LEAVES = [tree.leaf_hash(b"record %d" % number) for number in SIZES]

#: The inputs of the reference tree of Certificate Transparency, and its root.
CT_LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
CT_ROOT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def split(leaves):
    """The largest power of two below the number of leaves."""
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return half


def mth(leaves):
    """MTH of RFC 6962, section 2.1."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(leaves)
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m, leaves):
    """PATH of section 2.1.1."""
    if len(leaves) == 1:
        return []
    k = split(leaves)
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m, leaves, whole):
    """SUBPROOF of section 2.1.2."""
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = split(leaves)
    if m <= k:
        return [*subproof(m, leaves[:k], whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


@pytest.fixture(scope="module")
def stored():
    """The hashes as the log stores them: with each record those that it completes."""
    frontier, hashes = tree.Frontier(), {}
    for number, leaf in enumerate(LEAVES):
        for level, each in enumerate(frontier.add(leaf)):
            assert tree.Node(level, number >> level).record == number
            hashes[tree.Node(level, number >> level)] = each
    return hashes.__getitem__


@pytest.fixture(scope="module")
def roots():
    return [mth(LEAVES[:size]) for size in SIZES]


def test_the_reference_tree_of_certificate_transparency():
    frontier = tree.Frontier()
    for leaf in CT_LEAVES:
        frontier.add(tree.leaf_hash(bytes.fromhex(leaf)))
    assert frontier.root().hex() == CT_ROOT


def test_every_root(stored, roots):
    frontier = tree.Frontier()
    for size in SIZES:
        assert tree.root(size, stored) == frontier.root() == roots[size]
        frontier.add(LEAVES[size])


def test_a_tree_of_n_records_stores_less_than_two_hashes_a_record():
    frontier = tree.Frontier()
    assert sum(len(frontier.add(leaf)) for leaf in LEAVES[:128]) == 2 * 128 - 1


@pytest.mark.parametrize("size", SIZES[1:])
def test_every_inclusion_proof(size, stored, roots):
    for number in range(size):
        proof = tree.hashes_of(tree.inclusion_nodes(number, size), stored)
        assert proof == path(number, LEAVES[:size])
        assert tree.root_of_inclusion(number, size, LEAVES[number], proof) == roots[size]
        assert verify.root_of_inclusion(number, size, LEAVES[number], proof) == roots[size]


@pytest.mark.parametrize("second", SIZES[1:])
def test_every_consistency_proof(second, stored, roots):
    for first in range(1, second + 1):
        proof = tree.hashes_of(tree.consistency_nodes(first, second), stored)
        assert proof == subproof(first, LEAVES[:second], True)
        tree.check_consistency(first, roots[first], second, roots[second], proof)
        verify.check_consistency(head(first, roots), head(second, roots), proof)


def head(size, roots):
    return verify.Checkpoint("log", size, roots[size])


def falsified(proof):
    """The proof with a hash altered, one missing, one too many, two swapped, and empty."""
    for position, each in enumerate(proof):
        yield [*proof[:position], bytes([each[0] ^ 1]) + each[1:], *proof[position + 1 :]]
    yield [*proof, b"\0" * 32]
    if proof:
        yield proof[:-1]
        yield proof[1:]
    if len(proof) > 1:
        yield [proof[1], proof[0], *proof[2:]]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 100, 130])
def test_no_falsified_inclusion_proof_leads_to_the_root(size, stored, roots):
    for number in range(size):
        proof = tree.hashes_of(tree.inclusion_nodes(number, size), stored)
        for wrong in falsified(proof):
            assert led(tree.root_of_inclusion, number, size, LEAVES[number], wrong) != roots[size]
            assert led(verify.root_of_inclusion, number, size, LEAVES[number], wrong) != roots[size]
        assert led(verify.root_of_inclusion, number, size, LEAVES[number - 1], proof) != roots[size] or size == 1


def led(follow, *proof):
    try:
        return follow(*proof)
    except (tree.ProofRefused, verify.Wrong):
        return None


@pytest.mark.parametrize("second", [2, 3, 7, 8, 9, 100, 130])
def test_every_falsified_consistency_proof_is_refused(second, stored, roots):
    for first in range(1, second + 1):
        proof = tree.hashes_of(tree.consistency_nodes(first, second), stored)
        for wrong in falsified(proof):
            with pytest.raises(tree.ProofRefused):
                tree.check_consistency(first, roots[first], second, roots[second], wrong)
            with pytest.raises(verify.Wrong):
                verify.check_consistency(head(first, roots), head(second, roots), wrong)
        if first < second:
            with pytest.raises(tree.ProofRefused):
                tree.check_consistency(first, roots[first - 1], second, roots[second], proof)
            with pytest.raises(verify.Wrong):
                verify.check_consistency(verify.Checkpoint("log", first, roots[first - 1]), head(second, roots), proof)


@pytest.mark.parametrize(("number", "size"), [(-1, 1), (0, 0), (1, 1), (130, 130)])
def test_there_is_no_proof_of_what_is_not_in_the_tree(number, size):
    with pytest.raises(ValueError, match="no record"):
        tree.inclusion_nodes(number, size)


@pytest.mark.parametrize(("first", "second"), [(0, 0), (0, 1), (2, 1), (-1, 5)])
def test_there_is_no_proof_of_what_is_not_a_beginning(first, second):
    with pytest.raises(ValueError, match="no tree"):
        tree.consistency_nodes(first, second)
