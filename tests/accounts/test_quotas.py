"""What tenants may use: refused with the quota's name and when to come back, and nobody else meets it."""

import asyncio
from contextlib import suppress

import grpc
import pytest
from google.rpc.error_details_pb2 import ErrorInfo, QuotaFailure, RetryInfo

from seawall.server import administer
from seawall.server.__main__ import main
from seawall.server.accounts import metering
from seawall.server.accounts.accounts import POLL_SECONDS, Accounts
from seawall.server.accounts.limits import TenantLimits
from seawall.server.accounts.metering import DAY_SECONDS, Meter
from seawall.server.accounts.quota_file import QuotaFile, QuotaFileRefused
from seawall.server.accounts.register import ChangeRefused
from seawall.server.documents.accounts import QuotaEntry, TenantEntry, TenantState
from seawall.server.documents.document import seal
from seawall.server.refusals import QuotaExceeded
from seawall.server.store import stored_bytes, writer
from seawall.server.store.writer import Queue
from tests.accounts.tenants import as_tenants
from tests.accounts.test_changes import decided, done
from tests.companies import company
from tests.log.stores import all_verified, companies, opened
from tests.log.test_commits import waiting
from tests.server.running import created, detail, executed, registered, registration


class Clock:
    def __init__(self, seconds=0.0):
        self.seconds = seconds

    def __call__(self):
        return self.seconds


def metered(**limits):
    """A meter that limits everybody so, with its clocks."""
    clock, utc = Clock(), Clock(10 * DAY_SECONDS)
    return Meter(lambda tenant: {name: str(limit) for name, limit in limits.items()}, clock, utc), clock, utc


def refused(meter, tenant="acme"):
    """The refusal of a call, None where it is let in."""
    try:
        with meter.admitted(tenant):
            return None
    except QuotaExceeded as error:
        return error


def test_calls_of_a_second_may_come_together_and_the_next_as_soon_as_one_comes_back():
    meter, clock, _ = metered(calls_per_second=4)
    assert [refused(meter) for _ in range(4)] == [None] * 4
    error = refused(meter)
    assert (error.retry_seconds, dict(error.metadata)) == (0.25, {"quota": "calls_per_second", "limit": "4"})
    assert error.text == "The tenant's quota calls_per_second of 4 is used up. Retry in 250 ms."
    assert refused(meter, "bank") is None
    clock.seconds += error.retry_seconds
    assert [type(refused(meter)) for _ in range(2)] == [type(None), QuotaExceeded]
    clock.seconds += 3_600
    assert [refused(meter) is None for _ in range(5)] == [True] * 4 + [False]


def test_a_call_counts_for_as_long_as_it_runs_however_it_ends():
    meter, _, _ = metered(calls_at_once=2)
    with meter.admitted("acme"), suppress(ZeroDivisionError), meter.admitted("acme"):
        assert refused(meter).metadata == {"quota": "calls_at_once", "limit": "2"}
        assert refused(meter, "bank") is None
        raise ZeroDivisionError
    assert refused(meter) is None


async def test_a_refusal_waits_and_so_many_at_a_time_do_no_more(monkeypatch):
    monkeypatch.setattr(metering, "MOST_DELAYED", 2)
    monkeypatch.setattr(metering, "DELAY_SECONDS", 3_600)
    meter, _, _ = metered()
    error = QuotaExceeded("stored_bytes", 1, 3_600)
    waiting_refusals = [asyncio.create_task(meter.delay(error)) for _ in range(3)]
    done_at_once, delayed = await asyncio.wait(waiting_refusals, return_when=asyncio.FIRST_COMPLETED)
    assert (done_at_once, len(delayed)) == ({waiting_refusals[2]}, 2)
    for task in delayed:
        task.cancel()
    await asyncio.wait(delayed)
    await meter.delay(QuotaExceeded("calls_per_second", 1_000, 0.001))


def test_operations_are_those_of_a_utc_day_and_a_clock_that_is_set_back_begins_none():
    meter, _, utc = metered(operations_per_day=10)
    utc.seconds += 100
    meter.charge("acme", 7)
    meter.charge("bank", 10)
    with pytest.raises(QuotaExceeded) as error:
        meter.charge("acme", 4)
    assert error.value.retry_seconds == DAY_SECONDS - 100
    meter.charge("acme", 3)
    utc.seconds -= DAY_SECONDS
    with pytest.raises(QuotaExceeded):
        meter.charge("acme", 1)
    utc.seconds += 2 * DAY_SECONDS
    meter.charge("acme", 10)


def test_a_commit_has_no_more_of_a_tenant_than_its_share(monkeypatch):
    monkeypatch.setattr(writer, "MOST_IN_A_COMMIT", 40)
    queue = Queue(100, 1_000, {"noisy": 10, "bank": None}.get)
    for call in (*waiting("noisy", 10), *waiting("bank", 6)):
        queue.put(call)
    with pytest.raises(QuotaExceeded) as error:
        queue.put(waiting("noisy", 1)[0])  # it has its share of what may wait
    assert (error.value.metadata["quota"], error.value.metadata["limit"]) == ("writer_share", "10")
    assert [pending.tenant for pending, _ in queue.take(40)] == ["noisy", "bank"] * 4 + ["bank"] * 2
    assert [len(queue.take(40)) for _ in range(3)] == [4, 2, 0]


class Bytes(TenantLimits):
    """A limit of the documents of everybody."""

    def __init__(self, limit):
        super().__init__()
        self.limit = limit

    def stored_bytes(self, tenant):
        return self.limit


async def test_bytes_are_those_of_all_servers_and_what_is_stored_already_adds_none(place, monkeypatch):
    monkeypatch.setattr(stored_bytes, "ROWS_AT_ONCE", 2)
    documents = companies(8)
    size = [len(document.body) for document in documents]
    limits = Bytes(sum(size[:6]))
    async with opened(place) as other, opened(place, quotas=limits) as store:
        await other.append(documents[:3])
        await store.append(documents[3:4])
        await other.append(documents[4:5])
        await store.append([*documents[:5], documents[5]])
        with pytest.raises(QuotaExceeded) as error:
            await store.append(documents[6:7])
        assert error.value.metadata == {"quota": "stored_bytes", "limit": str(limits.limit)}
        await store.append(documents[:3])
        await store.of("bank").append(documents[6:7])
        limits.limit += size[6] + size[7]
        answers = await asyncio.gather(
            *(store.append([document]) for document in (*documents[6:], *companies(1, first=9))), return_exceptions=True
        )
        assert [type(answer) for answer in answers] == [list, list, QuotaExceeded]
        (total,) = place.rows("SELECT sum(length(body)) FROM evidence WHERE tenant = 'local'")[0]
        assert total == limits.limit
    assert (await all_verified(place))[0] == []


def statuses(answers):
    """Of calls that were refused, quota, limit and seconds until a retry."""
    for error in answers:
        if isinstance(error, grpc.aio.AioRpcError):
            assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
            info = detail(error, ErrorInfo)
            (violation,) = detail(error, QuotaFailure).violations
            assert (info.reason, violation.subject) == ("QUOTA_EXCEEDED", info.metadata["quota"])
            retry = detail(error, RetryInfo).retry_delay.ToTimedelta().total_seconds()
            yield violation.subject, info.metadata["limit"], retry
        else:
            assert not isinstance(error, BaseException)


async def many(server, calls=15):
    """The answers to calls that come together."""
    requests = [registration(company(company_name=f"Company {number}")) for number in range(calls)]
    return await asyncio.gather(
        *(server.stress.RegisterDatasetVersion(request) for request in requests), return_exceptions=True
    )


async def test_a_tenant_above_a_quota_is_refused_and_the_others_are_answered(sqlite_place):
    place = sqlite_place
    longest = {"calls_per_second": 1, "calls_at_once": 1, "stored_bytes": 3_600}
    async with opened(place):
        pass
    for number, quota in enumerate(longest):
        tenant = f"t{number}"
        await decided(place, TenantEntry(tenant, TenantState.OPEN), QuotaEntry(tenant, **{quota: "1"}))
    async with as_tenants(place, "bank", *(f"t{number}" for number in range(len(longest)))) as (bank, *limited):
        of_bank, *answers = await asyncio.gather(many(bank), *map(many, limited))
    assert list(statuses(of_bank)) == []
    for quota, of_limited in zip(longest, answers, strict=True):
        refusals = list(statuses(of_limited))
        assert {(name, limit) for name, limit, _ in refusals} == {(quota, "1")}
        assert all(0 < retry <= longest[quota] for _, _, retry in refusals)


async def test_operations_of_a_day_end_what_is_computed_and_nothing_else(sqlite_place, tmp_path):
    file = tmp_path / "quotas.toml"
    file.write_text("operations_per_day = 100_000\n")
    async with as_tenants(sqlite_place, "acme", "bank", quotas=file) as (acme, bank):
        ids = {}
        for server in (acme, bank):
            dataset = await registered(server)
            ids[server] = (await created(server, dataset, "severe", 6), dataset)
        answers: list[object] = []
        for number in range(9):
            try:
                ids[acme] = (await created(acme, ids[acme][1], "mild", 7 + number), ids[acme][1])
                answers += await executed(acme, *ids[acme])
            except grpc.aio.AioRpcError as error:
                answers.append(error)
        refusals = list(statuses(answers))
        assert {(name, limit) for name, limit, _ in refusals} == {("operations_per_day", "100000")}
        assert all(0 < retry <= DAY_SECONDS for _, _, retry in refusals)
        await registered(acme)
        assert await executed(bank, *ids[bank])


async def test_a_running_server_takes_new_quotas_and_a_changed_file(sqlite_place, tmp_path, caplog):
    file = tmp_path / "quotas.toml"
    file.write_text("calls_at_once = 7\ncalls_per_second = 5\n")
    async with opened(sqlite_place) as store:
        limits = TenantLimits(QuotaFile(file))
        accounts = Accounts(store.operator_documents, limits)
        await accounts.open()
        await done(administer.add_tenant, sqlite_place, "acme", False)
        await done(administer.set_quotas, sqlite_place, "acme", [("calls_per_second", "9"), ("writer_share", "20")])
        await accounts.refresh()
        assert limits.of("acme") == {"calls_at_once": "7", "calls_per_second": "9", "writer_share": "20"}
        assert (limits.writer_share("acme"), limits.stored_bytes("acme")) == (20, None)
        file.write_text("calls_at_once = 8\nstored_bytes = 0\n")
        await done(administer.set_quotas, sqlite_place, "acme", [("calls_at_once", "unlimited")])
        await accounts.refresh()
        assert limits.of("bank") == {"calls_at_once": "8", "stored_bytes": "0"}
        assert limits.of("acme")["calls_at_once"] == "unlimited"
        file.write_text("calls_at_once = 8\ncalls = 0\n")
        for _ in range(2):
            await accounts.refresh()
        assert limits.of("bank") == {"calls_at_once": "8", "stored_bytes": "0"}
        said = [record.getMessage() for record in caplog.records if "stay as they were" in record.getMessage()]
        assert len(said) == 1
        assert "found the key 'calls', allowed: calls_per_second" in said[0]
    assert POLL_SECONDS <= 5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("calls = 3", "found the key 'calls', allowed: calls_per_second, calls_at_once, writer_share"),
        ("calls_per_second = 0", "calls_per_second: found '0', allowed: a whole number from 1"),
        ("writer_share = 101", "writer_share: found '101', allowed: a whole number from 1 to 100, or unlimited"),
        ("calls_at_once = 1.5\nstored_bytes = -1", "calls_at_once: found 1.5, .*; stored_bytes: found '-1', allowed"),
        ("calls_at_once = true", "found True"),
        ("[calls_at_once]", "found {}"),
        ('calls_at_once = "many"', "found 'many'"),
        ("calls_at_once =", "is no TOML"),
        ("calls_at_once = " + "9" * 5_000, "is no TOML"),
        (None, "cannot be read"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_its_key_and_what_is_allowed(tmp_path, text, words):
    file = tmp_path / "quotas.toml"
    if text is not None:
        file.write_text(text)
    with pytest.raises(QuotaFileRefused, match=words):
        QuotaFile(file)


async def test_a_wrong_change_of_quotas_is_refused(sqlite_place):
    async with opened(sqlite_place):
        pass
    await done(administer.set_quotas, sqlite_place, "local", [("writer_share", "20")])
    for changes, words in (
        ([("calls", "3")], "found the quota 'calls', allowed: calls_per_second"),
        ([("calls_per_second", "0")], "calls_per_second: found '0', allowed: a whole number from 1 to .*, or default"),
        ([("writer_share", "5"), ("writer_share", "6")], "is named twice"),
        ([("writer_share", "20")], "the quotas of local are these already"),
    ):
        with pytest.raises(ChangeRefused, match=words):
            await done(administer.set_quotas, sqlite_place, "local", changes)
    assert (await all_verified(sqlite_place))[0] == []


async def test_quotas_are_listed_with_the_defaults_first(sqlite_place, tmp_path, capsys):
    async with opened(sqlite_place):
        pass
    file = tmp_path / "quotas.toml"
    file.write_text("stored_bytes = 1_000_000\n")
    await done(administer.set_quotas, sqlite_place, "local", [("calls_at_once", "unlimited")])
    capsys.readouterr()
    await done(administer.list_quotas, sqlite_place, file)
    assert [line.split()[:3] for line in capsys.readouterr().out.splitlines()] == [
        ["TENANT", "QUOTA", "LIMIT"],
        ["*", "stored_bytes", "1000000"],
        ["local", "calls_at_once", "unlimited"],
    ]


def test_a_limit_without_its_quota_is_wrong_usage(capsys):
    with pytest.raises(SystemExit):
        main(["quotas", "set", "acme", "50"])
    assert "found '50', allowed: QUOTA=LIMIT, as calls_per_second=50" in capsys.readouterr().err


def test_the_bytes_of_a_change_of_quotas_are_these_for_ever():
    entry = QuotaEntry("acme", calls_per_second="50", stored_bytes="unlimited")
    assert seal(entry).body == (
        b'{"calls_per_second":"50","kind":"quota.v1","stored_bytes":"unlimited","tenant":"acme"}'
    )
