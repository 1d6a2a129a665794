"""Replay: equal inputs give equal bytes, other data are named, and a changed rule is caught at its first figure."""

import uuid
from dataclasses import replace

from seawall.engine import execute
from seawall.server.services import computing
from seawall.v1 import stress_service_pb2 as s
from tests.companies import cents, company, income
from tests.server.running import (
    everything_in,
    executed,
    months_in,
    registered,
    replayed,
    running,
    with_an_execution,
)


async def test_a_replay_is_identical_after_a_restart_and_stores_nothing(tmp_path):
    database = tmp_path / "seawall.db"
    async with running(database) as before:
        known = await with_an_execution(before)
        streamed = await executed(before, known.scenario_id, known.dataset_version_id)
    stored = everything_in(database)
    async with running(database) as after:
        events = await replayed(after, known)
    started, completed = events[0].started, events[-1].completed
    assert started.outcome == completed.outcome == s.REPLAY_OUTCOME_IDENTICAL
    assert not started.created
    assert not started.HasField("divergence")
    assert {event.execution_id for event in events} == {known.execution_id}
    assert months_in(events) == months_in(streamed)
    assert completed.metrics == streamed[-1].completed.metrics
    assert everything_in(database) == stored


async def test_a_changed_rule_diverges_with_the_period_and_the_figure(server, monkeypatch):
    known = await with_an_execution(server)
    original = months_in(await executed(server, known.scenario_id, known.dataset_version_id))
    monkeypatch.setattr(computing, "execute", _a_cent_more_from_month_5)
    events = await replayed(server, known)
    started, completed = events[0].started, events[-1].completed
    assert started.outcome == completed.outcome == s.REPLAY_OUTCOME_DIVERGED
    divergence = started.divergence
    assert divergence == completed.divergence
    assert (divergence.period, divergence.figure) == (5, "position.receivables")
    assert int(divergence.stored) == original[4].position.receivables_minor
    assert int(divergence.recomputed) == original[4].position.receivables_minor + 1
    assert started.created
    assert started.header.replay_of == known.execution_id
    assert events[0].execution_id != known.execution_id
    assert months_in(events)[:4] == original[:4]
    assert months_in(events)[4] != original[4]


async def test_what_diverged_is_stored_and_does_not_take_the_place_of_the_original(server, monkeypatch):
    known = await with_an_execution(server)
    monkeypatch.setattr(computing, "execute", _a_cent_more_from_month_5)
    first, again = await replayed(server, known), await replayed(server, known)
    assert first[0].execution_id == again[0].execution_id
    assert (first[0].started.created, again[0].started.created) == (True, False)
    executed_again = await executed(server, known.scenario_id, known.dataset_version_id)
    assert executed_again[0].execution_id == known.execution_id
    monkeypatch.undo()
    assert (await replayed(server, known))[0].started.outcome == s.REPLAY_OUTCOME_IDENTICAL


async def test_a_figure_of_the_whole_horizon_diverges_in_period_0(server, monkeypatch):
    known = await with_an_execution(server)

    def changed(*arguments, **options):
        execution = execute(*arguments, **options)
        return execution._replace(metrics=execution.metrics._replace(months_of_runway=24))

    monkeypatch.setattr(computing, "execute", changed)
    divergence = (await replayed(server, known))[0].started.divergence
    assert (divergence.period, divergence.figure, divergence.recomputed) == (0, "metrics.months_of_runway", "24")


async def test_the_same_assumptions_on_other_data_are_different_data(server):
    known = await with_an_execution(server)
    restated = company(income_statement=income(revenue_annual=cents(12_000_001)))
    other = await registered(server, restated)
    events = await replayed(server, known, dataset_version_id=other)
    header = events[0].started.header
    assert events[0].started.outcome == s.REPLAY_OUTCOME_DIFFERENT_DATA
    assert not events[0].started.HasField("divergence")
    assert (header.replay_of, header.scenario_id, header.dataset_version_id) == (
        known.execution_id,
        known.scenario_id,
        other,
    )
    listed = await server.stress.ListExecutions(s.ListExecutionsRequest(dataset_version_id=other))
    assert [entry.replay_of for entry in listed.executions] == [known.execution_id]


async def test_another_analysis_date_is_different_data(server):
    known = await with_an_execution(server)
    events = await replayed(server, known, analysis_date="2025-03-31")
    assert events[0].started.outcome == s.REPLAY_OUTCOME_DIFFERENT_DATA
    assert events[0].started.header.analysis_date == "2025-03-31"


async def test_a_replay_can_itself_be_replayed(server):
    known = await with_an_execution(server)
    other = await registered(server, company(minimum_cash=0))
    first = await replayed(server, known, dataset_version_id=other)
    of_replay = replace(known, execution_id=first[0].execution_id, dataset_version_id=other)
    again = await replayed(server, of_replay)
    assert again[0].started.outcome == s.REPLAY_OUTCOME_IDENTICAL
    assert again[0].execution_id == first[0].execution_id


async def test_a_replay_is_resumed_and_packed_like_an_execution(server):
    known = await with_an_execution(server)
    whole = months_in(await replayed(server, known))
    events = await replayed(server, known, start_period=20, periods_per_message=3)
    assert months_in(events) == whole[19:]
    assert len(events) == 4
    assert len(await replayed(server, known, start_period=25)) == 2


async def test_a_request_id_gives_the_first_outcome_again(server, monkeypatch):
    known = await with_an_execution(server)
    identified = {"request_id": str(uuid.uuid4())}
    first = await replayed(server, known, **identified)
    monkeypatch.setattr(computing, "execute", _a_cent_more_from_month_5)
    assert await replayed(server, known, **identified) == first
    assert (await replayed(server, known))[0].started.outcome == s.REPLAY_OUTCOME_DIVERGED


def _a_cent_more_from_month_5(*arguments, **options):
    """The engine, as if a rule had changed."""
    execution = execute(*arguments, **options)
    months = list(execution.months)
    for number in range(4, len(months)):
        position = months[number].position
        months[number] = months[number]._replace(position=position._replace(receivables=position.receivables + 1))
    return execution._replace(months=tuple(months))
