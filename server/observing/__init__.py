"""What an operator sees of a running server, without figures of a company and without secrets.

- observation: a call: who made it, how it ended, what it took.
- lines: the server's log: an event is a line, as JSON or as text.
- access: a line for each call.
- spans: the parts of a call.
- traces: these for OpenTelemetry.
- metrics: figures for Prometheus.
- operations: plain HTTP for probes and metrics.
"""
