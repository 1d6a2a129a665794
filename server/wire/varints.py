"""Fields of whole numbers in the encoding of Protocol Buffers, many at once, in arrays.

A number is written seven bits a byte, the lowest first, and every byte but the last has its highest bit set; one below
0 as the 64 bits of its two's complement, in ten bytes. Before it stands the tag of its field, in one byte or two.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Bytes = NDArray[np.uint8]

NUMBER, SIZED = 0, 2  #: how a field is written: the low bits of its tag
MOST_TAG, EIGHT, MOST_NUMBER = 2, 8, 10  #: bytes
#: A field before what it does not take is left out: its tag, to the right of its place, and its number.
_ROW = np.dtype([("tag", "<u2"), ("first_eight", "<u8"), ("last_two", "<u2")])
#: The size of a number by the sign and the exponent of its float: 0 has no exponent, and a sign takes all bytes.
_SIZES = np.array(
    [max(1, -(-(power - 1_022) // 7)) if power < 2_048 else MOST_NUMBER for power in range(4_096)], dtype=np.int64
)
_ONE, _OF_EXPONENT = np.uint64(1), np.uint64(52)
#: Groups of so many bits move apart by so many: after the last step every seven bits have a byte of their own.
_STEPS = tuple(
    (np.uint64(sum((1 << bits) - 1 << place for place in range(0, 64, lane))), np.uint64(bits), np.uint64(apart))
    for lane, bits, apart in ((64, 28, 4), (32, 14, 2), (16, 7, 1))
)
#: By the size of a number: the bits which say that another byte follows, in its first eight bytes and in the last two,
#: where the tenth byte is the highest bit.
_FOLLOWED = np.array(
    [sum(0x80 << 8 * byte for byte in range(min(size - 1, EIGHT))) for size in range(MOST_NUMBER + 1)], dtype=np.uint64
)
_LAST_FOLLOWED = np.array([0x180 * (size == MOST_NUMBER) for size in range(MOST_NUMBER + 1)], dtype=np.uint64)
_NINTH, _SEVEN = np.uint64(7 * EIGHT), np.uint64(0x7F)
#: By the sizes of a tag and of its number: which bytes of a row they take.
_TAKEN = np.array(
    [
        [MOST_TAG - tag <= byte < MOST_TAG + size for byte in range(_ROW.itemsize)]
        for tag in range(MOST_TAG + 1)
        for size in range(MOST_NUMBER + 1)
    ]
)


@lru_cache(maxsize=4_096)
def varint(number: int) -> bytes:
    """A number that is not below 0.  300 is ac 02."""
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    written.append(number)
    return bytes(written)


def tag(field: Any, way: int) -> bytes:
    """What stands before a field: its number, and how it is written."""
    return varint(field.number << 3 | way)


def sized(content: bytes) -> bytes:
    """A text or a message in a field, without the tag."""
    return varint(len(content)) + content


def sizes_of(numbers: Integers) -> Integers:
    """The bytes that each number takes, without a tag.

    The exponent of the float says how many bits it has: with the second highest bit taken out nothing rounds up to a
    bit more.
    """
    highest = numbers & ~(numbers.view(np.uint64) >> _ONE).view(np.int64)
    sizes: Integers = _SIZES[highest.astype(np.float64).view(np.uint64) >> _OF_EXPONENT]
    return sizes


class Tags:
    """The tags of many fields, each of one byte or two."""

    def __init__(self, tags: list[bytes]) -> None:
        self.sizes = np.array([len(tag) for tag in tags], dtype=np.int64)
        self._pairs = np.frombuffer(b"".join(tag.rjust(MOST_TAG) for tag in tags), dtype="<u2")

    def written(self, fields: Integers, numbers: Integers, sizes: Integers) -> bytes:
        """These fields, by their positions, one after the other: a number in each, of so many bytes."""
        rows, bits = np.empty(len(numbers), dtype=_ROW), numbers.view(np.uint64)
        rows["tag"] = self._pairs[fields]
        rows["last_two"] = bits >> _NINTH & _SEVEN | _LAST_FOLLOWED[sizes]
        for stays, width, apart in _STEPS:
            bits = bits & stays | (bits >> width & stays) << width + apart
        rows["first_eight"] = bits | _FOLLOWED[sizes]
        taken = _TAKEN.take(self.sizes[fields] * (MOST_NUMBER + 1) + sizes, axis=0)
        written: Bytes = rows.view(np.uint8)[taken.ravel()]
        return written.tobytes()
