"""`seawall compare`: two executions line by line."""

from argparse import ArgumentParser, Namespace

from rich.console import Console

from ..client import StressClient
from ..report import comparison
from ..report.story import granular
from .calling import calling
from .exit_codes import Exit
from .output import print_lines
from .short_ids import execution_id


def take_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("base", metavar="EXECUTION_ID", help="the one to start from, such as the base case")
    parser.add_argument("other", metavar="EXECUTION_ID", help="the one to compare with it")


async def compare(client: StressClient, arguments: Namespace) -> int:
    executions = [await execution_id(client, text) for text in (arguments.base, arguments.other)]
    base, other = [await granular(client, execution) for execution in executions]
    differences = comparison.compare(base, other)
    if arguments.json:
        print_lines(*comparison.as_objects(differences))
    else:
        comparison.show(base, other, differences, Console())
    return Exit.DONE


COMMAND = calling(take_arguments, compare)
