"""Calls as text, so that a find can be kept: a request as JSON where that says all of it, else its bytes in base64.

Ids that a server gives are written by the call that gave them, as <0.dataset_version_id>: a later server gives others.
"""

import base64
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.message import DecodeError

from .calls import Call, ids_in, request_class
from .story import Trial
from .trials import Stored

FOLDER = Path(__file__).resolve().parent / "cases"
_ID = re.compile(r"<([\w.]+)>")


def written(calls: Sequence[Call], ids: dict[str, str]) -> list[dict[str, Any]]:
    """Calls as a case has them; `ids` are those that they got, by the names that stand for them."""
    text = json.dumps([_call_written(item) for item in calls])
    for name, address in ids.items():
        text = text.replace(address, f"<{name}>")
    entries: list[dict[str, Any]] = json.loads(text)
    return entries


def write(path: Path, why: str, calls: Sequence[dict[str, Any]]) -> None:
    """A file for people to read."""
    text = json.dumps({"why": why, "calls": calls}, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def _call_written(item: Call) -> dict[str, Any]:
    try:
        message = request_class(item.method).FromString(item.body)
        fields = MessageToDict(message, preserving_proto_field_name=True)
        if ParseDict(fields, request_class(item.method)()).SerializeToString(deterministic=True) == item.body:
            return {"method": item.method, "request": fields}
    except (DecodeError, ValueError, RecursionError):
        pass
    return {"method": item.method, "base64": base64.b64encode(item.body).decode()}


def read(path: Path) -> tuple[str, list[dict[str, Any]]]:
    """Why a case is kept, and its calls as they are written."""
    entry = json.loads(path.read_text(encoding="utf-8"))
    return entry["why"], entry["calls"]


def played_again(calls: Sequence[dict[str, Any]], stored: Stored) -> Trial:
    """The calls of a case on another server."""
    ids = dict(stored.ids)
    for number, entry in enumerate(calls):
        attempt = _call_read(entry, ids)
        answer = yield attempt
        ids |= {f"{number}.{name}": address for name, address in ids_in(attempt, answer).items()}


def _call_read(entry: dict[str, Any], ids: dict[str, str]) -> Call:
    method = entry["method"]
    if "base64" in entry:
        return Call(method, base64.b64decode(entry["base64"]))
    fields = json.loads(_ID.sub(lambda name: ids.get(name[1], name[0]), json.dumps(entry["request"])))
    return Call(method, ParseDict(fields, request_class(method)()).SerializeToString(deterministic=True))
