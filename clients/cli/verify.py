"""`seawall verify`: the server checks all that it stores, and this side checks what it can without trusting it.

What is signed is checked here with the public key that the caller has from the operator (`clients/verify.py`). A log
that was shortened or rewritten since a kept checkpoint cannot prove that it grew from it.
"""

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from seawall.v1.evidence_service_pb2 import FindingKind, VerificationFinding, VerificationProgress, VerificationResult

from .. import verify as offline
from ..client import SeawallError, StressClient
from ..client.names import choice_name
from ..files import FileFault, FileRefused
from ..files.tree import Place
from ..report.wording import counted
from .calling import calling
from .exit_codes import Exit
from .output import as_json

Event = VerificationProgress | VerificationFinding | VerificationResult


def take_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--key", action="append", default=[], metavar="KEY", help="public key of the log, or a file of such keys"
    )
    parser.add_argument(
        "--checkpoint", type=Path, metavar="FILE", help="a kept checkpoint: the log must begin with its records"
    )
    parser.add_argument("--receipt", type=Path, metavar="FILE", help="the log must contain the record of this receipt")
    parser.add_argument(
        "--recompute",
        action="store_true",
        help="have the server also compute every execution, assessment, report and analysis again, and blocks of "
        "sweeps; takes much longer",
    )
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="FILE",
        help="keep the verified checkpoint, if everything is intact; one that stands there must be its beginning",
    )


async def verify(client: StressClient, arguments: Namespace) -> int:
    """Report every fault; DONE where there is none."""
    if arguments.keep and not arguments.key:
        print("--keep needs --key: keys that the server names itself sign whatever it wants", file=sys.stderr)
        return Exit.WRONG_USAGE
    kept = {path: text for path in _kept_files(arguments) if (text := _text(path))}
    receipt = _text(arguments.receipt)
    named = [key for argument in arguments.key for key in _keys_in(argument)]
    console = Console(stderr=True, quiet=arguments.json)
    events = _events(client, next(iter(kept.values()), None), arguments.recompute)
    result = await _check_on_server(events, arguments.json, console)
    try:
        note = await _verified_note(client, result)
        keys = named or await _keys_from_server(client, console)
        for line in await _check_here(client, keys, note, kept, receipt):
            console.print(line, highlight=False, markup=False)
    except offline.Wrong as wrong:
        print(f"WRONG: {wrong}", file=sys.stderr)  # with --json too: it is the reason of the exit code
        return Exit.NOT_INTACT
    if result is None or not result.intact or result.findings:
        return Exit.NOT_INTACT
    if arguments.keep:
        _keep(arguments.keep, note, kept.get(arguments.keep))
    return Exit.DONE


def _kept_files(arguments: Namespace) -> list[Path]:
    """The files of kept checkpoints: the one that --keep replaces counts like that of --checkpoint."""
    replaced = arguments.keep if arguments.keep and arguments.keep.exists() else None
    return [path for path in (arguments.checkpoint, replaced) if path]


async def _check_on_server(
    events: AsyncIterator[Event], as_objects: bool, console: Console
) -> VerificationResult | None:
    """What the server finds in its own store; None where it ends without a result."""
    result = None
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("verifying", total=None)
        async for event in events:
            if isinstance(event, VerificationProgress):
                words = "waiting for another verification" if event.waiting else "verifying"
                bar.update(task, description=words, completed=event.checked, total=event.total or None)
            elif as_objects:
                print(as_json(event), flush=True)
            elif isinstance(event, VerificationFinding):
                kind = choice_name(FindingKind.DESCRIPTOR, event.kind)
                line = f"{kind}: {event.where}: {event.description}"
                bar.console.print(line, style="red", highlight=False, markup=False)
            if isinstance(event, VerificationResult):
                result = event
    if result is None:
        return None
    for other in result.other_releases:
        line = f"{other.name}: {other.documents} of another release, not computed again"
        console.print(line, highlight=False, markup=False)
    things = {"document": result.documents, "record": result.records, "checkpoint": result.checkpoints}
    counts = ", ".join(counted(number, thing) for thing, number in things.items())
    if result.recomputed:
        counts += f", {result.recomputed} computed again"
    console.print(f"{counts}: {'intact' if result.intact else f'{result.findings} FAULTS'}", highlight=False)
    return result


async def _events(client: StressClient, kept: str | None, recompute: bool) -> AsyncIterator[Event]:
    """The server's progress and findings. Where it refuses the kept checkpoint, it checks all else."""
    try:
        async for event in client.verify(kept, recompute=recompute):
            yield event
    except SeawallError as error:
        if error.reason != "CHECKPOINT_REFUSED":
            raise
        async for event in client.verify(recompute=recompute):
            yield event


async def _verified_note(client: StressClient, result: VerificationResult | None) -> str:
    """The checkpoint over what the server verified: no other is checked here, and no other is kept."""
    if result is None:
        raise offline.Wrong("the server ended its verification without a result")
    if not result.checkpoint:
        await client.checkpoint()  # an empty log has none, and the server says so
        raise offline.Wrong("the server has a checkpoint and verified none: verify again")
    return str(result.checkpoint)


async def _check_here(
    client: StressClient, keys: list[str], note: str, kept: Mapping[Path, str], receipt: str | None
) -> list[str]:
    """That the checkpoint is signed, and that the log grew to it from what the caller kept."""
    newest = offline.check_newest_checkpoint(note, keys)
    lines = [f"the checkpoint over {counted(newest.size, 'record')} is signed"]
    for path, text in kept.items():
        old = offline.check_checkpoint(text, keys)
        await _check_growth(client, old, newest)
        lines.append(f"the log begins with the {counted(old.size, 'record')} of the kept checkpoint {path}")
    if receipt is not None:
        shown = offline.check_receipt(receipt, keys)
        await _check_growth(client, shown.checkpoint, newest)
        what = f"{shown.record['action']} {shown.record['subject']}"
        lines.append(f"record {shown.number} of the receipt is in the log: {what}")
    return lines


async def _check_growth(client: StressClient, old: offline.Checkpoint, newest: offline.Checkpoint) -> None:
    if old.size > newest.size:
        raise offline.Wrong(f"the log was signed over {old.size} records and now has fewer: {newest.size}")
    try:
        proof = await client.consistency(old.size, newest.size)
    except SeawallError as error:
        if error.reason != "OUT_OF_LOG":
            raise
        raise offline.Wrong(f"the server does not prove that its log grew: {error.message}") from None
    offline.check_consistency(old, newest, list(proof.hashes))


async def _keys_from_server(client: StressClient, console: Console) -> list[str]:
    """The keys that the server names, which prove less than those that the caller has from the operator."""
    console.print("No --key: checking with the keys that the server itself names, so a replaced key would not show.")
    return list((await client.checkpoint()).verifier_keys)


def _keys_in(argument: str) -> list[str]:
    try:
        return offline.keys_in(argument)
    except (offline.NoKey, OSError, UnicodeDecodeError) as error:
        raise _refused("--key", error) from None


def _text(path: Path | None) -> str | None:
    """A file that the caller named, and None where none was: an empty one is no checkpoint and no receipt."""
    if path is None:
        return None
    try:
        text = offline.text_of(path)
    except (OSError, UnicodeDecodeError) as error:
        raise _refused(str(path), error) from None
    if not text:
        raise _refused(str(path), "the file is empty")
    return text


def _keep(path: Path, note: str, replaced: str | None) -> None:
    """Writes the checkpoint, as a whole or not at all, where nothing stands or what it was shown to grow from."""
    path = Path(os.path.realpath(path))
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("w", encoding="utf-8", newline="") as file:
            file.write(note)
            file.flush()
            os.fsync(file.fileno())
        if (_text(path) if path.exists() else None) != replaced:
            raise _refused(str(path), "somebody else wrote it meanwhile: verify again")
        beside.replace(path)
    except OSError as error:
        raise _refused(str(path), error) from None
    finally:
        beside.unlink(missing_ok=True)


def _refused(file: str, problem: object) -> FileRefused:
    return FileRefused([FileFault(Place(file), "", str(problem))])


COMMAND = calling(take_arguments, verify)
