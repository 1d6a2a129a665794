"""The evidence log: what was stored, when and for whom, as a Merkle tree whose head is signed."""
