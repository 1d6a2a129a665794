"""`seawall validate`: check files and store nothing: what was understood of them, and what looks like a mistake."""

from argparse import ArgumentParser, Namespace

from seawall.v1.dataset_pb2 import DatasetVersion

from .. import files
from ..client import StressClient
from ..files import inputs
from ..report.echo import company_lines, company_unit, scenario_lines
from ..report.unit import Unit
from . import posture
from .calling import calling
from .exit_codes import Exit
from .output import as_json, print_lines, print_warnings
from .short_ids import dataset_version_id


def take_arguments(parser: ArgumentParser) -> None:
    company = parser.add_mutually_exclusive_group(required=True)
    company.add_argument("company", metavar="COMPANY", nargs="?", help="a company's file, YAML or JSON")
    company.add_argument("--dataset", metavar="ID", help="a stored dataset version, to check a scenario on it")
    parser.add_argument("--scenario", metavar="FILE", help="a scenario's file, checked together with the company")
    posture.take_arguments(parser)


async def validate(client: StressClient, arguments: Namespace) -> int:
    if arguments.company:
        company, unit = await _company(client, arguments)
    else:
        dataset = await dataset_version_id(client, arguments.dataset)
        company = (await client.dataset_version(dataset)).dataset_version
        unit = company_unit(company, (await client.register(company, validate_only=True)).echo)
    if arguments.scenario:
        await _scenario(client, arguments, company, unit)
    return Exit.DONE


async def _company(client: StressClient, arguments: Namespace) -> tuple[DatasetVersion, Unit]:
    tree = files.load(arguments.company)
    company = inputs.dataset_version(tree)
    with files.refused_by_line(tree, "dataset_version"):
        checked = await client.register(company, validate_only=True)
    if arguments.json:
        print(as_json(checked))
    else:
        print_lines(*company_lines(company, checked.echo))
        print_warnings(tree, "dataset_version", checked.warnings)
    return company, company_unit(company, checked.echo)


async def _scenario(client: StressClient, arguments: Namespace, company: DatasetVersion, unit: Unit) -> None:
    tree = files.load(arguments.scenario)
    described, template_name = inputs.scenario(tree)
    described.ClearField("dataset_version_id")  # the pair is checked as it is here, stored or not
    posture.apply(arguments, described)
    with files.refused_by_line(tree, "scenario"):
        checked = await client.create_scenario(
            described, template_name=template_name, validate_only=True, dataset_version=company
        )
    if arguments.json:
        print(as_json(checked))
    else:
        print_lines(*scenario_lines(described.name, checked.echo, unit))
        print_warnings(tree, "scenario", checked.warnings)


COMMAND = calling(take_arguments, validate)
