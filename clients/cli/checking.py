"""A company and a scenario for it, read and checked as a pair: all that is wrong with both files is said at once."""

from argparse import Namespace
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import replace
from typing import NamedTuple

from rich.console import Console

from seawall.v1.dataset_pb2 import DatasetVersion
from seawall.v1.scenario_pb2 import Scenario
from seawall.v1.stress_service_pb2 import CreateScenarioResponse, RegisterDatasetVersionResponse

from .. import files
from ..client import SeawallError, StressClient
from ..files import hints, inputs, kinds
from ..files.tree import Fields, FileFault, FileRefused, by_line, place_of
from ..report.echo import company_lines, company_unit, scenario_lines
from ..report.grid import say
from . import examples, input_files, posture
from .output import as_json, print_lines, print_warnings
from .server_process import ServerUnavailable

COMPANY, SCENARIO = "dataset_version", "scenario"  #: what the API calls them in the path of a field


class Company(NamedTuple):
    """The figures of a company, and the file that has them; None where a server has."""

    tree: Fields | None
    figures: DatasetVersion


class ScenarioFile(NamedTuple):
    """What a file says of a scenario, and of its template."""

    tree: Fields
    described: Scenario
    template_name: str | None


class Checked(NamedTuple):
    """What a server understood of both, and what looks like a mistake to it."""

    company: RegisterDatasetVersionResponse
    scenario: CreateScenarioResponse | None


class Files(NamedTuple):
    """What the files of a pair describe, where they are named, without the fields at fault, and these faults."""

    company: Company | None
    scenario: ScenarioFile | None
    faults: tuple[FileFault, ...]

    @asynccontextmanager
    async def before(self) -> AsyncIterator[None]:
        """Faults of the files stand where no server can say what else is wrong."""
        try:
            yield
        except (ServerUnavailable, SeawallError) as error:
            if self.faults:
                raise FileRefused([*self.faults]) from error
            raise


def read(arguments: Namespace, company: str | None, scenario: str | None) -> Files:
    """Both files, where they are named; raises FileRefused with what is wrong with either where one says nothing."""
    faults, figures, described = _Faults(), None, None
    if company:
        with faults.collected():
            figures = _company(input_files.load(company, kinds.COMPANY), faults)
    if scenario:
        with faults.collected():
            described = _scenario(arguments, examples.scenario(scenario), faults)
    if (company and not figures) or (scenario and not described):
        faults.refuse()
    return Files(figures, described, tuple(faults))


def _company(tree: Fields, faults: "_Faults") -> Company:
    try:
        return Company(tree, inputs.dataset_version(tree))
    except FileRefused as refused:
        if not isinstance(refused.message, DatasetVersion):
            raise
        faults += refused.faults
        return Company(tree, refused.message)


def _scenario(arguments: Namespace, tree: Fields, faults: "_Faults") -> ScenarioFile:
    try:
        return scenario_file(arguments, tree)
    except FileRefused as refused:
        if not isinstance(refused.message, Scenario):
            raise
        faults += refused.faults
        return ScenarioFile(tree, refused.message, inputs.template(tree))


def scenario_file(arguments: Namespace, tree: Fields, dataset_version_id: str | None = None) -> ScenarioFile:
    """What a file and the posture of the command line say, for a dataset version where that is known."""
    described, template_name = inputs.scenario(tree, dataset_version_id)
    posture.apply(arguments, described)
    return ScenarioFile(tree, described, template_name)


async def check(
    client: StressClient, company: Company, scenario: ScenarioFile | None, known: Sequence[FileFault] = ()
) -> Checked:
    """Both without storing them; raises FileRefused with the known faults and what the server refuses of either."""
    faults, understood, created = _Faults(known), None, None
    with faults.collected(), files.refused_by_line(company.tree, COMPANY, known) if company.tree else nullcontext():
        understood = await client.register(company.figures, validate_only=True)
    if scenario:
        described = Scenario()
        described.CopyFrom(scenario.described)
        described.ClearField("dataset_version_id")  # the pair is checked as it is here, stored or not
        faults += (unknown := await _template_faults(client, scenario))
        dropping = nullcontext() if understood else _without_the_company()
        with faults.collected(), files.refused_by_line(scenario.tree, SCENARIO, known), dropping:
            created = await client.create_scenario(
                described,
                template_name=None if unknown else scenario.template_name,
                validate_only=True,
                dataset_version=company.figures,
            )
    faults.refuse()
    assert understood
    return Checked(understood, created)


async def _template_faults(client: StressClient, scenario: ScenarioFile) -> list[FileFault]:
    """Of a template that is none of the server's, which would be refused before anything else of the file is read."""
    name = scenario.template_name
    names = [template.name for template in await client.templates()] if name else []
    if not name or name in names:
        return []
    place, hint = place_of(scenario.tree, inputs.TEMPLATE), hints.choice(names, name)
    return [FileFault(place, inputs.TEMPLATE, f"found {name!r}", ", ".join(names), hint)]


@contextmanager
def _without_the_company() -> Iterator[None]:
    """Leaves of a refusal of both what is at fault in the scenario: what is in the company has been said."""
    try:
        yield
    except SeawallError as error:
        others = tuple(violation for violation in error.violations if violation.field.partition(".")[0] != COMPANY)
        if others:
            raise replace(error, violations=others, metadata={}) from error
        if not error.violations:
            raise


def show(company: Company, scenario: ScenarioFile | None, checked: Checked) -> None:
    """What was understood of each, then what looks like a mistake in its file."""
    unit, console = company_unit(company.figures, checked.company.echo), Console()
    if company.tree:
        _say(company_lines(company.figures, checked.company.echo), console)
    if scenario and checked.scenario:
        _say(scenario_lines(scenario.described, checked.scenario.echo, unit), console)
    if company.tree:
        print_warnings(company.tree, COMPANY, checked.company.warnings)
    if scenario and checked.scenario:
        print_warnings(scenario.tree, SCENARIO, checked.scenario.warnings)


def _say(lines: Iterable[str], console: Console) -> None:
    """A heading and the lines below it, which keep their margin where they are folded."""
    for line in lines:
        text = line.lstrip()
        say(console, text, before=" " * (len(line) - len(text)))


def show_json(company: Company, checked: Checked) -> None:
    """The same as the server's answers: that on a company which it stores already says nothing new."""
    if company.tree:
        print_lines(as_json(checked.company))
    if checked.scenario:
        print_lines(as_json(checked.scenario))


class _Faults(list[FileFault]):
    """What is wrong with several files."""

    @contextmanager
    def collected(self) -> Iterator[None]:
        """Keeps what the block refuses, and goes on after it."""
        try:
            yield
        except FileRefused as refused:
            self += refused.faults

    def refuse(self) -> None:
        """Raises FileRefused where there is anything, file by file in the order of their lines."""
        if self:
            places = [fault.place.file for fault in self]
            raise FileRefused(sorted(by_line(self), key=lambda fault: places.index(fault.place.file)))
