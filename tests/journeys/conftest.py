"""What the tests of bad input share."""

import pytest_asyncio

from tests.journeys.bad_input import serving_a_company


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stored(tmp_path_factory):
    """A server that stores one company, and what it was stored as."""
    async with serving_a_company(tmp_path_factory.mktemp("bad-input")) as served:
        yield served
