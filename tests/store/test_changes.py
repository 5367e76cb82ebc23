"""Several changes of one object amount to one, or to none."""

from __future__ import annotations

import pytest

from clockdesk.domain.kinds import Kind
from clockdesk.domain.records import ChangeSet
from clockdesk.store.changes import Changes

ONE = frozenset({1})
ADDED, CHANGED = ChangeSet(Kind.ROOM, added=ONE), ChangeSet(Kind.ROOM, changed=ONE)
REMOVED = ChangeSet(Kind.ROOM, removed=ONE)
CONFIRMED = ChangeSet(Kind.ROOM, confirmed=ONE)


@pytest.mark.parametrize(
    ("happened", "amounts_to"),
    [
        ([ADDED], [ADDED]),
        ([ADDED, CHANGED], [ADDED]),
        ([ADDED, REMOVED], []),
        ([ADDED, REMOVED, ADDED], [ADDED]),
        ([CHANGED, CHANGED], [CHANGED]),
        ([CHANGED, REMOVED], [REMOVED]),
        ([REMOVED, ADDED], [CHANGED]),
        ([REMOVED, ADDED, REMOVED], [REMOVED]),
        ([ADDED, CONFIRMED], [ADDED]),
        ([CHANGED, CONFIRMED], [CHANGED]),
        ([CONFIRMED, CHANGED], [CHANGED]),
        ([CONFIRMED, REMOVED], [REMOVED]),
        ([CONFIRMED, CONFIRMED], [CONFIRMED]),
        ([], []),
    ],
)
def test_net_changes(happened, amounts_to):
    changes = Changes()
    changes.follow(happened)
    assert list(changes.sets("")) == amounts_to


def test_kinds_and_origin_are_kept():
    changes = Changes()
    changes.follow([ADDED, ChangeSet(Kind.FOLIO, removed=ONE)])
    assert changes.sets("sweep") == (
        ChangeSet(Kind.ROOM, added=ONE, origin="sweep"),
        ChangeSet(Kind.FOLIO, removed=ONE, origin="sweep"),
    )
