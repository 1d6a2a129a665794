"""Each reference test of the ACTUS standard, event by event, unrounded, at 1e-8."""

import json
from pathlib import Path

import pytest

from tests.actus.__main__ import KNOWN, main
from tests.actus.compare import differences

FOLDER = Path(__file__).resolve().parent.parent / "data/actus"
FILES = sorted(FOLDER.glob("*.json"))


def published():
    for file in FILES:
        for name, test in json.loads(file.read_text(encoding="utf-8")).items():
            marks = [pytest.mark.xfail(strict=True, reason=f"{name} {KNOWN[name]}")] if name in KNOWN else []
            yield pytest.param(test, id=name, marks=marks)


@pytest.mark.parametrize("test", list(published()))
def test_every_event_is_the_published_one(test):
    assert differences(test) == []


def test_the_run_names_what_contradicts_the_standard_and_counts_the_rest(capsys):
    assert main([str(file) for file in FILES]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "65 of 66 passed"
    assert [line.partition(":")[0] for line in lines[:-1] if "expected to fail" in line] == list(KNOWN)
