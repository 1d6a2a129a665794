"""`seawall compare`: two executions line by line."""

from argparse import ArgumentParser, Namespace

from rich.console import Console

from ..client import StressClient
from ..report import comparison
from ..report.story import granular
from .command import calling
from .exit_codes import Exit
from .output import print_lines


def take_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("base", metavar="EXECUTION_ID", help="the one to start from, such as the base case")
    parser.add_argument("other", metavar="EXECUTION_ID", help="the one to compare with it")


async def compare(client: StressClient, arguments: Namespace) -> int:
    base, other = [await granular(client, execution) for execution in (arguments.base, arguments.other)]
    differences = comparison.compare(base, other)
    if arguments.json:
        print_lines(*comparison.as_objects(differences))
    else:
        comparison.show(base, other, differences, Console())
    return Exit.DONE


COMMAND = calling("compare", "two executions line by line", take_arguments, compare)
