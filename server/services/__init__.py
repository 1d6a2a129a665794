"""The RPCs: understand, compute, seal, answer.

- calls: each RPC declared once.
- stress_service, evidence_service, health: the services.
- interceptor: every call ends with an answer or a status.
- errors: statuses.
- requests: what each call asks.
"""
