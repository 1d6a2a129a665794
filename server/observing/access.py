"""A line of the log for each call, refused ones too."""

import logging

from .observation import Observation

log = logging.getLogger("seawall.access")


def log_call(call: Observation) -> None:
    """Logs a call that has ended; what it does not have is left out."""
    if not log.isEnabledFor(logging.INFO):
        return
    fields = {
        "method": call.method,
        "code": call.code,
        "reason": call.reason,
        "cause": call.cause,
        "tenant": call.caller.tenant,
        "actor": call.caller.actor,
        "on_behalf_of": call.caller.on_behalf_of,
        "request_id": call.request_id,
        "trace_id": call.trace_id,
        "seconds": round(call.seconds, 6),
        "messages": call.messages,
        "bytes_in": call.bytes_in,
        "bytes_out": call.bytes_out,
    }
    log.info("call", extra={"fields": {name: value for name, value in fields.items() if value != ""}})
