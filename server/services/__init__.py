"""The RPCs: understand, compute, seal, answer.

- calls: each RPC declared once: what is asked, the work, what it stores.
- requests: what each call asks.
- stress_service, evidence_service, health: the work of each call.
- archive: what a call looks up and files.
- computing: documents made by the engine.
- stored_inputs, executions, reporting: stored documents as messages.
- replay: whether two executions say the same.
- paging: lists.
- interceptor: every call ends with an answer or a status.
- errors: refusals as statuses.
"""
