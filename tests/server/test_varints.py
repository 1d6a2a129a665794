"""Whole numbers in arrays are written as the library for Protocol Buffers writes each of them."""

import numpy as np
import pytest
from google.protobuf.wrappers_pb2 import Int64Value

from seawall.server.wire.varints import Tags, sized, sizes_of, varint

EDGES = [sign * (1 << bits) + step for bits in range(63) for step in (-1, 0, 1) for sign in (1, -1)]
NUMBERS = np.array([*(edge for edge in EDGES if edge), 2**63 - 1, -(2**63)], dtype=np.int64)
SHORT, LONG = b"\x08", b"\x88\x01"  # fields 1 and 17


def by_the_library(number: int) -> bytes:
    return Int64Value(value=number).SerializeToString().removeprefix(SHORT)


def test_each_number_has_the_size_that_the_library_gives_it():
    assert sizes_of(NUMBERS).tolist() == [len(by_the_library(number)) for number in NUMBERS.tolist()]


@pytest.mark.parametrize("shift", [0, 1])
def test_fields_are_written_as_the_library_writes_them(shift):
    tags = [SHORT, LONG]
    fields = (np.arange(len(NUMBERS)) + shift) % 2
    written = Tags(tags).written(fields, NUMBERS, sizes_of(NUMBERS))
    assert written == b"".join(
        tags[field] + by_the_library(number) for field, number in zip(fields.tolist(), NUMBERS.tolist(), strict=True)
    )


def test_a_length_is_a_number_before_its_content():
    assert varint(300) == by_the_library(300) == bytes.fromhex("ac02")
    assert sized(b"x" * 300) == bytes.fromhex("ac02") + b"x" * 300
