"""`seawall register`: store the figures of a company."""

from argparse import ArgumentParser, Namespace

from .. import files
from ..client import StressClient
from ..files import inputs
from ..files.kinds import COMPANY
from . import input_files
from .calling import calling
from .exit_codes import Exit
from .output import as_json, print_id, print_warnings


def take_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=f"{input_files.FORMS}, as clients/examples/*.yaml")


async def register(client: StressClient, arguments: Namespace) -> int:
    tree = input_files.load(arguments.file, COMPANY)
    dataset_version = inputs.dataset_version(tree)
    with files.refused_by_line(tree, "dataset_version"):
        stored = await client.register(dataset_version)
    if arguments.json:
        print(as_json(stored))
    else:
        print_id("dataset version", stored.dataset_version_id, stored.created)
        print_warnings(tree, "dataset_version", stored.warnings)
    return Exit.DONE


COMMAND = calling(take_arguments, register)
