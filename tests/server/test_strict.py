"""Canonical bytes are known at the speed of a decoder, and by that decoder alone for every document of today."""

import json
from random import Random

import msgspec
import pytest

from seawall.server.documents import canonical, strict
from tests.golden.pinned import pinned

DOCUMENTS = {name: (body, json.loads(body)["kind"]) for name, body in pinned().items()}
#: What stands between the letters of other bytes that say the same, or nearly.
OTHERS = (b" ", b"\n", b"\\", b",", b'"', b"{}", b"[]", b"0", b"-", b".5", b"e1", b"null", b"true", b"\x7f", b"\xff")
MUTATIONS = 60


@pytest.fixture(autouse=True, params=(canonical.LARGE_BYTES, 0), ids=("whole", "in parts"))
def large_bytes(request, monkeypatch):
    """From how many bytes on a document is looked at part by part."""
    monkeypatch.setattr(canonical, "LARGE_BYTES", request.param)


def is_canonical(check, *arguments):
    try:
        return bool(check(*arguments))
    except (ValueError, RecursionError):
        return False


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_decoder_of_its_kind_takes_every_document_of_today(name, monkeypatch):
    body, kind = DOCUMENTS[name]
    fields = canonical.decode(body)
    monkeypatch.setattr(strict, "verified", None)
    outline = strict.outline(body, kind)
    assert fields == json.loads(body)
    assert {field: canonical.decode(msgspec.json.encode(outline.get(field))) for field in fields} == fields
    assert outline.get("no_field", "nothing") == "nothing"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_it_takes_no_other_bytes_than_a_walk_over_all_keys(name):
    body, kind = DOCUMENTS[name]
    random = Random(name)
    for _ in range(MUTATIONS):
        at, length, other = random.randrange(len(body)), random.choice((0, 0, 1, 5)), random.choice(OTHERS)
        changed = body[:at] + other + body[at + length :]
        assert is_canonical(strict.outline, changed, kind) == is_canonical(strict.verified, changed)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_keys_stand_once_and_in_their_order(name):
    body, kind = DOCUMENTS[name]
    fields = json.loads(body)
    backwards = json.dumps(dict(reversed(fields.items())), separators=(",", ":"), ensure_ascii=False).encode()
    twice = body[:-1] + b"," + body[1:]
    for changed in (backwards, twice, b" " + body):
        assert json.loads(changed) == fields
        assert not is_canonical(strict.outline, changed, kind)


@pytest.mark.parametrize("body", [b"[" * 2_000 + b"]" * 2_000, b'{"a":' * 2_000, b"", b"[1,", b'["\xff"]', b"nul"])
def test_what_is_no_json_is_no_document(body):
    for kind in ("execution.v2", "no_kind.v2"):
        assert not is_canonical(strict.outline, body, kind)
