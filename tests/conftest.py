"""What tests of every folder may ask for."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests import places
from tests.places import Place
from tests.server.running import Running, running


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
