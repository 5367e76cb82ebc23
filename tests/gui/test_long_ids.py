"""Ids are 64-bit: a signal that carried C ints would lose them."""

from clockdesk.ui.screens.booking_drawer import BookingDrawer
from clockdesk.ui.screens.folio_drawer import FolioDrawer
from clockdesk.ui.screens.list_page import ListPage


def test_signals_that_carry_ids_take_any_python_number():
    for owner, name in (
        (ListPage, "booking_wanted"),
        (ListPage, "folio_wanted"),
        (BookingDrawer, "folio_wanted"),
        (FolioDrawer, "booking_wanted"),
    ):
        meta = owner.staticMetaObject
        found = [bytes(meta.method(at).methodSignature().data()).decode() for at in range(meta.methodCount())]
        assert f"{name}(PyObject)" in found, (owner, found)
