"""What tests of every folder may ask for."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.server.running import Running, running


@pytest_asyncio.fixture
async def server(tmp_path: Path) -> AsyncIterator[Running]:
    """A server of its own for one test."""
    async with running(tmp_path / "seawall.db") as started:
        yield started
