"""Fields of whole numbers in the encoding of Protocol Buffers, many at once, in arrays.

A number is written seven bits a byte, the lowest first, and every byte but the last has its highest bit set; one below
0 as the 64 bits of its two's complement, in ten bytes. Before it stands the tag of its field, in one byte or two.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Bytes = NDArray[np.uint8]

NUMBER, SIZED = 0, 2  #: how a field is written: the low bits of its tag
MOST_TAG, EIGHT, MOST_NUMBER = 2, 8, 10  #: bytes
WIDTH = MOST_TAG + MOST_NUMBER
_LEAST = np.array([1 << 7 * size for size in range(1, MOST_NUMBER)], dtype=np.uint64)  #: that takes a byte more
_BITS_OF_EIGHT = np.uint64(7 * EIGHT)
#: Groups of so many bits move apart by so many: after the last step every seven bits have a byte of their own.
_STEPS = tuple(
    (np.uint64(sum((1 << bits) - 1 << place for place in range(0, 64, lane))), np.uint64(bits), np.uint64(apart))
    for lane, bits, apart in ((64, 28, 4), (32, 14, 2), (16, 7, 1))
)
#: By the size of a number: the bits that say that a byte follows, in its first eight bytes.
_FOLLOWED = np.array(
    [sum(0x80 << 8 * byte for byte in range(min(size - 1, EIGHT))) for size in range(MOST_NUMBER + 1)], dtype=np.uint64
)
#: By the sizes of a tag and of its number: which bytes they take of `WIDTH`, the tag to the right of its place.
_TAKEN = np.array(
    [
        [MOST_TAG - tag <= byte < MOST_TAG + size for byte in range(WIDTH)]
        for tag in range(MOST_TAG + 1)
        for size in range(MOST_NUMBER + 1)
    ]
)


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
    """The bytes that each number takes, without a tag."""
    return np.searchsorted(_LEAST, numbers.view(np.uint64), side="right") + 1


class Tags:
    """The tags of many fields, each of one byte or two."""

    def __init__(self, tags: list[bytes]) -> None:
        self.sizes = np.array([len(tag) for tag in tags], dtype=np.int64)
        self._pairs = np.frombuffer(b"".join(tag.rjust(MOST_TAG) for tag in tags), dtype=np.uint16)

    def written(self, fields: Integers, numbers: Integers, sizes: Integers) -> bytes:
        """These fields, by their positions, one after the other: a number in each, of so many bytes."""
        rows = np.empty((len(numbers), WIDTH), dtype=np.uint8)
        rows[:, :MOST_TAG] = self._pairs[fields].view(np.uint8).reshape(-1, MOST_TAG)
        bits = numbers.view(np.uint64)
        rows[:, MOST_TAG:-2] = _spread(bits, sizes).astype("<u8", copy=False).view(np.uint8).reshape(-1, EIGHT)
        beyond = (bits >> _BITS_OF_EIGHT).astype(np.uint16)
        rows[:, -2] = beyond & 0x7F | 0x80 * (sizes == MOST_NUMBER)
        rows[:, -1] = beyond >> 7
        taken = _TAKEN.take(self.sizes[fields] * (MOST_NUMBER + 1) + sizes, axis=0)
        written: Bytes = rows.ravel()[taken.ravel()]
        return written.tobytes()


def _spread(bits: NDArray[np.uint64], sizes: Integers) -> NDArray[np.uint64]:
    """The first eight bytes of each number."""
    for stays, width, apart in _STEPS:
        bits = bits & stays | (bits >> width & stays) << width + apart
    return bits | _FOLLOWED[sizes]
