"""`seawall validate`: check files and store nothing: what is wrong, what was understood, what looks like a mistake."""

from argparse import ArgumentParser, Namespace

from . import checking, input_files, posture
from .checking import Company
from .examples import SCENARIOS
from .exit_codes import Exit
from .newest import company_of, take_company
from .own_server import connected, with_own_server
from .short_ids import dataset_version_id


def take_arguments(parser: ArgumentParser) -> None:
    company = parser.add_mutually_exclusive_group(required=True)
    company.add_argument("company", metavar="COMPANY", nargs="?", help=f"a company's file: {input_files.FORMS}")
    company.add_argument("--dataset", metavar="ID", help="a stored dataset version, to check a scenario on it")
    scenario = parser.add_mutually_exclusive_group()
    words = f"checked together with the company: a file, or {', '.join(SCENARIOS)}"
    scenario.add_argument("scenario", metavar="SCENARIO", nargs="?", help=words)
    scenario.add_argument("--scenario", dest="scenario_on_dataset", metavar="SCENARIO", help="the same, for --dataset")
    take_company(parser)
    posture.take_arguments(parser)


async def validate(arguments: Namespace) -> int:
    of_company = company_of(arguments, arguments.dataset)
    described = checking.read(arguments, arguments.company, arguments.scenario or arguments.scenario_on_dataset)
    company, scenario = described.company, described.scenario
    async with described.before(), connected(arguments) as client:
        if company is None:
            dataset = await dataset_version_id(client, arguments.dataset, of_company)
            company = Company(None, (await client.dataset_version(dataset)).dataset_version)
        checked = await checking.check(client, company, scenario, described.faults)
    if arguments.json:
        checking.show_json(company, checked)
    else:
        checking.show(company, scenario, checked)
    return Exit.DONE


COMMAND = with_own_server(take_arguments, validate)
