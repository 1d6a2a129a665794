"""Bad requests as cases: what is sent, and what must come back; and the promise that holds of every one of them."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest

from seawall.v1 import covenant_pb2 as n
from seawall.v1 import scenario_pb2 as c
from seawall.v1 import stress_service_pb2 as s
from tests.server.running import (
    Known,
    Running,
    descriptions,
    everything_in,
    faults,
    reason,
    registration,
    running,
    with_an_execution,
)

NOWHERE = "sha256:" + "f" * 64
INVALID = grpc.StatusCode.INVALID_ARGUMENT


@dataclass(frozen=True)
class Case:
    """One bad request: what is sent, and what must come back."""

    name: str
    request: Callable[[Known], Any]
    faults: dict[str, str]
    code: grpc.StatusCode = INVALID
    reason: str = ""  #: where no field is at fault


def figures(name: str, change: Callable[[Any], Any], *expected: str) -> Case:
    """A registration of the usual company with one change; expected: field, reason, field, reason ..."""

    def request(_: Known) -> Any:
        message = registration()
        change(message.dataset_version)
        return message

    return Case(name, request, faults_under("dataset_version", expected))


def scenario(name: str, change: Callable[[Any], Any], *expected: str) -> Case:
    """A base scenario for the stored company with one change; expected as above."""

    def request(known: Known) -> Any:
        message = c.Scenario(dataset_version_id=known.dataset_version_id, name="bad", horizon_months=24)
        change(message)
        return s.CreateScenarioRequest(scenario=message)

    return Case(name, request, faults_under("scenario", expected))


def faults_under(holder: str, expected: tuple[str, ...]) -> dict[str, str]:
    return {f"{holder}.{field}": reason for field, reason in zip(expected[::2], expected[1::2], strict=True)}


def source(known: Known, start_period: int | None = None, **changes: Any) -> s.ExecuteRequest:
    ids = {"scenario_id": known.scenario_id, "dataset_version_id": known.dataset_version_id}
    return s.ExecuteRequest(scenario=s.ScenarioSource(**(ids | changes)), start_period=start_period)


def set_to(field: str, value: Any) -> Callable[[Any], None]:
    """Sets a field, given by its path, to a value."""

    def change(message: Any) -> None:
        *holders, last = field.split(".")
        for holder in holders:
            message = getattr(message, holder)
        if isinstance(value, list):
            message.ClearField(last)
            getattr(message, last).extend(value)
        else:
            setattr(message, last, value)

    return change


def without(field: str) -> Callable[[Any], None]:
    def change(message: Any) -> None:
        *holders, last = field.split(".")
        for holder in holders:
            message = getattr(message, holder)
        message.ClearField(last)

    return change


def first_loan(field: str, value: Any) -> Callable[[Any], None]:
    return lambda message: set_to(field, value)(message.instruments[0])


def without_in_loan(field: str) -> Callable[[Any], None]:
    return lambda message: without(field)(message.instruments[0])


def note(field: str, value: Any) -> Callable[[Any], None]:
    return lambda message: set_to(field, value)(message.instruments[1])


def with_covenant(change: Callable[[Any], Any]) -> Callable[[Any], None]:
    """Adds a leverage covenant of one step, and changes it."""

    def add(message: Any) -> None:
        promised = message.covenants.add(covenant_id="leverage", kind=n.COVENANT_KIND_MAX_NET_LEVERAGE)
        promised.steps.add(from_date="2025-01-01", multiple="4")
        change(promised)

    return add


def many(*changes: Callable[[Any], Any]) -> Callable[[Any], None]:
    def change(message: Any) -> None:
        for each in changes:
            each(message)

    return change


def unknown_field(message: Any) -> None:
    message.MergeFromString(b"\xa2\x06\x01x")  # field 100, length-delimited


@asynccontextmanager
async def serving_a_company(folder: Path) -> AsyncIterator[tuple[Running, Known]]:
    """A server with a company, a scenario and an execution."""
    async with running(folder / "seawall.db") as server:
        yield server, await with_an_execution(server)


async def call(server: Running, request: Any) -> None:
    """Sends a request to the method that takes it, and reads the whole answer."""
    name = type(request).__name__.removesuffix("Request")
    method = getattr(server.evidence if name == "GetEvidence" else server.stress, name)
    if name in ("Execute", "Replay"):
        async for _ in method(request):
            pass
    else:
        await method(request)


async def refused_whole(stored: tuple[Running, Known], case: Case) -> None:
    """Refuses with every field at fault, each with its value and what is allowed, and stores nothing."""
    server, known = stored
    before = everything_in(server.database)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await call(server, case.request(known))
    assert refused.value.code() is case.code
    assert faults(refused.value) == case.faults
    assert reason(refused.value) == (case.reason or next(iter(faults(refused.value).values())))
    for description in descriptions(refused.value).values():
        assert re.fullmatch(r"found .+, allowed: .+", description, re.DOTALL)
    assert everything_in(server.database) == before
