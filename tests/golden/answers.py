"""What a server answers about random companies, byte for byte, as hashes: those of a release that computed all of it
one month and one field at a time.

`python -m tests.golden.answers` takes those of today's code; refused where an answer changed about the same companies
while kinds, model and methods keep their names.
"""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from google.protobuf.message import Message

from seawall.engine.assessment.debt_service import METHOD as ASSESSMENTS
from seawall.engine.reports.report import METHOD as REPORTS
from seawall.engine.values.model import MODEL
from seawall.server.documents.kinds import KINDS
from seawall.server.wire.to_message import message
from seawall.v1 import evidence_service_pb2 as v
from seawall.v1 import scenario_pb2 as c
from seawall.v1 import stress_service_pb2 as s
from tests.engine.companies import Case
from tests.golden.pinned import FOLDER
from tests.random_companies import group
from tests.server.running import Running, registration, running

PATH = FOLDER / "ANSWERS"
SEED, GROUPS, SIZE = 20_261_128, 250, 2
EXECUTE = "/seawall.v1.StressService/Execute"
#: What no two runs have in common.
OF_THE_MOMENT = ("receipt", "recorded_at")


class Row(NamedTuple):
    """The hash of a group of companies, and that of all answers about them."""

    companies: str
    answers: str


def pinned() -> tuple[str, list[Row]]:
    """The names under which the answers were pinned, and each group."""
    names, *lines = PATH.read_text(encoding="ascii").splitlines()
    return names, [Row(*line.split()) for line in lines]


def names() -> str:
    """Under what these bytes may not change."""
    return " ".join((*sorted(KINDS), MODEL, REPORTS, ASSESSMENTS))


async def rows(folder: Path, numbers: Iterable[int]) -> AsyncIterator[Row]:
    """The row of each of these groups, from one server."""
    async with running(folder / "seawall.db") as server:
        for number in numbers:
            answers, cases = sha256(), group(SEED, number, SIZE)
            for case in cases:
                async for body in _answers(server, case):
                    answers.update(len(body).to_bytes(8) + body)
            yield Row(sha256(repr(cases).encode()).hexdigest(), answers.hexdigest())


def differing(made: Sequence[Row], before: Sequence[Row]) -> list[int]:
    """The groups about which the answers changed, though they did not."""
    both = enumerate(zip(made, before, strict=False))
    return [n for n, (now, then) in both if now.companies == then.companies and now.answers != then.answers]


async def _answers(server: Running, case: Case) -> AsyncIterator[bytes]:
    """Of every call that a company goes through, in messages of one month and in longer ones."""
    stress, day = server.stress, case.analysis_date.isoformat()
    registered = await stress.RegisterDatasetVersion(registration(case.company))
    dataset = registered.dataset_version_id
    scenario = message(c.Scenario, case.scenario, dataset_version_id=dataset)
    created = await stress.CreateScenario(s.CreateScenarioRequest(scenario=scenario))
    source = s.ScenarioSource(scenario_id=created.scenario_id, dataset_version_id=dataset, analysis_date=day)
    executed = [body async for body in _executed(server, s.ExecuteRequest(scenario=source))]
    execution = s.ExecuteResponse.FromString(executed[0]).execution_id
    longer = s.ExecuteRequest(execution_id=execution, start_period=2, periods_per_message=5)
    unary = (
        registered,
        created,
        await stress.GetExecution(s.GetExecutionRequest(execution_id=execution)),
        await stress.AssessDebtService(s.AssessDebtServiceRequest(dataset_version_id=dataset, analysis_date=day)),
        await stress.GetReport(s.GetReportRequest(execution_id=execution, view="REPORT_VIEW_GRANULAR")),
    )
    for answer in unary:
        yield _settled(answer).SerializeToString(deterministic=True)
    for body in (*executed, *[body async for body in _executed(server, longer)]):
        yield body
    for address in (dataset, created.scenario_id, execution):
        yield (await server.evidence.GetEvidence(v.GetEvidenceRequest(address=address))).body


async def _executed(server: Running, request: s.ExecuteRequest) -> AsyncIterator[bytes]:
    """The messages as they come over the wire, which have to be as the API's own code would write them."""
    call: Any = server.channel.unary_stream(EXECUTE, request_serializer=s.ExecuteRequest.SerializeToString)
    async for body in call(request):
        answer = s.ExecuteResponse.FromString(body)
        assert answer.SerializeToString() == body
        yield _settled(answer).SerializeToString(deterministic=True)


def _settled(answer: Message) -> Message:
    """An answer without what is of the moment, wherever it stands."""
    for field, value in answer.ListFields():
        if field.name in OF_THE_MOMENT:
            answer.ClearField(field.name)
        elif isinstance(value, Message):
            _settled(value)
    return answer


async def main() -> int:
    """Writes the hashes of today's code."""
    with TemporaryDirectory() as folder:
        made = [row async for row in rows(Path(folder), range(GROUPS))]
    if PATH.exists():
        before, groups = pinned()
        changed = differing(made, groups) if before == names() else []
        if changed:
            print(f"refused: answers about groups {changed} would change in silence", file=sys.stderr)
            return 1
    PATH.write_text("\n".join((names(), *map(" ".join, made), "")), encoding="ascii")
    print(f"the answers about {GROUPS * SIZE} random companies are pinned")
    return 0


if __name__ == "__main__":
    logging.disable(logging.WARNING)  # the server says where its key is, which goes with it
    sys.exit(asyncio.run(main()))
