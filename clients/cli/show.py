"""`seawall show`: a stored document, its bytes or its receipt."""

import json
import sys
from argparse import ArgumentParser, Namespace

from rich.console import Console

from ..client import StressClient
from ..report import sentences
from ..report.live import follow
from .calling import calling
from .exit_codes import Exit
from .newest import company_of, take_company
from .output import as_json, print_lines, print_objects
from .short_ids import document_id


def take_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID")
    take_company(parser)
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--bytes", action="store_true", help="the stored bytes, whose SHA-256 is the id")
    forms.add_argument("--receipt", action="store_true", help="the receipt of its record, for clients/verify.py")


async def show(client: StressClient, arguments: Namespace) -> int:
    address = await document_id(client, arguments.id, company_of(arguments, arguments.id))
    document = await client.evidence(address)
    if arguments.bytes:
        sys.stdout.buffer.write(document.body)  # nothing added: sha256sum of it gives the id
    elif arguments.receipt:
        proof = await client.proof(address)
        sys.stdout.write(f"{as_json(proof)}\n" if arguments.json else proof.receipt.tlog_proof)
    elif document.kind.startswith("execution."):
        await _show_months(client, address, arguments.json)
    else:
        print_lines(json.dumps(json.loads(document.body), indent=None if arguments.json else 2, ensure_ascii=False))
    return Exit.DONE


async def _show_months(client: StressClient, execution_id: str, in_json: bool) -> None:
    months = client.read(execution_id)
    if in_json:
        await print_objects(months)
    else:
        console = Console()
        started, completed = await follow(months, console)
        sentences.show(started.header, completed.metrics, console)


COMMAND = calling(take_arguments, show)
