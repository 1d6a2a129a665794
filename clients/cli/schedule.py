"""`seawall schedule`: look at the cash flows of a loan before it goes into a dataset version."""

from argparse import ArgumentParser, Namespace

from rich.console import Console

from .. import files
from ..client import StressClient
from ..files import inputs
from ..report import cash_flows
from .calling import calling
from .exit_codes import Exit
from .output import as_json


def take_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="YAML or JSON, as clients/examples/instrument_*.yaml")


async def schedule(client: StressClient, arguments: Namespace) -> int:
    tree = files.load(arguments.file)
    with files.refused_by_line(tree, ""):
        preview = await client.preview(inputs.schedule(tree))
    if arguments.json:
        for cash_flow in preview.cash_flows:
            print(as_json(cash_flow))
    else:
        cash_flows.show(preview, Console())
    return Exit.DONE


COMMAND = calling(take_arguments, schedule)
