"""Which folios moved, from two looks at the ledger."""

from clockdesk.api.reports import LedgerItem
from clockdesk.sync.ledger import fingerprints, moved


def item(folio, *, date=0, end=0, order=False):
    """An item whose charges of the date and debts at its end are so many cents."""
    blocks = [f'"date": {{"charges": {euros(date)}}}', f'"end_of_date": {{"debts": {euros(end)}}}']
    members = ", ".join(reversed(blocks) if order else blocks)
    return LedgerItem.read(f'{{"folio_id": {folio}, {members}}}'.encode())


def euros(cents):
    return f'{{"cents": {cents}, "currency": "EUR"}}'


def look(date, *items):
    return {"date": date, "items": {str(one.folio_id): fingerprints(one) for one in items}}


def moved_to(before, now):
    return moved(before, now["date"], now["items"])


def test_on_one_date_any_difference_counts_and_the_order_of_members_does_not():
    before = look("21", item(1, date=5), item(2, date=7), item(3))
    now = look("21", item(1, date=6), item(2, date=7, order=True), item(3))
    assert moved_to(before, now) == {1}


def test_an_item_that_comes_or_goes_has_moved():
    assert moved_to(look("21", item(1), item(2)), look("21", item(2), item(3))) == {1, 3}


def test_from_one_date_to_another_only_what_holds_at_its_end_is_compared():
    before = look("21", item(1, date=5, end=5), item(2, date=5, end=5), item(3, date=4))
    now = look("23", item(1, date=0, end=5), item(2, date=0, end=9))
    assert moved_to(before, now) == {2, 3}


def test_everything_is_new_to_a_look_without_one_before():
    assert moved({}, "21", look("21", item(1))["items"]) == {1}
