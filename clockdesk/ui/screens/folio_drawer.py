"""One folio: its balance and age, its charges, payments and taxes; void lines struck through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from typing_extensions import override

from clockdesk.domain.dates import day_text
from clockdesk.domain.kinds import Kind
from clockdesk.office.lines import FolioLine
from clockdesk.ui.models.table import LineModel
from clockdesk.ui.screens.columns_folios import charge_columns, no_longer_counts, payment_columns, tax_columns
from clockdesk.ui.screens.reading_drawer import ReadingDrawer
from clockdesk.ui.theme.status import DEPOSIT, folio_status
from clockdesk.ui.widgets.drawer import Fact, Section
from clockdesk.ui.widgets.ledger import LedgerTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from clockdesk.domain.folios import Charge, CreditItem, Folio, FolioTax
    from clockdesk.domain.tasks import Tasks
    from clockdesk.office.office import Office
    from clockdesk.ui.models.columns import Column
    from clockdesk.ui.theme.look import Look

PARTS = frozenset({Kind.CHARGE, Kind.CREDIT_ITEM, Kind.FOLIO_TAX})


class FolioDrawer(ReadingDrawer):
    """Signal: `booking_wanted(id)` when somebody goes to the booking that pays."""

    booking_wanted = Signal(object)

    kind = Kind.FOLIO

    def __init__(self, look: Look, tasks: Tasks, office: Office) -> None:
        """Shows nothing yet."""
        super().__init__(look, tasks, office, "Folio", office.open_folio, office.watch_folio)
        self.setFixedWidth(look.size.drawer * 3 // 2)
        self._lines: dict[Kind, dict[int, Any]] = {kind: {} for kind in PARTS}
        self._actions_for: int | None = None
        self.charges: LineModel[Charge] = self._model(Kind.CHARGE, charge_columns(lambda: office.today))
        self.payments: LineModel[CreditItem] = self._model(Kind.CREDIT_ITEM, payment_columns(lambda: office.today))
        self.taxes: LineModel[FolioTax] = self._model(Kind.FOLIO_TAX, tax_columns(self._currency))
        self.charge_table = LedgerTable(look, self.charges, "Charges", no_longer_counts)
        self.payment_table = LedgerTable(look, self.payments, "Payments", no_longer_counts)
        self.tax_table = LedgerTable(look, self.taxes, "Taxes")
        self.tables = (self.charge_table, self.payment_table, self.tax_table)

    def _model(self, kind: Kind, columns: Sequence[Column[Any]]) -> LineModel[Any]:
        look = self._look
        glow = look.theme.motion.glow / 1000
        return LineModel(columns, self._lines[kind].get, look.now, glow_seconds=glow, parent=self)

    def _currency(self) -> str:
        folio: Folio | None = None if self.ident is None else self._office.house.value(Kind.FOLIO, self.ident)
        return (folio.currency or "") if folio else ""

    @override
    def parts_read_at(self, ident: int) -> datetime | None:
        read_at = self._office.parts_read_at(PARTS, ident)
        return self._office.house.read_at(Kind.FOLIO, ident) if read_at is None and self.fresh else read_at

    @override
    def concerns(self, kind: Kind, ids: frozenset[int]) -> bool:
        if kind in PARTS:
            self._show_lines(ids)
            return True
        return False

    @override
    def fill(self, ident: int) -> None:
        folio: Folio = self._office.house.value(Kind.FOLIO, ident)
        line = self._office.house.line(Kind.FOLIO, ident)
        assert isinstance(line, FolioLine)  # noqa: S101 (a promise to the type checker)
        statuses = [folio_status(line.state), *([DEPOSIT] if line.deposit else [])]
        self.set_heading(f"Folio {line.number}", _subtitle(line), statuses)
        self._show_lines(frozenset())
        self.show_sections(
            [
                Section("", (Fact("Balance", line.balance, owed=line.state != "voided"), self.age())),
                Section("Folio", tuple(self._facts(folio, line))),
                self._part("Charges", "charges", self.charge_table, self.charges),
                self._part("Payments", "payments", self.payment_table, self.payments),
                self._part("Taxes", "taxes", self.tax_table, self.taxes),
                Section("", (self.age(of_parts=True),)),
            ]
        )
        self._show_actions(line)

    def _facts(self, folio: Folio, line: FolioLine) -> Iterator[Fact]:
        today = self._office.today
        yield Fact("Value", line.value)
        yield Fact("Net", folio.net_value)
        yield Fact("Tax", folio.total_vat)
        if folio.payed is not None:
            yield Fact("Paid", "yes" if folio.payed else "no")
        for label, value in (
            ("Closed", day_text(folio.close_date, today) if folio.close_date else ""),
            ("Invoice", line.invoice_number),
            ("Pay until", day_text(folio.payment_terms_date, today) if folio.payment_terms_date else ""),
            ("Void since", self._moment(folio.voided_at) if folio.voided_at else ""),
            ("Void because", folio.void_reason or ""),
            ("Corrects folio", str(folio.client_folio_id) if folio.client_folio_id else ""),
            ("Notes", folio.notes or ""),
        ):
            if value:
                yield Fact(label, value)

    def _part(self, title: str, noun: str, table: LedgerTable, model: LineModel[Any]) -> Section:
        """A section of lines; without any, a word that says whether there are none or whether nobody has looked."""
        if model.rowCount():
            return Section(title, (), table)
        if self.reading:
            return Section(title, (Fact("", "reading now …", "muted"),))
        return Section(title, (Fact("", f"No {noun}" if self.fresh else f"No {noun} in the copy", "muted"),))

    def _show_lines(self, changed: frozenset[int]) -> None:
        """The lines as the copy has them."""
        if self.ident is None:
            return
        office = self._office
        for kind, model, found in (
            (Kind.CHARGE, self.charges, office.charges(self.ident)),
            (Kind.CREDIT_ITEM, self.payments, office.credit_items(self.ident)),
            (Kind.FOLIO_TAX, self.taxes, office.folio_taxes(self.ident)),
        ):
            held = self._lines[kind]
            before = dict(held)
            held.clear()
            held.update((each.id, each) for each in found)
            differing = {ident for ident, each in held.items() if before.get(ident) != each}
            model.show(list(held), frozenset(differing) if changed or before.keys() & held.keys() else frozenset())

    def _show_actions(self, line: FolioLine) -> None:
        if line.booking_id == self._actions_for:
            return
        self._actions_for = line.booking_id
        if line.booking_id is None:
            self.set_actions(())
            return
        booking = line.booking_id
        self.set_actions([("Open booking", "", lambda: self.booking_wanted.emit(booking))])


def _subtitle(line: FolioLine) -> str:
    parts = (line.payer, f"room {line.room}" if line.room else "", line.name)
    return " · ".join(part for part in parts if part)
