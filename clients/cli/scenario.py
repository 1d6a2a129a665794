"""`seawall scenario`: store what is assumed of the coming months."""

from argparse import ArgumentParser, Namespace

from .. import files
from ..client import StressClient
from ..files import inputs
from ..files.kinds import SCENARIO
from . import input_files, posture
from .calling import calling
from .exit_codes import Exit
from .newest import company_of, take_company
from .output import as_json, print_id, print_warnings
from .short_ids import dataset_version_id


def take_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=f"{input_files.FORMS}, as clients/examples/scenario_*.yaml")
    parser.add_argument("--dataset", metavar="ID", help="the dataset version, where the file does not name it")
    take_company(parser)
    posture.take_arguments(parser)


async def scenario(client: StressClient, arguments: Namespace) -> int:
    tree = input_files.load(arguments.file, SCENARIO)
    company = company_of(arguments, arguments.dataset)
    dataset = await dataset_version_id(client, arguments.dataset, company) if arguments.dataset else None
    described, template_name = inputs.scenario(tree, dataset)
    posture.apply(arguments, described)
    with files.refused_by_line(tree, "scenario"):
        stored = await client.create_scenario(described, template_name=template_name)
    if arguments.json:
        print(as_json(stored))
    else:
        print_id("scenario", stored.scenario_id, stored.created)
        print_warnings(tree, "scenario", stored.warnings)
    return Exit.DONE


COMMAND = calling(take_arguments, scenario)
