"""Ids as people type them: the first digits of one, or `@latest`, become the whole id, which the server knows."""

import re
from collections.abc import Awaitable, Callable

import grpc

from ..client import SeawallError, StressClient
from .newest import LATEST, latest_dataset_version, latest_execution, latest_scenario

WHOLE = re.compile("sha256:[0-9a-f]{64}")
DIGITS = re.compile("[0-9a-f]{8,64}")  #: without the name of the hash in front


async def dataset_version_id(client: StressClient, text: str, company: str | None = None) -> str:
    """The whole id of a dataset version; the newest is that of a company, where one is named."""
    if text == LATEST:
        return (await latest_dataset_version(client, company)).dataset_version_id
    if WHOLE.fullmatch(text):
        return text
    return (await client.dataset_version(prefix(text))).dataset_version_id


async def execution_id(client: StressClient, text: str, company: str | None = None) -> str:
    """The whole id of an execution; the newest is that of a company, where one is named."""
    if text == LATEST:
        return (await latest_execution(client, company)).execution_id
    if WHOLE.fullmatch(text):
        return text
    return (await client.execution(prefix(text))).header.execution_id


async def scenario_id(client: StressClient, text: str, dataset_version: str) -> str:
    """The whole id of a scenario, which is always read together with its dataset version."""
    if text == LATEST:
        return (await latest_scenario(client, dataset_version_id=dataset_version)).scenario_id
    if WHOLE.fullmatch(text):
        return text
    return (await client.scenario(prefix(text), dataset_version)).scenario_id


async def document_id(client: StressClient, text: str, company: str | None = None) -> str:
    """The whole id of an execution or of a dataset version; of any other document the whole id is needed.

    The newest one is an execution.
    """
    if text == LATEST:
        return await execution_id(client, text, company)
    find: Callable[[StressClient, str], Awaitable[str]]
    for find in (execution_id, dataset_version_id):
        try:
            return await find(client, text)
        except SeawallError as error:
            if error.code is not grpc.StatusCode.NOT_FOUND:
                raise
    nothing = f"no execution and no dataset version begins with {text}; other documents are shown by their whole id"
    raise SeawallError(grpc.StatusCode.NOT_FOUND, nothing)


def prefix(text: str) -> str:
    """The first digits of an id as the API takes them.  0f3a9c21 is sha256:0f3a9c21."""
    return f"sha256:{text}" if DIGITS.fullmatch(text) else text
