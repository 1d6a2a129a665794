"""`seawall verify`: the server checks all that it stores, and this side checks what it can without trusting it.

What is signed is checked here with the public key that the caller has from the operator (`clients/verify.py`); a log
that was shortened or rewritten since a kept checkpoint cannot produce the proof that is asked for here.
"""

from argparse import Namespace
from collections.abc import AsyncIterator
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from seawall.clients import verify as offline
from seawall.clients.client import StressClient
from seawall.clients.commands import DONE, as_json
from seawall.clients.errors import SeawallError
from seawall.clients.messages import choice_name
from seawall.clients.tree import FileFault, FileRefused, Place
from seawall.v1.evidence_service_pb2 import FindingKind, VerificationFinding, VerificationProgress, VerificationResult

NOT_INTACT = 6


async def verify(client: StressClient, arguments: Namespace) -> int:
    """Tells every fault; 0 where there is none, for scripts."""
    kept = _text(arguments.checkpoint)
    receipt = _text(arguments.receipt)
    console = Console(stderr=True, quiet=arguments.json)
    faults = await _by_the_server(client, kept, arguments.json, console)
    try:
        for line in await _by_ourselves(client, await _keys(client, arguments, console), kept, receipt):
            console.print(line, highlight=False)
    except offline.Wrong as wrong:
        console.print(f"WRONG: {wrong}", style="bold red", highlight=False)
        return NOT_INTACT
    if faults:
        return NOT_INTACT
    if arguments.keep:
        arguments.keep.write_text((await client.checkpoint()).checkpoint, encoding="utf-8")
    return DONE


async def _by_the_server(client: StressClient, kept: str, as_objects: bool, console: Console) -> int:
    """What the server finds in its own store; gives how much is wrong."""
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("verifying", total=None)
        async for event in _events(client, kept):
            if isinstance(event, VerificationProgress):
                bar.update(task, completed=event.checked, total=event.total)
            elif as_objects:
                print(as_json(event), flush=True)
            elif isinstance(event, VerificationFinding):
                kind = choice_name(FindingKind.DESCRIPTOR, event.kind)
                bar.console.print(f"{kind}: {event.where}: {event.description}", style="red", highlight=False)
            if isinstance(event, VerificationResult):
                result = event
    counts = f"{result.documents} documents, {result.records} records, {result.checkpoints} checkpoints"
    console.print(f"{counts}: {'intact' if result.intact else f'{result.findings} FAULTS'}", highlight=False)
    return int(result.findings)


async def _events(
    client: StressClient, kept: str
) -> AsyncIterator[VerificationProgress | VerificationFinding | VerificationResult]:
    """A checkpoint that the server does not know as its own is no reason to check nothing: this side checks it."""
    try:
        async for event in client.verify(kept or None):
            yield event
    except SeawallError as error:
        if error.reason != "CHECKPOINT_REFUSED":
            raise
        async for event in client.verify():
            yield event


async def _by_ourselves(client: StressClient, keys: list[str], kept: str, receipt: str) -> list[str]:
    """What is signed, and that the log grew from what was kept."""
    newest = offline.check_checkpoint((await client.checkpoint()).checkpoint, keys)
    told = [f"the checkpoint over {newest.size} records is signed"]
    if kept:
        old = offline.check_checkpoint(kept, keys)
        await _grown_from(client, keys, old)
        told.append(f"the log begins with the {old.size} records of the kept checkpoint")
    if receipt:
        shown = offline.check_receipt(receipt, keys)
        await _grown_from(client, keys, shown.checkpoint)
        what = f"{shown.record['action']} {shown.record['subject']}"
        told.append(f"record {shown.number} of the receipt is in the log: {what}")
    return told


async def _grown_from(client: StressClient, keys: list[str], old: offline.Checkpoint) -> None:
    try:
        proof = await client.consistency(old.size)
    except SeawallError as error:
        if error.reason != "OUT_OF_LOG":
            raise
        raise offline.Wrong(f"the log was signed over {old.size} records and now has fewer: {error.message}") from None
    newest = offline.check_checkpoint(proof.checkpoint, keys)
    offline.check_consistency(old, newest, list(proof.hashes))


async def _keys(client: StressClient, arguments: Namespace, console: Console) -> list[str]:
    """The keys that the caller names; else those that the server tells, which proves less."""
    named = [line for key in arguments.key for line in offline.keys_in(key)]
    if named:
        return named
    console.print("no --key: the keys are those that the server tells, so a replaced key would not show")
    return list((await client.checkpoint()).verifier_keys)


def _text(path: Path | None) -> str:
    """A file that the caller named; "" where none was."""
    if path is None:
        return ""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileRefused([FileFault(Place(str(path)), "", str(error))]) from None
