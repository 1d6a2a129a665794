"""Ids as people type them: the first digits of one become the whole id, which the server knows."""

import re
from collections.abc import Awaitable, Callable

import grpc

from ..client import SeawallError, StressClient

WHOLE = re.compile("sha256:[0-9a-f]{64}")
DIGITS = re.compile("[0-9a-f]{8,64}")  #: without the name of the hash in front
HELP = "sha256: and at least 8 digits of an id that begins like no other do"


async def dataset_version_id(client: StressClient, text: str) -> str:
    """The whole id of a dataset version."""
    if WHOLE.fullmatch(text):
        return text
    return (await client.dataset_version(prefix(text))).dataset_version_id


async def execution_id(client: StressClient, text: str) -> str:
    """The whole id of an execution."""
    if WHOLE.fullmatch(text):
        return text
    return (await client.execution(prefix(text))).header.execution_id


async def scenario_id(client: StressClient, text: str, dataset_version: str) -> str:
    """The whole id of a scenario, which is always read together with its dataset version."""
    if WHOLE.fullmatch(text):
        return text
    return (await client.scenario(prefix(text), dataset_version)).scenario_id


async def document_id(client: StressClient, text: str) -> str:
    """The whole id of an execution or of a dataset version; of any other document the whole id is needed."""
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
