"""Writes to a store until it is killed. Round n: 1,200 records of version n with owed id and cursor n; an intent.

Every intent that the store has promised to keep is printed.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from clockdesk.domain.kinds import Kind
from clockdesk.store.batch import Batch, Owed
from clockdesk.store.desk import IntentState
from clockdesk.store.thread import open_store
from tests.store.builders import KEY, NOON, at, booking

COUNT = 1200


async def main(folder: Path) -> None:
    """Go on for ever."""
    store = open_store(folder, KEY, at=NOON)
    number = int(store.reader.cursor("booking") or 0)
    print("ready", flush=True)
    while True:
        number += 1
        intent = await store.run(store.desk.open_intent, Kind.BOOKING, number, {"round": number}, at=at(number))
        print(intent.id, flush=True)
        records = [booking(i, number, lock_version=number, reference_number=f"R{number}") for i in range(COUNT)]
        await store.apply(
            Batch(
                records=records,
                owed=[Owed(Kind.FOLIO, number, at(number))],
                settled=[(Kind.FOLIO, number - 1)],
                cursors={"booking": str(number)},
                origin="sweep",
            )
        )
        await store.run(store.desk.finish_intent, intent.id, IntentState.DONE, at=at(number))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
