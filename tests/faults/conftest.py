"""Every fault says how often it was tried and with which seed, passed or not."""

import pytest

from tests.faults.scale import SEED


@pytest.fixture
def say(capsys, request):
    def print_line(what):
        with capsys.disabled():
            print(f"\n{request.node.name}: {what}; seed {SEED}")

    return print_line
