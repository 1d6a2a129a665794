"""Bits of the file that flip while nobody looks."""

from sqlalchemy.exc import SQLAlchemyError

from seawall.server.database.database import StoreUnavailable
from tests.faults.scale import luck, times
from tests.log.stores import all_verified, filled
from tests.places import run, sqlite_place

TABLES = ("evidence", "parents", "requests", "records", "checkpoints", "alembic_version")


async def test_a_flipped_bit_is_found_or_changes_nothing(tmp_path, say):
    place, random = sqlite_place(tmp_path), luck()
    file = tmp_path / "seawall.db"
    await filled(place, 40)
    sound, rows = file.read_bytes(), everything(place)
    detected, identical = 0, 0
    for _ in range(times(30, 300)):
        bit = random.randrange(len(sound) * 8)
        flipped = bytearray(sound)
        flipped[bit // 8] ^= 1 << bit % 8
        file.write_bytes(flipped)
        if await is_detected(place):
            detected += 1
        else:
            assert everything(place) == rows, f"bit {bit} changed something unseen"
            identical += 1
    say(f"{detected + identical} flipped bits, {detected} detected, {identical} logically identical, 0 unseen")


def everything(place):
    return [sorted(run(place.database, [f"SELECT * FROM {table}"])) for table in TABLES]


async def is_detected(place):
    try:
        findings, _ = await all_verified(place)
    except (StoreUnavailable, SQLAlchemyError):
        return True
    return bool(findings)
