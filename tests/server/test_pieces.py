"""A message that is parsed piece by piece is the one that the parser makes of all its bytes, or none."""

from random import Random

import pytest
from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessageClass

from seawall.server.services.calls import CALLS
from seawall.server.wire import pieces
from seawall.v1 import scenario_pb2 as c
from seawall.v1 import stress_service_pb2 as s
from tests.costly.companies import loans, monthly_contract, pledged
from tests.costly.previews import PREVIEWS, floats, preview

MUTATIONS = 400


def scenario():
    request = s.CreateScenarioRequest(scenario=c.Scenario(name="severe", horizon_months=24), request_id="é" * 40)
    request.scenario.assumptions.revenue_change_factor.extend(["0.5", "1"] * 12)
    request.dataset_version.CopyFrom(loans(3))
    return request


MESSAGES = [
    s.RegisterDatasetVersionRequest(dataset_version=loans(20, monthly_contract), validate_only=True),
    s.RegisterDatasetVersionRequest(dataset_version=pledged(5, 40, 40, 3)),
    scenario(),
    *(preview(change) for change in list(PREVIEWS.values())[3:6]),
]
BODIES = [(type(message), message.SerializeToString()[:20_000]) for message in MESSAGES]
#: What a field may be besides those that the API has: numbers, sized ones, groups in groups, cut off and malformed.
ODD = tuple(
    map(
        bytes.fromhex,
        "a20600 980605 9d0661626364 9906616263646566676800 9b069c06 9b06a20601619b069806ff019c069d06616263649c06"
        " 9c06 9b06 07 06 00 0affffffff7f 0a80808000 0a01ff ffffffffffffffffffffff".split(),
    )
)


@pytest.fixture(autouse=True, params=(1, 100))
def piece_bytes(request, monkeypatch):
    monkeypatch.setattr(pieces, "PIECE_BYTES", request.param)


def read(parse, *arguments):
    try:
        return parse(*arguments).SerializeToString(deterministic=True)
    except DecodeError:
        return None


@pytest.mark.parametrize(("kind", "body"), BODIES)
def test_pieces_are_the_message(kind, body):
    assert read(pieces.parsed, kind, body) == read(kind.FromString, body)


@pytest.mark.parametrize(("kind", "body"), BODIES)
def test_pieces_of_other_bytes_are_what_the_parser_makes_of_them(kind, body):
    random = Random(len(body))
    for _ in range(MUTATIONS):
        first, length = random.randrange(len(body)), random.choice((0, 0, 1, 300))
        part = body[first : first + 600]
        at = random.randrange(len(part) + 1)
        changed = part[:at] + random.choice(ODD) + part[at + length :]
        assert read(pieces.parsed, kind, changed) == read(kind.FromString, changed)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_unknown_fields_beyond_what_is_refused_are_left_out(call):
    kind = GetMessageClass(call.method.input_type)
    plain = kind().SerializeToString()
    few, many = (pieces.parsed(kind, plain + b"\xa2\x06\x00" * count).ByteSize() for count in (1_000, 5_000))
    assert few == many == 3 * pieces.MOST_UNKNOWN


def test_a_part_of_a_choice_takes_the_place_of_the_one_before():
    kind = s.PreviewInstrumentRequest
    fixed, floating = preview(lambda request: None), preview(lambda request: floats(request.instrument))
    for first, second in ((fixed, floating), (floating, fixed)):
        both = first.SerializeToString() + second.SerializeToString()
        assert pieces.parsed(kind, both) == kind.FromString(both)
        assert pieces.parsed(kind, both).instrument.WhichOneof("rate") == second.instrument.WhichOneof("rate")
