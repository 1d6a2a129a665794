"""`seawall compare`: what differs between executions."""

from argparse import ArgumentParser, Namespace

from rich.console import Console

from ..client import StressClient
from ..report import comparison
from ..report.differences import as_objects, compare
from .calling import calling
from .exit_codes import Exit
from .newest import company_of, take_company
from .output import print_lines
from .short_ids import execution_id


def take_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("base", metavar="EXECUTION_ID", help="the one to start from, such as the base case")
    parser.add_argument("others", metavar="EXECUTION_ID", nargs="+", help="those to compare with it")
    take_company(parser)


async def show_differences(client: StressClient, arguments: Namespace) -> int:
    texts = (arguments.base, *arguments.others)
    company = company_of(arguments, *texts)
    ids = [await execution_id(client, text, company) for text in texts]
    executions = [await comparison.fetch(client, execution) for execution in ids]
    differences = compare([execution.report for execution in executions])
    if arguments.json:
        print_lines(*as_objects(differences, executions[0].header.minor_digits))
    else:
        comparison.show(executions, differences, Console())
    return Exit.DONE


COMMAND = calling(take_arguments, show_differences)
