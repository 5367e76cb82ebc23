"""The screen of folios."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clockdesk.domain.kinds import Kind
from clockdesk.office.forms import FolioForm
from clockdesk.office.lists import by_room
from clockdesk.ui.screens.columns_folios import EXPENDABLE, folio_columns
from clockdesk.ui.screens.filter_panel import FolioFilter
from clockdesk.ui.screens.folio_drawer import FolioDrawer
from clockdesk.ui.screens.list_page import ListPage

if TYPE_CHECKING:
    from clockdesk.domain.tasks import Tasks
    from clockdesk.office.lines import FolioLine
    from clockdesk.office.office import Office
    from clockdesk.ui.theme.look import Look


class FoliosPage(ListPage["FolioLine"]):
    """All folios of the copy, filtered; one of them in the drawer."""

    kind = Kind.FOLIO
    noun = "folios"

    def __init__(self, look: Look, tasks: Tasks, office: Office) -> None:
        """Shows everything the copy holds, open ones first."""
        fields, drawer = FolioFilter(look, lambda: office.today), FolioDrawer(look, tasks, office)
        columns = folio_columns(lambda: office.today)
        super().__init__(look, tasks, office, fields, FolioForm.of, columns, EXPENDABLE, drawer, _open_first)
        self.fields = fields
        self.fields = fields
        drawer.booking_wanted.connect(self.booking_wanted)


_STATES = {"open": 0, "closed": 1, "voided": 2}


def _open_first(line: FolioLine) -> Any:
    """Open ones, then the latest closed."""
    closed = -line.close_date.toordinal() if line.close_date else 0
    return (_STATES.get(line.state, len(_STATES)), closed, by_room(line.number))
