"""Every forgery is found where it is, but for those beyond what anybody kept, which nobody can find."""

import pytest

from tests.faults.forgeries import FORGERIES, UNFOUND, outcome
from tests.faults.scale import LONG
from tests.log.test_verification import TAMPERING

LEAST = 60
#: Those of rows are tried in tests/log on both databases.
TRIED = [name for name in FORGERIES if LONG or name not in TAMPERING]


@pytest.mark.parametrize("name", TRIED)
async def test_a_forgery_is_found_where_it_is_or_nowhere(sqlite_place, name):
    forgery = FORGERIES[name]
    result = await outcome(forgery, sqlite_place)
    if name in UNFOUND:
        assert (result.server, result.alone, result.kept) == ("", [], [])
    else:
        assert (forgery.kind, forgery.where) in {(finding.kind.name, finding.where) for finding in result.kept}


def test_the_table_is_as_long_as_it_must_be():
    assert len(FORGERIES) - len(UNFOUND) >= LEAST
    assert all("beyond the kept checkpoint" in name for name in UNFOUND)
