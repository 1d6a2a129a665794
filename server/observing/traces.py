"""Spans of calls for a collector of OpenTelemetry: who reads them there learns no tenant, no caller and no figure.

OpenTelemetry comes with the extra `otel`; whoever imports this module has it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from importlib.metadata import version

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, StatusCode, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from .observation import Observation
from .spans import Metadata, part_of_call

PARENT = ("traceparent", "tracestate")
EXPORT_SECONDS = 5
CLOSING_SECONDS = 2
#: Of these the server is the cause; any other status than OK is the caller's.
FAULTS = frozenset(("UNKNOWN", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS"))


class Traces:
    """Sends the spans of a server beside its calls. Where a collector does not take them they are lost."""

    def __init__(self, endpoint: str) -> None:
        """`endpoint` is a URL as http://127.0.0.1:4317; http is without TLS."""
        exporter = OTLPSpanExporter(endpoint, insecure=endpoint.startswith("http:"), timeout=EXPORT_SECONDS)
        release = {"service.name": "seawall", "service.version": version("seawall")}
        self._provider = TracerProvider(resource=Resource.create(release), shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("seawall", version("seawall"))
        self._propagator = TraceContextTextMapPropagator()

    @contextmanager
    def call(self, call: Observation, metadata: Metadata) -> Iterator[None]:
        """The span of a call, below the span that its metadata names."""
        carrier = {name: value for name, value in metadata if name in PARENT and isinstance(value, str)}
        service, _, method = call.method.partition("/")
        named = {"rpc.system": "grpc", "rpc.service": service, "rpc.method": method}
        parent = self._propagator.extract(carrier, Context())
        span = self._tracer.start_span(call.method, parent, SpanKind.SERVER, named)
        call.trace_id = f"{span.get_span_context().trace_id:032x}"
        part_of_call.set(partial(self._part, set_span_in_context(span, Context())))
        try:
            yield
        finally:
            span.set_attributes({"seawall.code": call.code, "seawall.messages": call.messages})
            if call.reason:
                span.set_attribute("seawall.reason", call.reason)
            if call.code in FAULTS:
                span.set_status(StatusCode.ERROR)
            span.end()

    @contextmanager
    def _part(self, parent: Context, name: str) -> Iterator[None]:
        span = self._tracer.start_span(name, parent)
        try:
            yield
        finally:
            span.end()

    def close(self) -> None:
        """Sends what waits, unless nobody takes it."""
        self._provider.force_flush(CLOSING_SECONDS * 1_000)
        self._provider.shutdown()
