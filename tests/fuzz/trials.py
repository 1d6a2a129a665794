"""What is tried: each trial is a few calls, drawn from a seed and a number."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, NamedTuple

from seawall.v1 import evidence_service_pb2 as v
from seawall.v1 import stress_service_pb2 as s

from . import companies, previews
from .calls import METHODS, READS_ALL, Answer, Call, answered, call, ids_in, request_class
from .messages import mutated, random_message
from .story import Trial, whole_story
from .values import identifier
from .wire import garbled

LARGE_EVERY = 500
DRAFTS = 4  #: of a valid-looking request, each with other changes


class Stored(NamedTuple):
    """Ids of what is stored before the first trial, and requests that name them."""

    ids: dict[str, str]
    requests: tuple[Any, ...]

    @property
    def addresses(self) -> tuple[str, ...]:
        return tuple(self.ids.values())


def trial(seed: int, number: int, stored: Stored) -> Trial:
    """The trial of this number: the same for the same seed. Every five hundredth is large."""
    luck = Random(f"{seed}/{number}")
    if number % LARGE_EVERY == 0:
        return large(luck, stored)
    (kind,) = luck.choices(list(KINDS), list(KINDS.values()))
    return kind(luck, stored)


def seeding() -> Trial:
    """The story that makes what the others find: a company, its scenario, its execution and what follows from it."""
    yield from whole_story(Random(0), companies.known()[0], careful=True)


def stored_by(calls: Sequence[tuple[Call, Answer]]) -> Stored:
    """What a story left, seen from the next one."""
    ids: dict[str, str] = {}
    for attempt, answer in calls:
        ids |= {f"{attempt.method}.{name}": value for name, value in ids_in(attempt, answer).items()}
    note = next(answered(*item)[0].checkpoint for item in calls if item[0].method == "GetCheckpoint")
    token = next(answered(*item)[0].next_page_token for item in calls if item[0].method == "ListDatasetVersions")
    requests = [request_class(attempt.method).FromString(attempt.body) for attempt, _ in calls]
    requests += [v.VerifyEvidenceRequest(checkpoint=note), s.ListDatasetVersionsRequest(page_token=token)]
    return Stored(ids, tuple(requests))


def _method(luck: Random) -> str:
    """Any method; seldom the one that reads everything."""
    return luck.choice([name for name in METHODS if name != READS_ALL or luck.random() < 0.02])


def anything(luck: Random, stored: Stored) -> Trial:
    """A message of no meaning."""
    method = _method(luck)
    yield Call(method, random_message(luck, METHODS[method].input_type, stored.addresses).SerializePartialToString())


def changed(luck: Random, stored: Stored) -> Trial:
    """A request that was right, changed here and there."""
    request = _request(luck, stored)
    for _ in range(DRAFTS):
        yield call(mutated(luck, request, stored.addresses, luck.choice((1, 1, 2, 3, 8))))


def raw(luck: Random, stored: Stored) -> Trial:
    """A request that was right as bytes, then not."""
    right = call(_request(luck, stored))
    for _ in range(DRAFTS):
        yield Call(right.method, garbled(luck, right.body))


def _request(luck: Random, stored: Stored) -> Any:
    """A request that is right, or looks so."""
    match luck.randrange(6):
        case 0 | 1:
            return previews.preview(luck)
        case 2:
            return s.RegisterDatasetVersionRequest(dataset_version=companies.at_an_edge(luck))
        case 3:
            dataset = stored.ids["RegisterDatasetVersion.dataset_version_id"]
            return s.CreateScenarioRequest(scenario=companies.scenario(luck, dataset))
    few = [item for item in stored.requests if item.DESCRIPTOR.name != f"{READS_ALL}Request" or luck.random() < 0.05]
    return luck.choice(few)


def looked_at(luck: Random, stored: Stored) -> Trial:
    """A loan near an edge, previewed."""
    for _ in range(DRAFTS):
        yield call(previews.preview(luck))


def story(luck: Random, stored: Stored) -> Trial:
    """A company near an edge, from its figures to its reports."""
    yield from whole_story(luck, companies.at_an_edge(luck))


def large(luck: Random, stored: Stored) -> Trial:
    """Lists as long as they may be."""
    if luck.random() < 0.7:
        yield call(previews.large(luck))
    else:
        yield from whole_story(luck, companies.many_loans(luck))


def lost(luck: Random, stored: Stored) -> Trial:
    """Ids of other things, of nothing, or of things that do not go together; pages and streams that do not exist."""
    for _ in range(DRAFTS):
        request = luck.choice([item for item in stored.requests if item.DESCRIPTOR.name != f"{READS_ALL}Request"])
        attempt = type(request)()
        attempt.CopyFrom(request)
        for field in attempt.DESCRIPTOR.fields:
            if luck.random() < 0.4 and field.name.endswith(("_id", "address")):
                setattr(attempt, field.name, identifier(luck, field.name, stored.addresses))
            elif field.name in STREAMS and luck.random() < 0.6:
                setattr(attempt, field.name, luck.choice(STREAMS[field.name]))
        yield call(attempt)


def forged(luck: Random, stored: Stored) -> Trial:
    """A checkpoint, or a page token, that was given by this server and then changed."""
    texts = {"VerifyEvidence": "checkpoint", "ListDatasetVersions": "page_token"}
    for request in stored.requests:
        method = request.DESCRIPTOR.name.removesuffix("Request")
        text = getattr(request, texts.get(method, ""), "")
        for _ in range(DRAFTS if text else 0):
            attempt = type(request)()
            setattr(attempt, texts[method], _retyped(luck, text))
            yield call(attempt)


def _retyped(luck: Random, text: str) -> str:
    """The same text with a piece changed, lost, doubled or moved; never the same."""
    at, to = sorted((luck.randrange(len(text)), luck.randrange(1, len(text) + 1)))
    piece = text[at:to]
    other = luck.choice(("", piece * 2, piece[::-1], piece.swapcase(), "\n", "=", "0", "9" * 30, "\u2014", "\u00e9"))
    return text[:at] + other + text[to:] if other != piece else text + "x"


STREAMS: dict[str, tuple[Any, ...]] = {
    "start_period": (-1, 0, 1, 2, 24, 25, 26, 2**31 - 1),
    "periods_per_message": (0, 1, 5, 24, 25),
    "page_size": (-1, 0, 1, 2, 1000, 1001),
    "page_token": ("", "AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAEAAAAAAAAAAA", "_" * 22, "x" * 200, "x" * 201),
    "first_size": (-1, 0, 1, 2, 10**6, 2**63 - 1),
    "second_size": (-1, 0, 1, 2, 10**6, 2**63 - 1),
    "analysis_date": ("2024-12-31", "2024-12-30", "2026-06-14", "2026-06-15", "2029-12-31", "2200-12-31", "2018-02-30"),
}


#: How often each is tried.
KINDS: dict[Callable[[Random, Stored], Trial], int] = {
    anything: 20,
    changed: 22,
    raw: 12,
    looked_at: 22,
    story: 10,
    lost: 8,
    forged: 2,
}
