"""Whoever has the key can store what nobody computed, with a record, a tree and checkpoints that are right: only
computing it again finds it."""

import json

import pytest

from seawall.engine import assess, beside, execute
from seawall.engine.reports import ReportView, report
from seawall.server.documents.document import Document, address_of, seal
from seawall.server.documents.kinds import INPUTS, KINDS, SWEEP
from seawall.server.services.recomputing import RECOMPUTED
from seawall.server.verification import tenant
from seawall.server.verification.recompute import first_difference
from tests.companies import company, scenario
from tests.log.stores import companies, documents, opened, resealed, verified
from tests.log.test_store import slipped_in

DATASET, SCENARIO, EXECUTION = documents()
ASSESSMENT = seal(assess(company()), dataset_version=DATASET.address)
REPORTS = {
    view: seal(
        report(execute(scenario(DATASET.address), company()), view, beside(scenario(DATASET.address), company())),
        execution=EXECUTION.address,
        scenario=SCENARIO.address,
        dataset_version=DATASET.address,
    )
    for view in ReportView
}
#: The same execution on another day, as a replay of the first.
REPLAY = seal(
    execute(scenario(DATASET.address), company(), company().as_of_date),
    **dict(EXECUTION.parents),
    replay_of=EXECUTION.address,
)
COMPUTED = [EXECUTION, ASSESSMENT, *REPORTS.values(), REPLAY]


async def findings_among(place, *forged):
    """What is found where these documents are stored beside sound ones, as somebody with the key stores them."""
    async with opened(place) as store:
        await store.append([DATASET, SCENARIO, *COMPUTED, *forged])
    assert (await verified(place))[0] == []
    return await verified(place, recompute=True)


async def test_what_was_computed_is_computed_again_to_the_byte(place):
    findings, result = await findings_among(place)
    assert findings == []
    assert (result.recomputed, result.other_releases) == (6, ())


def edited(document, *path, entry):
    """A document with another entry at a path, at the address of its new bytes."""
    fields = json.loads(document.body)
    *way, last = path
    holder = fields
    for step in way:
        holder = holder[step]
    holder[last] = entry
    return resealed(document, **fields)


def unreported(execution):
    """A report on an execution that no engine can read."""
    parents = dict(REPORTS[ReportView.AGGREGATED].parents) | {"execution": execution.address}
    return resealed(REPORTS[ReportView.AGGREGATED], parents=parents)


ENDLESS = edited(EXECUTION, "horizon_months", entry=10**9)
EXECUTIVE = REPORTS[ReportView.EXECUTIVE]
#: What somebody with the key stores; what the finding about the last of them says.
FORGED = {
    "an execution with more cash": (
        [edited(EXECUTION, "months", "cash_flow", "collections", entry="200000000*24")],
        "months.cash_flow.collections[0] says '200000000', computed again it is '100000000'",
    ),
    "an execution with a month too many": (
        [edited(EXECUTION, "months", "cash_flow", "collections", entry="100000000*24 100000001")],
        "months.cash_flow.collections says '100000000*24 100000001', computed again it is '100000000*24'",
    ),
    "an execution with a longer runway": (
        [edited(EXECUTION, "metrics", "months_of_runway", entry=23)],
        "metrics.months_of_runway says 23, computed again it is 24",
    ),
    "an execution that assumes something else": (
        [edited(EXECUTION, "assumption_records", 0, "source", entry="auditor")],
        "assumption_records[0].source says 'auditor', computed again it is 'model month.v2'",
    ),
    "an execution with a figure that there is none of": (
        [edited(EXECUTION, "metrics", "surplus", entry="1")],
        "metrics.surplus says '1', computed again it is nothing",
    ),
    "an execution of the day before": (
        [edited(EXECUTION, "analysis_date", entry="2024-12-30")],
        "it cannot be computed again: analysis_date: BEFORE_AS_OF, found 2024-12-30",
    ),
    "an execution of no day": (
        [edited(EXECUTION, "analysis_date", entry="yesterday")],
        "it cannot be computed again: ValueError(",
    ),
    "a replay of another outcome": (
        [edited(REPLAY, "debt_service", "ability_level", entry="strong")],
        "debt_service.ability_level says 'strong', computed again it is ",
    ),
    "an execution over endless months": ([ENDLESS], "horizon_months says 1000000000, computed again it is 24"),
    "a report on endless months": (
        [ENDLESS, unreported(ENDLESS)],
        "it cannot be computed again: ValueError('horizon_months is 1000000000",
    ),
    "an assessment with less debt": (
        [edited(ASSESSMENT, "total_debt", entry="1")],
        "total_debt says '1', computed again it is '310000000'",
    ),
    "an assessment by other terms than it says": (
        [edited(ASSESSMENT, "terms", "horizon_months", entry=24)],
        "assumption_records[0].value_used says '12 months', computed again it is '24 months'",
    ),
    "an assessment by impossible terms": (
        [edited(ASSESSMENT, "terms", "horizon_months", entry=0)],
        "it cannot be computed again: horizon_months: OUT_OF_RANGE, found 0",
    ),
    "a report with a better headline": (
        [edited(EXECUTIVE, "executive", "headline", entry="All is well")],
        "executive.headline says 'All is well', computed again it is 'Every obligation is paid",
    ),
    "a report of another view": (
        [edited(EXECUTIVE, "view", entry="aggregated")],
        "aggregated says nothing, computed again it is {",
    ),
    "a report without a risk": (
        [edited(EXECUTIVE, "executive", "key_risks", entry=[])],
        "executive.key_risks says 0 entries, computed again it is ",
    ),
}


@pytest.mark.parametrize(("forged", "words"), FORGED.values(), ids=FORGED)
async def test_what_was_never_computed_is_found_and_where(sqlite_place, forged, words):
    findings, result = await findings_among(sqlite_place, *forged)
    assert {(finding.kind.name, finding.where) for finding in findings} == {
        ("COMPUTATION", document.address) for document in forged
    }
    assert [finding.description for finding in findings][-1].startswith(words), findings
    assert (result.recomputed, result.findings) == (6 + len(forged), len(forged))


async def test_what_another_release_made_is_counted_by_its_name_and_is_no_finding(place):
    older = resealed(EXECUTION, model="month.v0")
    findings, result = await findings_among(
        place,
        older,
        unreported(older),
        resealed(EXECUTION, model="month.v0", currency="EUR"),
        resealed(ASSESSMENT, method="debt_service.v0"),
        resealed(EXECUTIVE, method="reports.v0"),
    )
    assert findings == []
    assert (result.recomputed, result.other_releases) == (
        6,
        (
            ("assessment.v2 month.v2 debt_service.v0", 1),
            ("execution.v2 month.v0", 2),
            ("report.v2 reports.v0", 1),
            ("report.v2 reports.v2", 1),
        ),
    )


async def test_a_kind_that_this_release_does_not_know_is_of_another_one(sqlite_place):
    document = resealed(companies(1)[0], kind="sweep.v9", method="sweeps.v9")
    async with opened(sqlite_place) as store:
        await store.append([document])
    sqlite_place.tamper(f"UPDATE evidence SET kind = 'sweep.v9' WHERE address = '{document.address}'")
    findings, result = await verified(sqlite_place, recompute=True)
    assert [finding.kind.name for finding in findings] == ["COLUMN"]
    assert (result.recomputed, result.other_releases) == (0, (("sweep.v9 sweeps.v9", 1),))


@pytest.mark.parametrize(("body", "name"), [(b'{"kind":["a"]}', "['a']"), (b"{}", "no kind")])
async def test_no_bytes_keep_a_verification_from_computing_the_rest(sqlite_place, body, name):
    async with opened(sqlite_place) as store:
        await store.append([DATASET, SCENARIO, EXECUTION])
    sqlite_place.tamper(*slipped_in(sqlite_place, Document("sweep.v9", body, address_of(body))))
    findings, result = await verified(sqlite_place, recompute=True)
    assert "COMPUTATION" not in {finding.kind.name for finding in findings}
    assert (result.recomputed, result.other_releases) == (1, ((name, 1),))


async def test_endless_names_of_other_releases_are_counted_together(sqlite_place, monkeypatch):
    monkeypatch.setattr(tenant, "MOST_NAMES", 3)
    older = [resealed(EXECUTION, model=f"month.{number}") for number in range(5)]
    _, result = await findings_among(sqlite_place, *older)
    assert [(name, documents) for name, documents in result.other_releases if name == "others"] == [("others", 2)]
    assert len(result.other_releases) == 4


async def test_what_stands_on_nothing_is_not_computed(place):
    async with opened(place) as store:
        await store.append([DATASET, SCENARIO, *COMPUTED])
    place.tamper(f"DELETE FROM evidence WHERE address = '{SCENARIO.address}'")
    findings, _ = await verified(place, recompute=True)
    uncomputed = {(finding.where, finding.description) for finding in findings if finding.kind.name == "COMPUTATION"}
    assert uncomputed == {
        (document.address, "it cannot be computed again: KeyError('scenario')")
        for document in (EXECUTION, REPLAY, *REPORTS.values())
    }


def test_every_kind_that_callers_do_not_send_can_be_computed_again():
    in_blocks = {SWEEP.name}  # which `verification.sweeps` computes again
    assert RECOMPUTED.keys() == KINDS.keys() - {kind.name for kind in INPUTS} - in_blocks


@pytest.mark.parametrize(
    ("stored", "computed", "difference"),
    [
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, ("b", "2", "3")),
        ({"a": {"b": ["1", "2"]}}, {"a": {"b": ["1", "3"]}}, ("a.b[1]", "'2'", "'3'")),
        ({"a": ["1"]}, {"a": ["1", "2"]}, ("a", "1 entries", "2 entries")),
        ({"a": "1"}, {"a": ["1"]}, ("a", "'1'", "['1']")),
        ({"months": {"a": "1*3 2"}}, {"months": {"a": "1*2 2*2"}}, ("months.a[2]", "'1'", "'2'")),
        ({"months": {"a": "1*2"}}, {"months": {"a": "1*3"}}, ("months.a", "'1*2'", "'1*3'")),
        ({"months": {"a": "1*x"}}, {"months": {"a": "1*3"}}, ("months.a", "'1*x'", "'1*3'")),
        ({"b": 1}, {"a": 1, "b": 2}, ("a", "nothing", "1")),
    ],
)
def test_the_first_difference_has_its_path_and_both_entries(stored, computed, difference):
    assert first_difference(stored, computed) == difference
