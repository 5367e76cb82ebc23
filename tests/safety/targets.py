"""Doors that hostile bytes come through, each as one function: it returns, or something else than a sentence got out.

Used by hypothesis (`test_fuzz`) and, where atheris is installed, by `python -m tests.safety.fuzz TARGET`.
"""

from __future__ import annotations

import contextlib
import logging
import tempfile
from datetime import timedelta
from pathlib import Path

import httpx

from clockdesk.api import decode
from clockdesk.api.address import BaseUrl
from clockdesk.api.channels import channel_addresses
from clockdesk.api.environment import system_proxy
from clockdesk.api.errors import is_firewall, refusal
from clockdesk.api.messages import read_messages
from clockdesk.api.reports import LedgerItem, OccupancyForecast, Rate, RoomTypeStatus
from clockdesk.api.timeclock_address import clock_base, clock_key
from clockdesk.api.timeclock_decode import candidates_of, community_of, row_of, rows_of, state_of, types_of
from clockdesk.api.timeclock_errors import json_of, problem, unreadable
from clockdesk.api.timeclock_gate import wait_told
from clockdesk.api.wire import Answer, seconds_of, stamp_of
from clockdesk.app import settings as settings_file
from clockdesk.app.keys import MemorySecrets
from clockdesk.app.links import parse_link
from clockdesk.app.pack_files import NOTE, read_packs
from clockdesk.app.time_clock import FileKeeping
from clockdesk.domain.errors import KnownError, UserError
from clockdesk.domain.fields import ENTITIES
from clockdesk.domain.kinds import EventName, Kind
from clockdesk.domain.predicate_text import format_predicate, parse
from clockdesk.domain.records import Stamp
from clockdesk.domain.value_types import VALUE_TYPES
from clockdesk.office.pack_csv import BEGIN_FORMULAS, neutral
from clockdesk.store.batch import Batch
from clockdesk.store.files import Place
from clockdesk.store.history import difference
from clockdesk.store.mirror import open_mirror
from clockdesk.sync.ledger import fingerprints
from tests.support.desk import NOW

STAMP = Stamp(NOW, NOW)
SENTENCES = (KnownError, UserError)
KEPT = frozenset(VALUE_TYPES) - {Kind.DOOR_KEY}


def _answer(body: bytes, status: int = 200) -> Answer:
    return Answer(status, {"content-type": "application/json"}, body, STAMP, "x")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def objects(data: bytes) -> None:
    """An answer of the service: whatever is let in can be stored, compared, and read again."""
    records = []
    for kind in KEPT:
        for read in (decode.one, lambda k, a: decode.many(k, a).value):
            with contextlib.suppress(KnownError):
                found = read(kind, _answer(data))
                records += [found] if not isinstance(found, tuple) else list(found)
    with contextlib.suppress(KnownError):
        records += decode.booking_guests(_answer(data), 7).value
    with contextlib.suppress(KnownError):
        assert all(isinstance(ident, int) for ident in decode.ids(_answer(data)).value)
    for record in records:
        difference(record.raw, b"{}")
        record.raw.decode()
    if records:
        mirror = open_mirror(Place())
        mirror.apply(Batch(records=tuple(records), origin="cold"))
        for record in records:
            assert mirror.get(record.kind, record.id) is not None
        mirror.close()


def reports(data: bytes) -> None:
    """Reports, the ledger's items among them."""
    for cls in (RoomTypeStatus, Rate):
        with contextlib.suppress(KnownError):
            decode.structs(cls, _answer(data))
    with contextlib.suppress(KnownError):
        decode.struct(OccupancyForecast, _answer(data))
    with contextlib.suppress(KnownError):
        for item in decode.rows_of("items", LedgerItem.read, "ledger", _answer(data)).value:
            fingerprints(item)
            assert item.balance is None or item.balance.currency is not None


def refusals(data: bytes) -> None:
    """Bodies of answers that say no."""
    for status in (400, 403, 422, 500):
        is_firewall(status, data)
        assert len(refusal("GET", status, data, STAMP).detail) <= 500


def root(data: bytes) -> None:
    """The root answer, in which the channels are looked for."""
    for url in channel_addresses(data).values():
        assert url.startswith(("http://", "https://"))
        assert "@" not in url.split("/")[2]
        system_proxy("/".join(url.split("/", 3)[:3]))


def channel(data: bytes) -> None:
    """What comes on a message channel."""
    for event in EventName:
        assert all(0 < hint.id < 2**63 for hint in read_messages(data, event).hints)


def heads(data: bytes) -> None:
    """Header values."""
    text = data.decode("latin-1")
    stamp_of(NOW, timedelta(seconds=1), text)
    told = wait_told({"retry-after": text, "date": text}, NOW)
    assert told is None or told >= 0
    assert 0 <= seconds_of(text) < 100_000


def time_clock(data: bytes) -> None:
    """An answer of the time clock."""
    said = json_of(data)
    inner = said.get("data") if isinstance(said, dict) else said
    state = state_of(inner, read=NOW, offset=timedelta())
    assert len(state.reason) < 200
    for read in (row_of, rows_of, types_of, community_of, candidates_of):
        read(inner)
    for status in (200, 400, 403, 500):
        error = problem("POST", _answer(data, status))
        assert error is None or len(str(error) + error.detail) < 2000
    unreadable(_answer(data), "x")


def predicate(data: bytes) -> None:
    """What is typed into the search box, stands in a saved filter, or is given on the command line."""
    for entity in ENTITIES.values():
        with contextlib.suppress(UserError):
            found = parse(_text(data), entity)
            assert parse(format_predicate(found, entity), entity) == found


def link(data: bytes) -> None:
    """A link of another program."""
    with contextlib.suppress(UserError):
        found = parse_link(_text(data))
        assert parse_link(found.text) == found


def address(data: bytes) -> None:
    """Addresses and keys as they are typed or stand in a file."""
    text = _text(data)
    with contextlib.suppress(UserError):
        base = BaseUrl.parse(text)
        assert BaseUrl.parse(base.text) == base
        assert base.origin.startswith("https://") or base.is_loopback
        system_proxy(base.origin)
        assert httpx.URL(base.for_api("pms_api")).raw_host.decode("ascii") == base.host
    with contextlib.suppress(UserError):
        clock = clock_base(text)
        assert clock_base(clock) == clock
        assert httpx.URL(f"{clock}/v2/x").raw_host
    with contextlib.suppress(UserError):
        clock_key(text).encode("ascii")


def settings(data: bytes) -> None:
    """The settings file: what is read can be written, and is the same again."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "settings.toml"
        path.write_bytes(data)
        with contextlib.suppress(*SENTENCES):
            read = settings_file.load(path)
            for account in read.accounts:
                account.is_at(BaseUrl("https://h", "1", "2"))
            keeping = FileKeeping(path, MemorySecrets())
            with contextlib.suppress(*SENTENCES):
                keeping._table(read)
            settings_file.save(path, read)
            assert repr(settings_file.load(path)) == repr(read), "NaN is not NaN"


def pack_note(data: bytes) -> None:
    """The note in a downtime pack's folder."""
    with tempfile.TemporaryDirectory() as folder:
        pack = Path(folder) / "pack"
        pack.mkdir()
        (pack / NOTE).write_bytes(data)
        read_packs(Path(folder))


def cell(data: bytes) -> None:
    """A guest's name on its way into a spreadsheet."""
    for text in (_text(data), data.decode("utf-8", "replace")):
        shown = neutral(text)
        assert shown.lstrip()[:1] not in BEGIN_FORMULAS or not shown.strip()
        assert not set(shown) & set("\r\n\t\x00\u202e")


TARGETS = {
    target.__name__: target
    for target in (
        objects, reports, refusals, root, channel, heads, time_clock,
        predicate, link, address, settings, pack_note, cell,
    )
}  # fmt: skip


def run(name: str, data: bytes) -> None:
    """One input at one door, without the log."""
    logging.disable(logging.CRITICAL)
    try:
        TARGETS[name](data)
    finally:
        logging.disable(logging.NOTSET)
