"""The pinned documents: the requests that make them, the bytes that a server once stored, and what may change them.

`tests/data/golden` holds the inputs as a caller writes them, each document as its bytes, and an index of them.
"""

import json
from collections.abc import AsyncIterable, Awaitable, Callable, Iterator, Mapping
from functools import partial
from importlib.resources import files as resources
from pathlib import Path
from typing import Any, NamedTuple

from seawall.clients import files
from seawall.clients.client import StressClient
from seawall.clients.files import inputs
from seawall.clients.files.sweeps import sweep_plan
from seawall.engine import Assessment, Execution, assess, beside, execute
from seawall.engine.reports import Report, report
from seawall.engine.sweeps.block import block_task, computed_block
from seawall.engine.sweeps.figures import COLUMNS
from seawall.engine.sweeps.plan import SweepPlan
from seawall.engine.sweeps.results import Sweep
from seawall.engine.sweeps.rows import columns_in
from seawall.engine.sweeps.summary import summary_of
from seawall.server.documents.document import address_of, seal, unseal
from seawall.server.documents.kinds import ATTRIBUTION, BREAKING_POINT, KINDS, SENSITIVITY
from seawall.server.refusals import DifferentModel
from seawall.server.services.recomputing import recomputed
from seawall.server.store.appends import StoredDocument
from seawall.v1.breaking_point_pb2 import AssumptionWay, BreakingEvent, BreakingTarget
from seawall.v1.debt_service_pb2 import AssessmentTerms

FOLDER = Path(__file__).resolve().parent.parent / "data/golden"
EXAMPLES = Path(str(resources("seawall.clients") / "examples"))
VIEWS = ("executive", "aggregated", "granular")

#: The demo's company, a bakery with a covenant that is cured once, three that are odd, and one that only owes.
COMPANIES = {
    "carbo": EXAMPLES / "carbo_ceramics_2017.yaml",
    "carbo_restated": EXAMPLES / "carbo_ceramics_2017_restated.yaml",
    "bakery": EXAMPLES / "bakery.json",
    **{name: FOLDER / f"inputs/{name}.yaml" for name in ("teahouse", "shipyard", "quarry", "holding")},
}


class Case(NamedTuple):
    """A scenario of a company that is executed, and the views that are reported of it."""

    company: str
    scenario: Path
    views: tuple[str, ...]
    analysis_date: str | None = None


CASES = {
    "carbo.base": Case("carbo", EXAMPLES / "scenario_base.yaml", VIEWS[:2]),
    "carbo.mild": Case("carbo", EXAMPLES / "scenario_mild.yaml", VIEWS[:1]),
    "carbo.moderate": Case("carbo", EXAMPLES / "scenario_moderate.yaml", VIEWS[:1]),
    "carbo.severe": Case("carbo", EXAMPLES / "scenario_severe.yaml", VIEWS),
    "carbo.workout": Case("carbo", EXAMPLES / "scenario_workout.yaml", VIEWS[:1]),
    "bakery.mild": Case("bakery", EXAMPLES / "scenario_mild.yaml", VIEWS[:2]),
    "teahouse.as_it_is": Case("teahouse", FOLDER / "inputs/scenario_as_it_is.yaml", VIEWS),
    "shipyard.strike": Case("shipyard", FOLDER / "inputs/scenario_strike.yaml", VIEWS[:2]),
    "quarry.rates_up": Case("quarry", FOLDER / "inputs/scenario_rates_up.yaml", VIEWS, "2023-12-15"),
}
#: Terms and analysis dates of the assessments that do not take the defaults.
TERMS = {"quarry": AssessmentTerms(horizon_months=30, minimum_dscr="1.1", strong_dscr_margin="0.25")}
DATES = {"quarry": "2023-12-15"}
Analysis = Callable[[StressClient, Mapping[str, str]], Awaitable[str]]  #: stores it and gives its id
#: Plans of each way to name scenarios, and the companies that each of them is of.
SWEEPS = {f"sweep_{way}": FOLDER / f"sweeps/{way}.yaml" for way in ("grid", "listed", "drawn")}
SWEPT = ("carbo", "carbo_restated")
REPLAYED, RESTATED = "carbo.base", "carbo_restated"


async def stored(client: StressClient) -> dict[str, str]:
    """Store every document on a server, in this order; the id of each by its name."""
    ids: dict[str, str] = {}
    for name, path in COMPANIES.items():
        registered = await client.register(inputs.dataset_version(files.load(path)))
        ids[f"{name}.dataset_version"] = company = registered.dataset_version_id
        assessed = await client.assess_debt_service(company, terms=TERMS.get(name), analysis_date=DATES.get(name))
        ids[f"{name}.assessment"] = assessed.assessment_id
    for name, case in CASES.items():
        company = ids[f"{case.company}.dataset_version"]
        described, template = inputs.scenario(files.load(case.scenario), company)
        created = await client.create_scenario(described, template_name=template)
        ids[f"{name}.scenario"] = created.scenario_id
        events = client.execute(created.scenario_id, company, analysis_date=case.analysis_date)
        ids[f"{name}.execution"] = execution = (await first(events)).header.execution_id
        for view in case.views:
            ids[f"{name}.report.{view}"] = (await client.report(execution, f"REPORT_VIEW_{view.upper()}")).report_id
    for name, analysis in ANALYSES.items():
        ids[name] = await analysis(client, ids)
    for name, path in SWEEPS.items():
        plan = sweep_plan(files.load(path), [ids[f"{company}.dataset_version"] for company in SWEPT])
        swept = await client.sweep(plan)
        ids[f"{name}.plan"], ids[f"{name}.sweep"] = swept.sweep_plan_id, swept.completed.sweep_id
    replay = client.replay(ids[f"{REPLAYED}.execution"], ids[f"{RESTATED}.dataset_version"])
    ids[f"{REPLAYED}.replay"] = (await first(replay)).header.execution_id
    return ids


async def _breaking_point(client: StressClient, ids: Mapping[str, str]) -> str:
    """How far the sales of the bakery may fall until nothing can be paid or drawn."""
    answer = await client.breaking_point(
        ids["bakery.mild.scenario"],
        ids["bakery.dataset_version"],
        BreakingEvent(kind="BREAKING_EVENT_KIND_LIQUIDITY_BELOW_MINIMUM", minimum_liquidity_minor=1),
        BreakingTarget(way=AssumptionWay(assumption="revenue_change_factor", from_value="1", to_value="0.2")),
    )
    return answer.breaking_point_id


async def _sensitivity(client: StressClient, ids: Mapping[str, str]) -> str:
    answer = await client.sensitivity(
        ids["carbo.severe.scenario"], ids["carbo.dataset_version"], "standstill_peak_minor"
    )
    return answer.sensitivity_id


async def _attribution(client: StressClient, ids: Mapping[str, str], figure: str, period: int | None = None) -> str:
    answer = await client.attribute(
        ids["carbo.base.scenario"],
        ids["carbo.severe.scenario"],
        ids["carbo.dataset_version"],
        figure,
        period=period,
    )
    return answer.attribution_id


ANALYSES: dict[str, Analysis] = {
    "bakery.breaking_point": _breaking_point,
    "carbo.sensitivity": _sensitivity,
    "carbo.attribution": partial(_attribution, figure="standstill_peak_minor"),
    "carbo.attribution_of_funds": partial(_attribution, figure="funds_minor", period=9),
}


async def first(events: AsyncIterable[Any]) -> Any:
    """The message that begins a stream; the others are read too."""
    begun, *_ = [event async for event in events]
    return begun


async def bodies(client: StressClient, ids: Mapping[str, str]) -> dict[str, bytes]:
    """The stored bytes of documents by their names."""
    return {name: (await client.evidence(address)).body for name, address in ids.items()}


class Row(NamedTuple):
    """A line of the index."""

    name: str
    kind: str
    address: str


def index(folder: Path = FOLDER) -> list[Row]:
    """What is pinned, by name."""
    return [Row(*line.split()) for line in (folder / "INDEX").read_text(encoding="utf-8").splitlines()]


def pinned(folder: Path = FOLDER) -> dict[str, bytes]:
    """The bytes of every document of the index; nothing stands for one whose file is gone."""
    paths = {row.name: folder / f"documents/{row.name}.json" for row in index(folder)}
    return {name: path.read_bytes() if path.exists() else b"" for name, path in paths.items()}


def pin(made: Mapping[str, bytes], folder: Path = FOLDER) -> None:
    """Writes every document and the index over them."""
    rows = [Row(name, kind_of(body), address_of(body)) for name, body in sorted(made.items())]
    for name, body in made.items():
        (folder / f"documents/{name}.json").write_bytes(body)
    (folder / "INDEX").write_text("".join(f"{' '.join(row)}\n" for row in rows), encoding="utf-8")


def kind_of(body: bytes) -> str:
    """The kind that a document names."""
    return str(json.loads(body)["kind"])


def again(body: bytes, by_address: Mapping[str, bytes]) -> bytes:
    """A document computed again by today's code, from the stored bytes of what it stands on, by their ids."""
    fields = json.loads(body)
    if fields["kind"] in (BREAKING_POINT.name, SENSITIVITY.name, ATTRIBUTION.name):
        return _analysed_again(fields, by_address)
    opened = unseal(body)
    value, parents = (
        opened.value,
        {name: unseal(by_address[address]).value for name, address in _inputs(opened.parents)},
    )
    match value:
        case Execution():
            value = execute(parents["scenario"], parents["dataset_version"], value.analysis_date)
        case Assessment():
            value = assess(parents["dataset_version"], value.terms, value.analysis_date)
        case Report():
            stress, company = (unseal(by_address[address]).value for address in _executed(opened.parents, by_address))
            runs = beside(stress, company, parents["execution"].analysis_date)
            value = report(parents["execution"], value.view, runs)
        case Sweep():
            value = _swept(parents["plan"], by_address, value.currency, value.minor_digits)
    return seal(value, **opened.parents).body


def _analysed_again(fields: Mapping[str, Any], by_address: Mapping[str, bytes]) -> bytes:
    """An analysis as a verification computes it, from the inputs among its parents."""
    parents = {
        name: StoredDocument(0, address, "", by_address[address], "")
        for name, address in fields["parents"].items()
        if name in KINDS[fields["kind"]].parents
    }
    document = recomputed(fields, parents)
    return document.body if document else b""


def _swept(plan: SweepPlan, by_address: Mapping[str, bytes], currency: str, minor_digits: int) -> Sweep:
    """The sweep of a plan of one block."""
    companies = [unseal(by_address[address]).value for address in plan.dataset_version_ids]
    block = computed_block(block_task(plan, companies, 0))
    columns = dict(zip(COLUMNS, columns_in(block.columns), strict=True))
    return Sweep(
        currency=currency,
        minor_digits=minor_digits,
        rows=plan.row_count,
        columns=COLUMNS,
        root=block.root.hex(),
        blocks=(address_of(block.columns),),
        **summary_of(columns.__getitem__)._asdict(),
    )


def _executed(parents: Mapping[str, str], by_address: Mapping[str, bytes]) -> tuple[str, str]:
    """The scenario and the dataset version of the execution that a report is about."""
    links = unseal(by_address[parents["execution"]]).parents
    return links["scenario"], links["dataset_version"]


def _inputs(parents: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((name, address) for name, address in parents.items() if name != "replay_of")


def refusals(before: Mapping[str, bytes], made: Mapping[str, bytes]) -> Iterator[str]:
    """Why `made` may not take the place of what is pinned, document by document.

    Bytes may change with the kind, the model or the method that stands in them. They may also change with what the
    document stands on; then today's code still has to make the old bytes of the old inputs.
    """
    by_address = {address_of(body): body for body in before.values()}
    for name, body in before.items():
        if not body:
            yield f"{name}: its file is gone"
        elif name not in made:
            yield f"{name}: it is pinned, and no longer made"
        elif made[name] != body and _names(made[name]) == _names(body) and not _follows(made[name], body, by_address):
            yield f"{name}: its bytes changed, and it is still {', '.join(_names(body))}"


def _names(body: bytes) -> list[str]:
    """The kind, the model and the method that a document names."""
    document = json.loads(body)
    return [document[name] for name in ("kind", "model", "method") if name in document]


def _parents(body: bytes) -> dict[str, str]:
    return dict(json.loads(body).get("parents", {}))


def _follows(made: bytes, body: bytes, by_address: Mapping[str, bytes]) -> bool:
    """Whether a document changed with what it stands on, and for no other reason."""
    if _parents(made) == _parents(body):
        return False
    try:
        return again(body, by_address) == body
    except DifferentModel:  # a report on an execution of another model: only the release of that model can show it
        return True
    except Exception:  # today's code cannot read what the document stands on, and so cannot show it
        return False
