"""The calls of the table: each story makes what it needs and then asks for what is costly."""

from collections.abc import Iterator

from seawall.v1 import dataset_pb2 as d
from seawall.v1 import evidence_service_pb2 as v
from seawall.v1 import report_pb2 as r
from seawall.v1 import scenario_pb2 as c
from seawall.v1 import stress_service_pb2 as s
from tests.fuzz.calls import Call, call, ids_in
from tests.fuzz.story import Trial

from .companies import EXECUTED, REGISTERED
from .previews import PREVIEWS, preview

UNKNOWN_FIELDS = 1_300_000  #: of three bytes each
FACTORS = 1_300_000  #: of a path, three bytes each


def stories(salt: str) -> Iterator[tuple[str, Trial]]:
    """Every story by its name; another salt makes other companies of the same shape, so that nothing is stored yet."""
    for name, change in PREVIEWS.items():
        yield name, _only(call(preview(change)))
    yield "1,300,000 unknown fields", _only(_with_unknown_fields())
    yield "a path of 1,300,000 factors", _only(call(_long_path()))
    for name, build in REGISTERED.items():
        yield name, _registered(_salted(build(), salt))
    for name, build in EXECUTED.items():
        yield name, _executed(_salted(build(), salt))
    yield "lists of what was stored", _listed()


def _only(attempt: Call) -> Trial:
    yield attempt


def _with_unknown_fields() -> Call:
    plain = call(preview(lambda request: None))
    return plain._replace(body=plain.body + b"\xa2\x06\x00" * UNKNOWN_FIELDS)


def _long_path() -> s.CreateScenarioRequest:
    scenario = c.Scenario(dataset_version_id="sha256:" + "0" * 64, name="x", horizon_months=24)
    scenario.assumptions.revenue_change_factor.extend(["1"] * FACTORS)
    return s.CreateScenarioRequest(scenario=scenario)


def _salted(company: d.DatasetVersion, salt: str) -> d.DatasetVersion:
    company.company_name = f"{company.company_name} {salt}"
    return company


def _registered(company: d.DatasetVersion) -> Trial:
    yield call(s.RegisterDatasetVersionRequest(dataset_version=company))


def _executed(company: d.DatasetVersion) -> Trial:
    registered = call(s.RegisterDatasetVersionRequest(dataset_version=company))
    dataset = ids_in(registered, (yield registered)).get("dataset_version_id", "")
    assessed = s.AssessDebtServiceRequest(dataset_version_id=dataset)
    assessed.terms.horizon_months = 120
    yield call(assessed)
    yield call(s.GetDatasetVersionRequest(dataset_version_id=dataset))
    described = c.Scenario(dataset_version_id=dataset, name="severe", horizon_months=24)
    created = call(s.CreateScenarioRequest(scenario=described, template_name="severe"))
    scenario = ids_in(created, (yield created)).get("scenario_id", "")
    if not scenario:
        return
    source = s.ScenarioSource(scenario_id=scenario, dataset_version_id=dataset)
    execute = call(s.ExecuteRequest(scenario=source))
    execution = ids_in(execute, (yield execute)).get("execution_id", "")
    yield call(s.ReplayRequest(execution_id=execution, dataset_version_id=dataset, periods_per_message=24))
    yield call(s.ExecuteRequest(execution_id=execution, periods_per_message=24))
    for view in r.ReportView.keys()[1:]:
        yield call(s.GetReportRequest(execution_id=execution, view=view))
    yield call(s.GetExecutionRequest(execution_id=execution))
    yield call(v.GetEvidenceRequest(address=execution))


def _listed() -> Trial:
    for request in (s.ListDatasetVersionsRequest, s.ListScenariosRequest, s.ListExecutionsRequest):
        yield call(request(page_size=1_000))
    yield call(v.VerifyEvidenceRequest())
