"""What can be filtered on: each kind's fields, their types, and which of them the service can filter by itself.

Only first-level attributes that are real database columns can be sent (facts, section 11: a filter on a member that is
merely computed ends in a 500). Which members are columns is documented nowhere; a field is marked as one when a filter
on it was seen, or when its kind (an id, day, flag or plain text of the object itself) leaves little doubt. Money
objects, arrays, a booking's guest and its marketing segment (a table of its own) are filtered here alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from clockdesk.domain.dates import nights
from clockdesk.domain.kinds import Kind
from clockdesk.domain.like import fold
from clockdesk.domain.money import subunits
from clockdesk.domain.words import BOOKING_STATUSES, FOLIO_STATES, HOUSEKEEPING

if TYPE_CHECKING:
    from clockdesk.domain.folios import Charge, CreditItem, Folio
    from clockdesk.domain.money import Money
    from clockdesk.domain.values import Booking, DoorKey, Guest

Reader: TypeAlias = Callable[[Any], Any]
"""Takes the value of a field out of a row; None = empty."""


class FieldType(StrEnum):
    """How a field's values are written and compared."""

    TEXT = "text"
    ENUM = "enum"
    INT = "int"
    ID = "id"
    BOOL = "bool"
    DATE = "date"
    INSTANT = "instant"
    DECIMAL = "decimal"


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One field of a kind of object.

    `column`: the service can filter by it. `nullable`: an object may lack it. `choices`: value -> title of an enum;
    `closed` says that there are no others. `read` takes the value from a row (None: the attribute of that name).
    `joined`: the value lives in other objects, so `Context.getters` must supply the reader.
    """

    name: str
    type: FieldType
    title: str
    column: bool = True
    nullable: bool = True
    choices: Mapping[str, str] = field(default_factory=dict)
    closed: bool = False
    read: Reader | None = None
    joined: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Entity:
    """A kind of object as filters see it.

    `name` is the plural of the command line. `free_text` is the service's free-text parameter, if this list has one.
    `says` gives the words of a row that free text looks through, as written.
    """

    kind: Kind
    name: str
    fields: Mapping[str, Field]
    says: Callable[[Any], tuple[str | None, ...]]
    free_text: str | None = None

    def folded_text(self, row: Any) -> str:
        """What free text searches in a row, folded; rebuilt at each call, so lists keep their own copy of it."""
        return fold("\n".join(filter(None, self.says(row))))


_TYPES: Final = {
    "text": FieldType.TEXT,
    "int": FieldType.INT,
    "id": FieldType.ID,
    "bool": FieldType.BOOL,
    "date": FieldType.DATE,
    "instant": FieldType.INSTANT,
    "decimal": FieldType.DECIMAL,
}

_HOUSEKEEPING: Final = {code: state.word for code, state in HOUSEKEEPING.items()}
"""A fifth value can't be excluded (facts, section 7), so other words are let through."""


def _title(name: str) -> str:
    """Words for a member's name: "arrival_room_type_id" -> "Arrival room type"."""
    words = name.removesuffix("_id").removesuffix("_at").replace("e_mail", "e-mail").replace("_", " ")
    return {"payed": "Paid", "text": "Wording"}.get(words, words.capitalize())


def _columns(spec: str) -> list[Field]:
    """Fields from lines `type name name* ...`; a star marks a member that every object has."""
    made = []
    for line in filter(str.strip, spec.splitlines()):
        type_, *names = line.split()
        for starred in names:
            name = starred.rstrip("*")
            made.append(Field(name, _TYPES[type_], _title(name), nullable=name == starred))
    return made


def _local(type_: FieldType, title: str, *names: str, read: Reader | None = None, joined: bool = False) -> list[Field]:
    """Fields that the service cannot filter by."""
    return [Field(name, type_, title or _title(name), column=False, read=read, joined=joined) for name in names]


def _amount(name: str) -> list[Field]:
    """A money object as its amount in units of its own currency."""
    money: Callable[[Any], Money | None] = attrgetter(name)

    def read(row: Any) -> Decimal | None:
        amount = money(row)
        return None if amount is None else Decimal(amount.minor) / subunits(amount.currency)

    return _local(FieldType.DECIMAL, "", name, read=read)


def _cents(name: str) -> list[Field]:
    """A `*_cents` member as an amount in units of the row's currency."""
    cents: Callable[[Any], int | None] = attrgetter(f"{name}_cents")

    def read(row: Any) -> Decimal | None:
        amount = cents(row)
        return None if amount is None else Decimal(amount) / subunits(row.currency or "")

    return _local(FieldType.DECIMAL, "", name, read=read)


def _enum(name: str, title: str, choices: Mapping[str, str], *, closed: bool, column: bool = True) -> list[Field]:
    """A field of a few known words; a closed one is never empty."""
    return [Field(name, FieldType.ENUM, title, column, not closed, MappingProxyType(dict(choices)), closed)]


def _entity(
    kind: Kind,
    *groups: list[Field],
    says: Callable[[Any], tuple[str | None, ...]],
    free_text: str | None = None,
) -> Entity:
    fields = {made.name: made for group in groups for made in group}
    return Entity(kind, f"{kind}s", MappingProxyType(fields), says, free_text)


def _floor(room: Any) -> str | None:
    return None if room.floor is None else str(room.floor)


def _booking_says(row: Booking) -> tuple[str | None, ...]:
    return (
        row.guest_last_name,
        row.guest_first_name,
        row.guest_middle_name,
        row.number,
        row.reference_number,
        row.guest_e_mail,
        row.guest_phone_number,
    )


def _guest_says(row: Guest) -> tuple[str | None, ...]:
    return (row.last_name, row.first_name, row.middle_name, row.e_mail, row.phone_number, row.city, row.country)


def _folio_says(row: Folio) -> tuple[str | None, ...]:
    return (row.name, row.number, row.invoice_number, row.one_line_description, row.notes)


def _charge_says(row: Charge) -> tuple[str | None, ...]:
    return (row.text, row.print_text)


def _payment_says(row: CreditItem) -> tuple[str | None, ...]:
    return (row.text, row.reference, row.number)


def _key_says(row: DoorKey) -> tuple[str | None, ...]:
    return (row.room_name, row.guest_name, row.error_text)


_STAMPS: Final = "instant created_at updated_at"

_BOOKING: Final = _entity(
    Kind.BOOKING,
    _enum("status", "Status", BOOKING_STATUSES, closed=True),
    _columns(f"""
        id id*
        text number*
        date arrival* departure* reference_date
        id rate_id arrival_room_type_id arrival_room_id account_id block_id event_id guarantee_policy_id
        id source_of_business_company_id agent_id contact_person_id
        int adults children lock_version
        text reference_number arrival_time departure_time transfer_arrival transfer_departure
        bool is_guaranteed early_arrival late_departure accept_charge_transfers
        instant status_changed_at
        {_STAMPS}"""),
    _local(FieldType.TEXT, "Room", "room", joined=True),
    _local(FieldType.TEXT, "Room type", "room_type", joined=True),
    _local(FieldType.ID, "Room now", "current_room_id"),
    _local(FieldType.TEXT, "Guest", "guest", read=lambda row: row.guest_name or None),
    _local(
        FieldType.TEXT, "", "guest_first_name", "guest_middle_name", "guest_last_name", "guest_e_mail",
        "guest_phone_number", "guest_country", "guest_city", "guest_language",
        "marketing_source", "marketing_channel", "marketing_segment",
    ),
    _local(FieldType.INT, "Nights", "nights", read=lambda row: nights(row.arrival, row.departure)),
    _local(FieldType.BOOL, "From a portal", "ota"),
    _amount("balance"),
    _amount("total_booking_value"),
    says=_booking_says,
    free_text="main_guest_free_text_search",
)  # fmt: skip

_ROOM: Final = _entity(
    Kind.ROOM,
    _enum("housekeeping_status", "Housekeeping", _HOUSEKEEPING, closed=False),
    _columns(f"""
        id id*
        text name*
        id room_type_id* location_id
        text housekeeping_warning housekeeping_sector description
        int sort_order
        date active_from active_to
        bool is_virtual
        instant housekeeping_changed_at
        {_STAMPS}"""),
    _local(FieldType.TEXT, "Floor", "floor", read=_floor),
    _local(FieldType.TEXT, "Room type", "room_type", joined=True),
    _local(FieldType.BOOL, "", "occupied", "arriving", "departing", "out_of_service", joined=True),
    says=lambda row: (row.name, row.description, row.housekeeping_warning, row.housekeeping_sector),
)

_ROOM_TYPE: Final = _entity(
    Kind.ROOM_TYPE,
    _columns(f"""
        id id*
        text name*
        id location_id city_tax_id
        int upgrade_index beds_count sort_order
        date operational_until
        bool is_virtual
        {_STAMPS}"""),
    says=lambda row: (row.name,),
)

_FOLIO: Final = _entity(
    Kind.FOLIO,
    _columns(f"""
        id id*
        text number invoice_number name currency payer_type tax_mode void_reason notes
        bool deposit payed
        date close_date payment_terms_date
        instant closed_at voided_at
        {_STAMPS}
        id payer_id document_type_id closed_by_id client_folio_id invoice_to_company_id account_id"""),
    _enum("state", "State", FOLIO_STATES, closed=True, column=False),
    _local(FieldType.TEXT, "", "one_line_description", "fiscal_request_code", "fiscal_response_code"),
    _amount("balance"),
    _amount("value"),
    _amount("net_value"),
    _amount("total_vat"),
    says=_folio_says,
)

_GUEST: Final = _entity(
    Kind.GUEST,
    _local(FieldType.ID, "Guest", "id"),
    _columns(f"""
        id family_id* person_title_id
        text last_name first_name middle_name e_mail phone_number language country state city zip_code address
        text gender_code document_type
        date birth_date
        {_STAMPS}"""),
    _local(FieldType.TEXT, "Full name", "full_name", read=lambda row: row.full_name or None),
    says=_guest_says,
)

_LINE: Final = """
    id id* folio_id*
    date revenue_date
    text text currency void_reason
    int value_cents fixed_value_cents version
    instant archived_at voided_at
"""

_CHARGE: Final = _entity(
    Kind.CHARGE,
    _columns(f"""{_LINE}
        date service_date
        text print_text tax_code revenue_group revenue_category
        int price_cents
        decimal qty tax_rate discount_rate
        {_STAMPS}"""),
    _cents("price"),
    _cents("value"),
    says=_charge_says,
)

_CREDIT_ITEM: Final = _entity(
    Kind.CREDIT_ITEM,
    _columns(f"""{_LINE}
        date payment_date
        text number payment_type payment_sub_type
        {_STAMPS}"""),
    _local(FieldType.TEXT, "", "reference"),
    _cents("value"),
    says=_payment_says,
)

_DOOR_KEY: Final = _entity(
    Kind.DOOR_KEY,
    _columns(f"""
        id id* booking_id room_id
        text room_name guest_name error_text
        instant valid_from valid_to issued_at delete_requested_at deleted_at
        {_STAMPS}"""),
    says=_key_says,
)

ENTITIES: Final[Mapping[Kind, Entity]] = MappingProxyType(
    {entity.kind: entity for entity in (_BOOKING, _ROOM, _ROOM_TYPE, _FOLIO, _GUEST, _CHARGE, _CREDIT_ITEM, _DOOR_KEY)}
)
"""Every kind that can be filtered. A guest's `id` is its `family_id`, which is not the `id` column: it stays here."""
