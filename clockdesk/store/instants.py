"""Instants as the files keep them: whole microseconds since 1970 in UTC, which SQL orders and nothing rounds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(instant: datetime) -> int:
    """Microseconds since 1970. An instant without a zone is taken as UTC, which is what the service means by it."""
    return ((instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)) - _EPOCH) // _MICROSECOND


def maybe_micros(instant: datetime | None) -> int | None:
    """`to_micros`, with None for None."""
    return None if instant is None else to_micros(instant)


def from_micros(micros: int) -> datetime:
    """The instant in UTC."""
    return _EPOCH + timedelta(microseconds=micros)


def maybe_instant(micros: int | None) -> datetime | None:
    """`from_micros`, with None for None."""
    return None if micros is None else from_micros(micros)
