"""The operations port: probes and metrics for whoever reaches it; nothing hurts the server or tells of a tenant."""

import logging
import re
import socket
import sys
import threading

import grpc
import pytest
from prometheus_client.parser import text_string_to_metric_families

from seawall.server.identity.caller import Caller, Role
from seawall.server.identity.unauthenticated import Why
from seawall.server.observing import operations
from seawall.server.observing.metrics import Metrics
from seawall.server.observing.observation import Observation
from seawall.server.observing.operations import Answer, OperationsRefused, operations_port
from seawall.server.services import operated as services_operated
from seawall.v1 import stress_service_pb2 as s
from seawall.v1.stress_service_pb2_grpc import StressServiceStub
from tests.journeys import pages
from tests.journeys.test_docs import DOCS
from tests.observing.http import get, operated, page, ready
from tests.server.running import registration

NOT_YET = {"seawall_credentials_refused_total", "seawall_quota_refusals_total"}  #: where nobody was refused so
PAGES = {"/livez": lambda: Answer(200, b"live\n")}


@pytest.fixture
def place(sqlite_place):
    return sqlite_place


def samples(text):
    """Name with labels -> value."""
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_a_scrape_has_what_happened_and_exactly_what_the_page_says(place, caplog):
    async def identify(context):
        return Caller("acme", "jane", frozenset(Role))

    async with (
        operated(place, caplog, identify=identify) as (address, port),
        grpc.aio.insecure_channel(address) as channel,
    ):
        stress = StressServiceStub(channel)
        await stress.RegisterDatasetVersion(registration())
        with pytest.raises(grpc.aio.AioRpcError):
            await stress.GetScenario(s.GetScenarioRequest(scenario_id="x"))
        await ready(port, 200)
        response = await page(port, "/metrics")
    values = samples(response.text)
    stress_method = "seawall.v1.StressService/"
    registered = (("code", "OK"), ("method", f"{stress_method}RegisterDatasetVersion"), ("reason", ""))
    refused = (("code", "INVALID_ARGUMENT"), ("method", f"{stress_method}GetScenario"), ("reason", "MALFORMED"))
    assert values["seawall_calls_total", *registered] == values["seawall_calls_total", *refused] == 1
    assert values["seawall_call_seconds_count", ("method", f"{stress_method}GetScenario")] == 1
    assert values["seawall_commit_seconds_count",] == values["seawall_committed_calls_total",] == 1
    assert values["seawall_checkpoint_seconds_count",] == values["seawall_store_reachable",] == 1
    assert (values["seawall_documents",], values["seawall_log_records",]) == (1, 1)
    assert [values["seawall_calls_running", ("group", group)] for group in ("calls", "streams", "audits")] == [0] * 3
    rows = pages.rows(DOCS / "observing.md", "Metrics")
    documented = {name.strip("`"): set(re.findall(r"`(\w+)`", labels)) for name, labels, *_ in rows}
    counted = families(response.text)
    assert documented.keys() - {"process_*"} == counted.keys()
    assert {name: labels for name, labels in counted.items() if labels} == {
        name: labels for name, labels in documented.items() if labels and name not in NOT_YET
    }
    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert re.findall("acme|jane|local", response.text) == []


def test_what_is_worth_an_alarm_is_there():
    rows = pages.rows(DOCS / "observing.md", "Metrics")
    alarms = pages.text_of(DOCS / "observing.md").partition("Worth an alarm")[2].partition("## ")[0]
    assert set(re.findall(r"seawall_\w+", alarms)) <= {name.strip("`") for name, *_ in rows}
    causes = re.findall(r"`([A-Z_]+)`", alarms)
    assert causes == [Why[cause].name for cause in causes] != []


def families(text):
    """Name as a query has it -> its labels, of what a server counts for itself."""
    labels: dict[str, set] = {}
    for family in text_string_to_metric_families(text):
        if not family.name.startswith("process_"):
            name = f"{family.name}_total" if family.type == "counter" else family.name
            labels.setdefault(name, set()).update(*(sample.labels.keys() - {"le"} for sample in family.samples))
    return labels


def test_what_stopped_a_call_is_counted_by_its_cause():
    metrics = Metrics()
    for code, reason, cause in (
        ("UNAUTHENTICATED", "UNAUTHENTICATED", "EXPIRED"),
        ("RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", "calls_per_second"),
        ("RESOURCE_EXHAUSTED", "OVERLOADED", ""),
    ):
        call = Observation("M")
        call.refused(code, reason, cause)
        metrics.observe_call(call)
    values = samples(metrics.text().decode())
    assert values["seawall_credentials_refused_total", ("why", "EXPIRED")] == 1
    assert values["seawall_quota_refusals_total", ("quota", "calls_per_second")] == 1
    assert sum(value for (name, *_), value in values.items() if name == "seawall_calls_total") == 3


def test_nothing_else_is_there_and_nothing_says_which_python_runs():
    with operations_port("127.0.0.1:0", PAGES) as address:
        assert get(address, "/livez?verbose").text == "live\n"
        assert get(address, "/").status == get(address, "/../livez").status == 404
        assert get(address, "/livez", "POST").status == 501
        assert get(address, "/livez").headers["Server"].strip() == "seawall"


@pytest.mark.parametrize("first", [b"", b"GET /livez HTTP/1.0\r\n", b"\x16\x03\x01", b"GET /" + b"x" * 100_000])
def test_a_client_that_sends_no_request_loses_its_connection(monkeypatch, first):
    monkeypatch.setattr(operations, "CONNECTION_SECONDS", 0.5)
    with operations_port("127.0.0.1:0", PAGES) as address:
        host, port = address.split(":")
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            connection.sendall(first)
            assert ended(connection)
        assert get(address, "/livez").status == 200


def test_a_client_that_sends_a_byte_now_and_then_loses_its_connection_too(monkeypatch):
    monkeypatch.setattr(operations, "CONNECTION_SECONDS", 0.5)
    with operations_port("127.0.0.1:0", PAGES) as address:
        host, port = address.split(":")
        with socket.create_connection((host, int(port)), timeout=0.1) as connection:
            assert any(ended_after(connection, b"x") for _ in range(600))


def ended_after(connection, byte):
    """Whether the other side ended it by the time that it had this too."""
    try:
        connection.sendall(byte)
        return connection.recv(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def ended(connection):
    """Whether the other side ended it, after what it may still say."""
    try:
        while connection.recv(65_536):
            pass
    except ConnectionResetError:
        pass
    return True


def test_probes_are_answered_beside_more_connections_than_may_be_and_few_threads_serve_them(monkeypatch):
    monkeypatch.setattr(operations, "MOST_CONNECTIONS", 4)
    before = threading.active_count()
    with operations_port("127.0.0.1:0", PAGES) as address:
        host, port = address.split(":")
        idle = [socket.create_connection((host, int(port)), timeout=30) for _ in range(40)]
        assert [get(address, "/livez").status for _ in range(20)] == [200] * 20
        assert ended(idle[0])
        assert threading.active_count() - before <= 1 + 4 + 4  # its own, those that serve, those that just end
        for connection in idle:
            connection.close()


@pytest.mark.parametrize("address", ["", "50552", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:65536", "example.com:1"])
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(OperationsRefused, match=r"is not HOST:PORT"), operations_port(address, PAGES):
        pass


def test_an_address_that_is_in_use_is_refused():
    with (
        operations_port("127.0.0.1:0", PAGES) as address,
        pytest.raises(OperationsRefused, match="cannot be used"),
        operations_port(address, PAGES),
    ):
        pass


async def test_without_prometheus_probes_are_served_and_metrics_name_the_extra(place, caplog, monkeypatch):
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    monkeypatch.delitem(sys.modules, "seawall.server.observing.metrics")
    async with operated(place, caplog) as (_, port):
        metrics, live = await page(port, "/metrics"), await page(port, "/livez")
    assert (metrics.status, live.status) == (501, 200)
    assert "python -m pip install 'seawall[metrics]'" in metrics.text
    assert [record.levelno for record in caplog.records if "seawall[metrics]" in record.getMessage()] == [
        logging.WARNING
    ]


async def test_a_loop_that_does_not_turn_is_not_alive(place, caplog, monkeypatch):
    monkeypatch.setattr(services_operated, "LOOP_SECONDS", 0.2)
    async with operated(place, caplog) as (_, port):
        assert (await page(port, "/livez")).status == 200
        stuck = []
        asking = threading.Thread(target=lambda: stuck.append(get(port, "/livez")))
        asking.start()
        asking.join()  # which holds this loop
        assert (stuck[0].status, (await page(port, "/livez")).status) == (503, 200)


async def test_a_server_that_is_about_to_stop_is_alive_and_not_ready(place, caplog):
    statuses = []

    async def drained():
        statuses.extend([(await page(port, path)).status for path in ("/livez", "/readyz", "/metrics")])

    async with operated(place, caplog, drained=drained) as (_, port):
        await ready(port, 200)
    assert statuses == [200, 503, 200]
