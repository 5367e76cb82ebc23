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

    from clockdesk.domain.records import Record
    from clockdesk.domain.values import Booking, Folio
    from clockdesk.store.mirror_reads import MirrorReader
    from clockdesk.sync.dirty import Target

STRANGERS = "ledger_strangers"
"""Fact: the folios on the ledger that the copy did not hold, by id. The first read of one moves its booking."""

WITH_MONEY = frozenset({Kind.BOOKING, Kind.FOLIO})
"""The kinds whose change may drag something along."""


def followers(records: Sequence[Record], mirror: MirrorReader) -> frozenset[tuple[Target, Target]]:
    """The held objects that must be read again once these are written: each with what drags it along."""
    folios = [record for record in records if record.kind is Kind.FOLIO]
    bookings = [record for record in records if record.kind is Kind.BOOKING]
    return frozenset((*_bookings_of(folios, mirror), *_folios_of(bookings, mirror)))


def _bookings_of(folios: Sequence[Record], mirror: MirrorReader) -> Iterator[tuple[Target, Target]]:
    """The bookings that pay a folio whose money differs from the copy's, or that is younger than their copy.

    A new booking comes with its folio: when that is its only one, and both tell the same balance, both were read after
    the money of it was there.
    """
    if not folios:
        return
    before = mirror.get_many(Kind.FOLIO, [record.id for record in folios])
    news = [(record.id, cast("Folio", record.value), cast("Folio | None", before.get(record.id))) for record in folios]
    payers = {payer for _, *pair in news for payer in map(_payer, pair) if payer is not None}
    held = mirror.stamps(Kind.BOOKING, payers)
    bookings = cast("dict[int, Booking]", mirror.get_many(Kind.BOOKING, held))
    strangers = frozenset(mirror.fact(STRANGERS) or ()) if len(before) < len(folios) else frozenset()
    seen_now = Counter(_payer(now) for _, now, _ in news)
    for ident, now, old in news:
        for payer in {_payer(now), _payer(old)} & held.keys():
            assert payer is not None  # noqa: S101 (a key of `held`)
            if old is not None:
                follows = _money(now) != _money(old)
            else:
                read, made = held[payer].server, now.created_at
                younger = made is not None and (read is None or made >= read)
                booking = bookings.get(payer)  # one that this release can't read any more is held, but not here
                agree = booking is not None and now.balance is not None and now.balance == booking.balance
                alone = seen_now[payer] == 1 and not mirror.folios_paid_by(payer)
                follows = ident in strangers or (younger and not (agree and alone))
            if follows:
                yield (Kind.BOOKING, payer), (Kind.FOLIO, ident)


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
