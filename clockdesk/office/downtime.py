"""What a desk has for a time without the service: the packs, the manual log, and the worklist afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clockdesk.office.slices import in_slices

if TYPE_CHECKING:
    from clockdesk.domain.clock import Clock
    from clockdesk.office.manual_log import ManualLog
    from clockdesk.office.office import Office
    from clockdesk.office.pack_keeping import PackKeeping
    from clockdesk.office.sheets import AsOf, Document
    from clockdesk.office.worklist import Worklist


@dataclass(frozen=True, slots=True)
class Downtime:
    """The one object the downtime screen gets beside the office."""

    office: Office
    log: ManualLog
    worklist: Worklist
    packs: PackKeeping
    clock: Clock

    def as_of(self) -> AsOf:
        """How old the copy is now."""
        from clockdesk.office.pack import as_of  # noqa: PLC0415 (paper is wanted after the start)

        return as_of(self.office, self.clock.now())

    def log_document(self) -> Document:
        """The manual log, to be printed."""
        from clockdesk.office.log_sheet import log_document  # noqa: PLC0415 (paper is wanted after the start)

        return log_document(self.log.lines, self.as_of())

    async def pack_document(self) -> Document:
        """The pack as of now, to be printed."""
        from clockdesk.office.pack import PackMaking  # noqa: PLC0415 (paper is wanted after the start)

        making = PackMaking(self.office, self.as_of())
        await in_slices(making.steps(), self.clock)
        return making.document
