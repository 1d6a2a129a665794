"""What tests of every folder may ask for."""

import os
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests import places
from tests.places import Place
from tests.server.running import Running, running

# What runs in the background, or under nohup, is started deaf to these signals and hands that on to the processes it
# starts: a test that stops one of them would wait for ever.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
# Tests that run in parallel are told a width, which commands would fold their lines to.
os.environ.pop("COLUMNS", None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A real PostgreSQL for the whole session."""
    with places.postgres() as url:
        yield url


@pytest.fixture
def sqlite_place(tmp_path: Path) -> Place:
    """A SQLite file of its own."""
    return places.sqlite_place(tmp_path)


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A database of its own, of each kind in turn."""
    if request.param == "sqlite":
        return places.sqlite_place(tmp_path)
    return places.postgres_place(request.getfixturevalue("postgres"), tmp_path)


@pytest_asyncio.fixture
async def server(place: Place) -> AsyncIterator[Running]:
    """A server of its own for one test, on each database."""
    async with running(place.database, place.files) as started:
        yield started
