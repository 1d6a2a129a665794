"""A checkpoint is kept if it is signed and the log grew to it; whatever a lying server says, the kept one stays."""

import asyncio
from contextlib import asynccontextmanager
from typing import NamedTuple

import grpc
import pytest

from seawall.clients.cli.main import main
from seawall.server.log import tree
from seawall.server.log.checkpoint import Checkpoint
from seawall.server.log.keys import Keys
from seawall.server.log.note import Signer
from seawall.server.store.ledger import GrownLog, Head
from seawall.v1 import evidence_service_pb2 as v
from seawall.v1 import evidence_service_pb2_grpc

SIGNER, IMPOSTOR = Signer("example.com/log", b"k" * 32), Signer("example.com/log", b"i" * 32)


class Log(NamedTuple):
    """A log whose records are this text and their number."""

    text: bytes = b"record"
    signer: Signer = SIGNER

    def note(self, size):
        return Checkpoint(self.signer.name, size, self._grown(size).root()).signed(Keys.of(self.signer))

    def proof(self, first, second):
        read = self._grown(second)._hashes.__getitem__
        return tree.hashes_of(tree.consistency_nodes(first, second), read)

    def _grown(self, size):
        grown = GrownLog(Head())
        for number in range(size):
            grown.add(b"%s %d" % (self.text if number else b"first", number))
        return grown


class EvidenceService(evidence_service_pb2_grpc.EvidenceServiceServicer):
    """Says that all is intact, that this is the checkpoint over it, and that these hashes prove its growth."""

    def __init__(self, note, proof=(), newest=None, **result):
        self.note, self.proof, self.newest = note, proof, newest
        self.result = {"intact": True, "checkpoint": note} | result

    async def VerifyEvidence(self, request, context):
        yield v.VerifyEvidenceResponse(progress=v.VerificationProgress(checked=1, total=1))
        if self.note is not None:
            yield v.VerifyEvidenceResponse(result=v.VerificationResult(**self.result))

    async def GetCheckpoint(self, request, context):
        return v.GetCheckpointResponse(checkpoint=self.newest or self.note, verifier_keys=[str(IMPOSTOR.verifier)])

    async def GetConsistencyProof(self, request, context):
        hashes = self.proof(request.first_size, request.second_size) if callable(self.proof) else self.proof
        return v.GetConsistencyProofResponse(hashes=hashes, checkpoint=self.newest or self.note or "")


@asynccontextmanager
async def serving(service):
    server = grpc.aio.server()
    evidence_service_pb2_grpc.add_EvidenceServiceServicer_to_server(service, server)
    address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    await server.start()
    try:
        yield address
    finally:
        await server.stop(None)


async def keep(file, service, *options):
    """The exit code of `seawall verify --keep`."""
    key = ("--key", str(SIGNER.verifier), *options)
    async with serving(service) as address:
        return await asyncio.to_thread(main, ["verify", "--server", address, "--keep", str(file), *key])


LOG, FORK = Log(), Log(b"another")
NOTHING = {
    "no result": EvidenceService(None),
    "no checkpoint": EvidenceService(""),
    "no checkpoint verified": EvidenceService("", newest=LOG.note(7)),
    "garbage": EvidenceService("garbage"),
    "a note of no log": EvidenceService("a\nb\nc\n\n— d e\n"),
    "signed by another key": EvidenceService(Log(signer=IMPOSTOR).note(7), LOG.proof),
    "a byte of it is another": EvidenceService(LOG.note(7).replace("\n7\n", "\n8\n"), LOG.proof),
    "it has findings": EvidenceService(LOG.note(7), LOG.proof, intact=False, findings=1),
    "it has findings and says intact": EvidenceService(LOG.note(7), LOG.proof, findings=1),
    "it finds nothing and says not intact": EvidenceService(LOG.note(7), LOG.proof, intact=False),
}
#: Signed with the key of the log, which the liar has, and not grown from the five records that were kept.
FORKS = {
    "a fork of the same size": EvidenceService(FORK.note(5), FORK.proof),
    "a fork that grew": EvidenceService(FORK.note(7), FORK.proof),
    "a fork with the proof of the log": EvidenceService(FORK.note(7), LOG.proof),
    "a shorter fork": EvidenceService(FORK.note(3), FORK.proof),
    "an older checkpoint": EvidenceService(LOG.note(4), LOG.proof),
    "no proof": EvidenceService(LOG.note(7)),
    "a proof of garbage": EvidenceService(LOG.note(7), [b"", b"x" * 100_000]),
    "the proof of another size": EvidenceService(LOG.note(7), LOG.proof(5, 8)),
}


@pytest.mark.parametrize("service", NOTHING.values(), ids=list(NOTHING))
async def test_what_is_not_signed_or_not_intact_is_not_kept(tmp_path, service):
    assert await keep(tmp_path / "kept", service) == 6
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("service", [*NOTHING.values(), *FORKS.values()], ids=[*NOTHING, *FORKS])
async def test_a_kept_checkpoint_stays_whatever_a_server_says(tmp_path, service):
    file = tmp_path / "kept"
    file.write_text(LOG.note(5))
    assert await keep(file, service) == 6
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("kept", LOG.note(5))]
    assert await keep(tmp_path / "new", service, "--checkpoint", str(file)) == 6
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


@pytest.mark.parametrize("kept", [0, 1, 5, 7])
async def test_the_checkpoint_that_was_verified_is_kept_and_no_newer_one(tmp_path, kept):
    (tmp_path / "real").write_text(LOG.note(kept or 1))
    (tmp_path / "kept").symlink_to("real")
    (tmp_path / "real").unlink() if kept == 0 else None
    assert await keep(tmp_path / "kept", EvidenceService(LOG.note(7), LOG.proof, newest=LOG.note(9))) == 0
    assert (tmp_path / "real").read_text() == LOG.note(7)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept", "real"]


async def test_a_file_that_is_no_checkpoint_of_this_log_is_not_replaced(tmp_path):
    file = tmp_path / "notes.txt"
    for text in ("my notes\n", Log(signer=IMPOSTOR).note(5)):
        file.write_text(text)
        assert await keep(file, EvidenceService(LOG.note(7), LOG.proof)) == 6
        assert file.read_text() == text


async def test_a_file_that_somebody_else_writes_meanwhile_is_not_replaced(tmp_path):
    file = tmp_path / "kept"
    file.write_text(LOG.note(5))

    def proof(first, second):
        file.write_text(LOG.note(9))
        return LOG.proof(first, second)

    assert await keep(file, EvidenceService(LOG.note(7), proof)) == 3
    assert [path.read_text() for path in tmp_path.iterdir()] == [LOG.note(9)]


async def test_nothing_is_kept_on_the_word_of_a_server(tmp_path, capsys):
    async with serving(EvidenceService(Log(signer=IMPOSTOR).note(7))) as address:
        command = ["verify", "--server", address, "--keep", str(tmp_path / "kept")]
        assert await asyncio.to_thread(main, command) == 2
    assert "--keep needs --key" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
