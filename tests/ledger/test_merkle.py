"""The tree is RFC 6962's: known roots, a plain recursive reading of the RFC as oracle, and proofs that prove nothing else."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boldlink.ledger.merkle import (
    EMPTY_ROOT,
    Tree,
    consistency_holds,
    consistency_proof,
    inclusion_holds,
    inclusion_proof,
    leaf_hash,
)

# The inputs and roots that the certificate transparency projects test with.
INPUTS = [bytes.fromhex(one) for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(one) for one in INPUTS]

trees = st.integers(1, 80).map(lambda size: [leaf_hash(str(n).encode()) for n in range(size)])


def plain_root(leaves):
    """RFC 6962, section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + plain_root(leaves[:k]) + plain_root(leaves[k:])).digest()


def hexes(proof):
    return [step.hex() for step in proof]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_known_roots_come_out(size):
    assert Tree.of(LEAVES[:size]).root().hex() == ROOTS[size - 1]


def test_the_empty_tree_has_the_hash_of_nothing():
    assert (
        Tree().root() == EMPTY_ROOT == bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    )


def test_the_known_inclusion_proofs_come_out():
    assert hexes(inclusion_proof(LEAVES[:1], 0)) == []
    assert hexes(inclusion_proof(LEAVES, 0)) == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert hexes(inclusion_proof(LEAVES[:3], 2)) == [ROOTS[1]]


def test_the_known_consistency_proofs_come_out():
    assert hexes(consistency_proof(LEAVES[:1], 1)) == []
    assert hexes(consistency_proof(LEAVES, 1)) == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert hexes(consistency_proof(LEAVES[:5], 2)) == [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ]


@given(leaves=trees)
def test_growing_leaf_by_leaf_gives_the_root_of_the_rfc(leaves):
    tree = Tree()
    for size, leaf in enumerate(leaves, start=1):
        tree.append(leaf)
        assert tree.root() == plain_root(leaves[:size])


@given(leaves=trees)
def test_a_tree_goes_on_from_its_size_and_peaks_alone(leaves):
    middle = len(leaves) // 2
    first = Tree.of(leaves[:middle])
    second = Tree(first.size, first.peaks)
    for leaf in leaves[middle:]:
        second.append(leaf)
    assert second.root() == plain_root(leaves)
    with pytest.raises(ValueError):
        Tree(first.size + 1, [*first.peaks, b"", b""])


@given(leaves=trees, data=st.data())
def test_every_inclusion_proof_holds_and_for_nothing_else(leaves, data):
    size, root = len(leaves), plain_root(leaves)
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(leaves, index)
    assert inclusion_holds(leaves[index], index, size, proof, root)
    other = data.draw(st.integers(0, size - 1).filter(lambda n: n != index or size == 1))
    assert size == 1 or not inclusion_holds(leaves[index], other, size, proof, root)
    assert not inclusion_holds(leaf_hash(b"forged"), index, size, proof, root)
    assert not inclusion_holds(leaves[index], index, size, proof, leaf_hash(b"root"))
    assert not inclusion_holds(leaves[index], index, size, [*proof, root], root)
    assert not proof or not inclusion_holds(leaves[index], index, size, proof[:-1], root)
    assert not inclusion_holds(leaves[index], index, 0, proof, root)


@given(leaves=trees, data=st.data())
def test_every_consistency_proof_holds_and_for_nothing_else(leaves, data):
    size, root = len(leaves), plain_root(leaves)
    old = data.draw(st.integers(1, size))
    old_root = plain_root(leaves[:old])
    proof = consistency_proof(leaves, old)
    assert consistency_holds(old, old_root, size, root, proof)
    assert not consistency_holds(old, leaf_hash(b"other"), size, root, proof)
    assert not consistency_holds(old, old_root, size, leaf_hash(b"other"), proof)
    assert not consistency_holds(old, old_root, size, root, [*proof, root])
    assert not proof or not consistency_holds(old, old_root, size, root, proof[:-1])
    assert not consistency_holds(size + 1, old_root, size, root, proof)


@given(leaves=trees, data=st.data())
def test_no_proof_hides_a_changed_past(leaves, data):
    size = len(leaves)
    old = data.draw(st.integers(1, size))
    changed = data.draw(st.integers(0, old - 1))
    forged = [*leaves[:changed], leaf_hash(b"forged"), *leaves[changed + 1 :]]
    proof = consistency_proof(forged, old)
    assert not consistency_holds(old, plain_root(leaves[:old]), size, plain_root(forged), proof)


@given(leaves=trees, data=st.data())
def test_a_proof_with_one_changed_bit_proves_nothing(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = inclusion_proof(leaves, index)
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        proof[at] = bytes([proof[at][0] ^ 1]) + proof[at][1:]
        assert not inclusion_holds(leaves[index], index, len(leaves), proof, plain_root(leaves))


def test_an_empty_history_is_the_beginning_of_every_other():
    root = plain_root(LEAVES)
    assert consistency_holds(0, EMPTY_ROOT, 8, root, consistency_proof(LEAVES, 0))
    assert not consistency_holds(0, root, 8, root, [])
    assert not consistency_holds(0, EMPTY_ROOT, 8, root, [root])


def test_what_is_not_in_the_tree_has_no_proof():
    for index in (-1, 8):
        with pytest.raises(IndexError):
            inclusion_proof(LEAVES, index)
    for size in (-1, 9):
        with pytest.raises(ValueError):
            consistency_proof(LEAVES, size)
