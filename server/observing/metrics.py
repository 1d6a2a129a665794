"""Figures of a running server for Prometheus, which collects them at the operations port. None is of one tenant.

prometheus-client comes with the extra `metrics`; who counts here has it.
"""

import sys
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import NamedTuple

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from .observation import Commit, Observation

# When each was first counted would be as many series again, and of no use.
disable_created_metrics()  # type: ignore[no-untyped-call]
CALL_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
DISK_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)


class Reading(NamedTuple):
    """A figure that is read when it is collected."""

    name: str
    words: str
    read: Callable[[], float]
    labels: Mapping[str, str] = {}


class Metrics:
    """What a server counts from its start on, and what is read from it."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._calls = Counter("seawall_calls", "Calls that ended", ("method", "code", "reason"), registry=registry)
        self._seconds = Histogram(
            "seawall_call_seconds", "Seconds of a call", ("method",), buckets=CALL_SECONDS, registry=registry
        )
        self._credentials = Counter(
            "seawall_credentials_refused", "Callers that were not recognised, by the check", ("why",), registry=registry
        )
        self._quotas = Counter("seawall_quota_refusals", "Calls beyond a quota", ("quota",), registry=registry)
        self._commits = Histogram(
            "seawall_commit_seconds", "Seconds of a commit to the database", buckets=DISK_SECONDS, registry=registry
        )
        self._committed = Counter("seawall_committed_calls", "Calls that were stored by these", registry=registry)
        self._checkpoints = Histogram(
            "seawall_checkpoint_seconds",
            "Seconds until the checkpoint files of a commit were on the disk",
            buckets=DISK_SECONDS,
            registry=registry,
        )
        self._gauges: dict[str, Gauge] = {}
        build = Gauge("seawall_build_info", "The release", ("version", "python"), registry=registry)
        build.labels(version("seawall"), sys.version.split()[0]).set(1)
        ProcessCollector(registry=registry)

    def observe_call(self, call: Observation) -> None:
        """Counts a call that has ended."""
        self._calls.labels(call.method, call.code, call.reason).inc()
        self._seconds.labels(call.method).observe(call.seconds)
        if call.reason == "UNAUTHENTICATED":
            self._credentials.labels(call.cause).inc()
        elif call.reason == "QUOTA_EXCEEDED":
            self._quotas.labels(call.cause).inc()

    def observe_commit(self, commit: Commit) -> None:
        """Counts a commit that was acknowledged."""
        self._commits.observe(commit.seconds)
        self._checkpoints.observe(commit.checkpoint_seconds)
        self._committed.inc(commit.calls)

    def read_at_collection(self, *readings: Reading) -> None:
        """Adds figures that are read each time; those of one name differ by their labels."""
        for name, words, read, labels in readings:
            gauge = self._gauges.get(name)
            if gauge is None:
                gauge = self._gauges[name] = Gauge(name, words, tuple(labels), registry=self._registry)
            (gauge.labels(**labels) if labels else gauge).set_function(read)

    def text(self) -> bytes:
        """Everything, in the text format of Prometheus."""
        return generate_latest(self._registry)
