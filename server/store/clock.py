"""The time of a commit: UTC, ISO 8601 with microseconds, so that texts sort as times do."""

from datetime import UTC, datetime, timedelta

_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


def time_after(last: str) -> str:
    """The server's time, always after `last`, the time of the last record: a clock set back goes on by microseconds.

    So a record with a later time than the one before it is of another commit, which a verification counts on.
    """
    current = now()
    return current if current > last else _text(datetime.strptime(last, _FORMAT) + timedelta(microseconds=1))


def seconds_ahead(last: str) -> float:
    """How far `last`, the time of the newest record, is ahead of this machine's clock; negative where it is not."""
    if not last:
        return 0.0
    return (datetime.strptime(last, _FORMAT) - datetime.strptime(now(), _FORMAT)).total_seconds()


def now() -> str:
    """The time of this machine."""
    return _text(datetime.now(UTC))


def _text(time: datetime) -> str:
    return time.strftime(_FORMAT)
