"""The RPCs: understand, compute, seal, answer.

- calls: each RPC declared once: its request, its work, what it stores.
- requests: the request of each call as a value.
- analysis_requests: those of AnalysisService.
- stress_service, analysis_service, evidence_service, health: the work of each call.
- archive: the store as a call sees it.
- memory: scenarios and dataset versions that are kept for the next computation.
- computing: documents that the engine computes.
- analysing: documents that it makes of many executions.
- preparing: what a process loads before it computes.
- recomputing: a stored document computed again from its parents.
- answers: stored documents as answers, and in lists.
- analysis_answers: those of AnalysisService.
- sweep_service, sweep_requests, sweep_answers: the same of sweeps.
- price: what a call costs, counted before it runs.
- streams: a stored execution as a stream of messages.
- replay: how a replay compares with the stored execution.
- paging, page_tokens: lists, page by page.
- admission: how many calls run at once.
- interceptor: every call ends with an answer or a status.
- operated: the pages of the operations port.
- tracing: whether calls leave spans.
- errors: refusals as statuses.
- refusal_log: refusals that an operator reads, each reason once in a while.
"""
