"""The newest of a kind, which `@latest` stands for; of one company, where that is named."""

from argparse import ArgumentParser, Namespace
from collections.abc import AsyncIterator, Callable
from typing import Protocol, TypeVar

import grpc
from google.protobuf.timestamp_pb2 import Timestamp

from seawall.v1.stress_service_pb2 import DatasetVersionSummary, ExecutionSummary, ScenarioSummary

from ..client import SeawallError, StressClient
from .command import WrongUsage

LATEST = "@latest"


class Recorded(Protocol):
    """An entry of a list."""

    @property
    def recorded_at(self) -> Timestamp: ...


E = TypeVar("E", bound=Recorded)


def take_company(parser: ArgumentParser) -> None:
    """The company whose newest is meant."""
    words = f"with {LATEST} for an id: the newest of this company, by your own id of it"
    parser.add_argument("--company", metavar="COMPANY_ID", dest="latest_of", help=words)


def company_of(arguments: Namespace, *texts: str | None) -> str | None:
    """The company that was named for `@latest`; raises WrongUsage where no id is that."""
    company: str | None = arguments.latest_of
    if company and LATEST not in texts:
        raise WrongUsage(f"--company {company} is for {LATEST}, which no id here is")
    return company


async def latest_dataset_version(client: StressClient, company: str | None = None) -> DatasetVersionSummary:
    return _newest(await first(client.dataset_versions(company_id=company), 1), "dataset version", company)


async def latest_scenario(
    client: StressClient, company: str | None = None, dataset_version_id: str | None = None
) -> ScenarioSummary:
    return _newest(await scenarios(client, 1, company, dataset_version_id), "scenario", company)


async def latest_execution(client: StressClient, company: str | None = None) -> ExecutionSummary:
    return _newest(await executions(client, 1, company), "execution", company)


async def scenarios(
    client: StressClient, most: int, company: str | None = None, dataset_version_id: str | None = None
) -> list[ScenarioSummary]:
    """The newest scenarios: of a dataset version, or else of a company, or all."""
    if company and not dataset_version_id:
        return await _of_company(client, company, lambda version: client.scenarios(dataset_version_id=version), most)
    return await first(client.scenarios(dataset_version_id=dataset_version_id), most)


async def executions(
    client: StressClient,
    most: int,
    company: str | None = None,
    dataset_version_id: str | None = None,
    scenario_id: str | None = None,
) -> list[ExecutionSummary]:
    """The newest executions: of a dataset version and a scenario, or else of a company, or all."""
    if company and not (dataset_version_id or scenario_id):
        return await _of_company(client, company, lambda version: client.executions(dataset_version_id=version), most)
    return await first(client.executions(dataset_version_id=dataset_version_id, scenario_id=scenario_id), most)


async def first(entries: AsyncIterator[E], most: int) -> list[E]:
    """The newest ones; no page is asked for that is not needed."""
    newest: list[E] = []
    while len(newest) < most:
        try:
            newest.append(await anext(entries))
        except StopAsyncIteration:
            break
    return newest


async def _of_company(
    client: StressClient, company: str, of_version: Callable[[str], AsyncIterator[E]], most: int
) -> list[E]:
    """The API lists them by dataset version: the newest of each, and of these the newest."""
    entries: list[E] = []
    async for version in client.dataset_versions(company_id=company):
        entries += await first(of_version(version.dataset_version_id), most)
    entries.sort(key=lambda entry: (entry.recorded_at.seconds, entry.recorded_at.nanos), reverse=True)
    return entries[:most]


def _newest(entries: list[E], kind: str, company: str | None) -> E:
    if not entries:
        of_company = f" of {company}" if company else ""
        raise SeawallError(grpc.StatusCode.NOT_FOUND, f"{LATEST}: no {kind}{of_company} is stored")
    return entries[0]
