"""`seawall scenario`: store what is assumed of the coming months."""

from argparse import ArgumentParser, Namespace

from .. import files
from ..client import StressClient
from ..files import inputs
from .command import calling
from .exit_codes import Exit
from .output import as_json, print_id


def take_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="YAML or JSON, as clients/examples/scenario_*.yaml")
    parser.add_argument("--dataset", metavar="ID", help="the dataset version, where the file does not name it")


async def scenario(client: StressClient, arguments: Namespace) -> int:
    tree = files.load(arguments.file)
    described, template_name = inputs.scenario(tree, arguments.dataset)
    with files.refused_by_line(tree, "scenario"):
        stored = await client.create_scenario(described, template_name=template_name)
    if arguments.json:
        print(as_json(stored))
    else:
        print_id("scenario", stored.scenario_id, stored.created)
    return Exit.DONE


COMMAND = calling("scenario", "store a scenario; prints its id", take_arguments, scenario)
