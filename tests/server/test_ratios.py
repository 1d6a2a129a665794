"""Ratios written and read many at once are those written and read one at a time."""

from random import Random

import numpy as np

from seawall.engine.numbers.exact import UndefinedRatio
from seawall.engine.numbers.ratio import ratio_text
from seawall.server.documents.columns import columns_of
from seawall.server.documents.ratios import columns_in_micros, ratio_texts
from seawall.server.documents.scalars import ratio_micros

LUCK = Random(14)
RATIOS = [
    *(0, 1, -1, 999_999, 1_000_000, -1_000_000, 10**15, -(10**15)),
    *map(int, UndefinedRatio),
    *(LUCK.randrange(-(10**size), 10**size) for size in range(1, 16) for _ in range(20)),
]


def test_many_ratios_have_the_texts_that_each_has():
    assert [text.decode() for text in ratio_texts(np.array(RATIOS))] == list(map(ratio_text, RATIOS))
    assert ratio_texts(np.array([], dtype=np.int64)) == []


def test_columns_of_ratios_are_read_as_each_is():
    texts = list(map(ratio_text, RATIOS))
    assert list(map(ratio_micros, texts)) == RATIOS
    columns = [f"{text} {other}*3" for text, other in zip(texts, texts[::-1], strict=True)]
    figures = columns_of(columns_in_micros(columns), 4)
    assert figures.tolist() == [[ratio, *[other] * 3] for ratio, other in zip(RATIOS, RATIOS[::-1], strict=True)]
