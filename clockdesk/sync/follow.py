"""What a change drags along: money is told of in two places, and only one of them may have been seen to move.

A folio's charges move its booking's balance, and a booking whose nights were laid anew moves its folios, without a sign
on the other side (facts, section 9). So the other side is owed in the transaction that writes the change: whatever ends
the program in between, the debt is there at the next start.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, cast

from clockdesk.domain.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clockdesk.domain.folios import Folio
    from clockdesk.domain.records import Record
    from clockdesk.domain.values import Booking
    from clockdesk.store.mirror_reads import MirrorReader
    from clockdesk.sync.dirty import Target

STRANGERS = "ledger_strangers"
"""Fact: the folios on the ledger that the copy did not hold at the last look, by id. Reading one moves its booking."""

WITH_MONEY = frozenset({Kind.BOOKING, Kind.FOLIO})
"""The kinds whose change may drag something along."""


def followers(records: Sequence[Record], mirror: MirrorReader) -> frozenset[tuple[Target, Target]]:
    """The held objects that must be read again once these are written: each with what drags it along."""
    folios = [record for record in records if record.kind is Kind.FOLIO]
    bookings = [record for record in records if record.kind is Kind.BOOKING]
    return frozenset((*_bookings_of(folios, mirror), *_folios_of(bookings, mirror)))


def _bookings_of(folios: Sequence[Record], mirror: MirrorReader) -> Iterator[tuple[Target, Target]]:
    """The bookings that pay a folio whose money differs from the copy's, or is not in their own copy yet."""
    if not folios:
        return
    before = mirror.get_many(Kind.FOLIO, [record.id for record in folios])
    news = [(record.id, cast("Folio", record.value), cast("Folio | None", before.get(record.id))) for record in folios]
    payers = {payer for _, *pair in news for payer in map(_payer, pair) if payer is not None}
    held = mirror.stamps(Kind.BOOKING, payers)
    strangers = frozenset(mirror.fact(STRANGERS) or ())
    agreeing = _agreeing([now for _, now, old in news if old is None], mirror)
    for ident, now, old in news:
        for payer in {_payer(now), _payer(old)} & held.keys():
            assert payer is not None  # noqa: S101 (a key of `held`)
            if ident in strangers:  # also where an event had it read just before the look
                follows = True
            elif old is not None:
                follows = _money(now) != _money(old)
            else:
                read, made = held[payer].server, now.created_at
                follows = made is not None and (read is None or made >= read) and payer not in agreeing
            if follows:
                yield (Kind.BOOKING, payer), (Kind.FOLIO, ident)


def _agreeing(first_seen: Sequence[Folio], mirror: MirrorReader) -> frozenset[int]:
    """The bookings that tell the balance of their one folio: a new booking comes with it, and both were read after."""
    folios = Counter(_payer(folio) for folio in first_seen)
    balances = {_payer(folio): folio.balance for folio in first_seen if folio.balance is not None}
    payers = [payer for payer in balances if payer is not None and folios[payer] == 1]
    bookings = cast("dict[int, Booking]", mirror.get_many(Kind.BOOKING, payers))  # without those of another release
    agree = (ident for ident, booking in bookings.items() if booking.balance == balances[ident])
    return frozenset(ident for ident in agree if not mirror.folios_paid_by(ident))


def _folios_of(bookings: Sequence[Record], mirror: MirrorReader) -> Iterator[tuple[Target, Target]]:
    """The folios of a booking that was touched, and its money with it: its nights were laid anew at that moment.

    Money that moved without touching the booking is found on the folio's side, by the ledger.
    """
    if not bookings:
        return
    before = mirror.get_many(Kind.BOOKING, [record.id for record in bookings])
    for record in bookings:
        now, old = cast("Booking", record.value), cast("Booking | None", before.get(record.id))
        touched = now.updated_at
        if touched is None or (old is not None and (touched == old.updated_at or _worth(now) == _worth(old))):
            continue
        for folio, read in mirror.stamps(Kind.FOLIO, mirror.folios_paid_by(record.id)).items():
            if read.server is None or read.server <= touched:
                yield (Kind.FOLIO, folio), (Kind.BOOKING, record.id)


def _worth(booking: Booking) -> tuple[object, ...]:
    return (booking.balance, booking.total_booking_value)


def _payer(folio: Folio | None) -> int | None:
    return folio.payer_id if folio is not None and folio.payer_type == "Booking" else None


def _money(folio: Folio) -> tuple[object, ...]:
    return (folio.value, folio.balance, folio.state, folio.deposit, _payer(folio))
