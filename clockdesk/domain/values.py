"""The house and the stay as the service gives them: frozen, typed, every member but the id optional.

Member names are the service's own (facts document, section 5), so that a predicate, a column and a JSON member are one
word. A member we do not name stays in the record's raw JSON; a member the service leaves out is None. A member of the
wrong type makes `msgspec` refuse the object; the reader skips that object alone. What a guest pays is in `folios`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from msgspec import Meta, Struct, field

from clockdesk.domain.money import Int64, Money

Id = Int64
"""The service's ids are 64-bit like all its integers."""

Instant = Annotated[datetime, Meta(tz=True)]
"""The service's DateTime always carries a zone; one without names no instant and could not be ordered."""

BOOKING_STATUSES = ("expected", "checked_in", "checked_out", "canceled", "no_show")


class Value(Struct, frozen=True, kw_only=True, gc=False):
    """What every object shares."""

    created_at: Instant | None = None
    updated_at: Instant | None = None


class Account(Value, frozen=True, kw_only=True, gc=False):
    """The root answer: one hotel."""

    id: Id
    name: str | None = None
    type: str | None = None
    email: str | None = None
    time_zone: str | None = None
    default_language: str | None = None
    issuer_billing_info: dict[str, Any] | None = None
    revenue_date_mode: str | None = None
    revenue_date_delay_hours: Int64 | None = None
    manual_revenue_date: date | None = None
    tax_mode: str | None = None


class RoomType(Value, frozen=True, kw_only=True, gc=False):
    """A room type; the components list goes by two names (facts, section 5 and the change log)."""

    id: Id
    name: str | None = None
    location_id: Id | None = None
    operational_until: date | None = None
    upgrade_index: Int64 | None = None
    beds_count: Int64 | None = None
    sort_order: Int64 | None = None
    city_tax_id: Id | None = None
    is_virtual: bool | None = None
    components_room_type_ids: tuple[Id, ...] | None = None
    component_room_types_ids: tuple[Id, ...] | None = None

    @property
    def components(self) -> tuple[int, ...]:
        """The component room types under whichever name the service used."""
        return self.components_room_type_ids or self.component_room_types_ids or ()


class RoomStatusAllocation(Struct, frozen=True, kw_only=True, gc=False):
    """An out-of-service period; beyond `subject_id` and `from_date` its members are inferred (facts, section 15)."""

    subject_id: Id | None = None
    from_date: date | None = None
    to_date: date | None = None
    status: str | None = None
    notes: str | None = None


class Room(Value, frozen=True, kw_only=True, gc=False):
    """A room; `name` is its number (text). `housekeeping_status`: "" clean, inspect, progress, checked_out = dirty."""

    id: Id
    name: str | None = None
    room_type_id: Id | None = None
    housekeeping_status: str | None = None
    housekeeping_warning: str | None = None
    housekeeping_changed_at: Instant | None = None
    housekeeping_sector: str | None = None
    description: str | None = None
    sort_order: Int64 | None = None
    location_id: Id | None = None
    floor: str | Int64 | None = None
    active_from: date | None = None
    active_to: date | None = None
    is_virtual: bool | None = None
    room_status_allocations: tuple[RoomStatusAllocation, ...] | None = None
    component_room_ids: tuple[Id, ...] | None = None
    component_rooms_ids: tuple[Id, ...] | None = None

    @property
    def components(self) -> tuple[int, ...]:
        """The component rooms under whichever name the service used."""
        return self.component_room_ids or self.component_rooms_ids or ()


class GuestRef(Struct, frozen=True, kw_only=True, gc=False):
    """A booking's pointer at a guest (by `family_id`)."""

    guest_id: Id | None = None


class Meal(Struct, frozen=True, kw_only=True, gc=False):
    """A board (breakfast, half board ...)."""

    id: Id | None = None
    name: str | None = None


class NightPrice(Struct, frozen=True, kw_only=True, gc=False):
    """The price of one night of a booking (`rate_calculation`)."""

    night: date | None = field(default=None, name="date")
    cents: Int64 | None = None
    currency: str | None = None


class Booking(Value, frozen=True, kw_only=True, gc=False):
    """A booking. `number` is text and not unique over a subscription; money objects are computed by the service."""

    id: Id
    number: str | None = None
    status: str | None = None
    status_changed_at: Instant | None = None
    arrival: date | None = None
    departure: date | None = None
    arrival_time: str | None = None
    departure_time: str | None = None
    early_arrival: bool | None = None
    late_departure: bool | None = None
    transfer_arrival: str | None = None
    transfer_departure: str | None = None
    adults: Int64 | None = None
    children: Int64 | None = None
    children_ages: tuple[Int64 | None, ...] | None = None
    account_id: Id | None = None
    block_id: Id | None = None
    event_id: Id | None = None
    rate_id: Id | None = None
    rate_calculation: tuple[NightPrice, ...] | None = None
    first_meal_id: Id | None = None
    eating_object_id: Id | None = None
    arrival_room_type_id: Id | None = None
    arrival_room_id: Id | None = None
    current_room_id: Id | None = None
    disable_room_change: bool | None = None
    is_guaranteed: bool | None = None
    guarantee_policy_id: Id | None = None
    reference_number: str | None = None
    reference_date: date | None = None
    marketing_source: str | None = None
    marketing_channel: str | None = None
    marketing_segment: str | None = None
    agent_id: Id | None = None
    contact_person_id: Id | None = None
    source_of_business_company_id: Id | None = None
    report_segment_id: Id | None = None
    customer_cost_center: str | None = None
    city_tax_mode: str | None = None
    user_created_id: Id | None = None
    user_updated_id: Id | None = None
    registration_cards_count: Int64 | None = None
    confirmation_logs_count: Int64 | None = None
    required_fields_done: bool | None = None
    accept_charge_transfers: bool | None = None
    guest_first_name: str | None = None
    guest_middle_name: str | None = None
    guest_last_name: str | None = None
    guest_e_mail: str | None = None
    guest_phone_number: str | None = None
    guest_country: str | None = None
    guest_state: str | None = None
    guest_city: str | None = None
    guest_zip_code: str | None = None
    guest_address: str | None = None
    guest_language: str | None = None
    guest_person_title_id: Id | None = None
    guest_person_title_name: str | None = None
    main_booking_guest: GuestRef | None = None
    booking_guests: tuple[GuestRef, ...] | None = None
    booking_room_changes: tuple[Any, ...] | None = None
    active_notes: Any = None
    active_housekeeping_notes: Any = None
    active_meals_notes: Any = None
    active_client_requests: Any = None
    meals: tuple[Meal, ...] | None = None
    balance: Money | None = None
    total_booking_value: Money | None = None
    ota: bool | None = None
    calendar_color: str | None = None
    charge_template_schema_batch_charges: Any = None
    lock_version: Int64 | None = None

    @property
    def room_id(self) -> int | None:
        """The room the guest is in, else the room assigned for the arrival."""
        return self.current_room_id or self.arrival_room_id

    @property
    def guest_name(self) -> str:
        """`Last, First` of the main guest; empty when the account may not see names."""
        first = " ".join(part for part in (self.guest_first_name, self.guest_middle_name) if part)
        return ", ".join(part for part in (self.guest_last_name or "", first) if part)


class Guest(Value, frozen=True, kw_only=True, gc=False):
    """A guest; `family_id` is the id to use everywhere."""

    family_id: Id
    first_name: str | None = None
    middle_name: str | None = None
    last_name: str | None = None
    e_mail: str | None = None
    phone_number: str | None = None
    language: str | None = None
    country: str | None = None
    state: str | None = None
    city: str | None = None
    zip_code: str | None = None
    address: str | None = None
    birth_date: date | None = None
    gender_code: str | None = None
    person_title_id: Id | None = None
    document_type: str | None = None

    @property
    def id(self) -> int:
        """The id under which the copy keeps a guest."""
        return self.family_id

    @property
    def full_name(self) -> str:
        """`Last, First Middle`."""
        first = " ".join(part for part in (self.first_name, self.middle_name) if part)
        return ", ".join(part for part in (self.last_name or "", first) if part)


class BookingGuest(Value, frozen=True, kw_only=True, gc=False):
    """A guest's place in a booking, with the guest nested."""

    id: Id
    booking_id: Id | None = None
    guest_id: Id | None = None
    registration_card_number: str | Int64 | None = None
    verified_at: Instant | None = None
    guest: Guest | None = None


class DoorKey(Value, frozen=True, kw_only=True, gc=False):
    """A door key; times are instants."""

    id: Id
    booking_id: Id | None = None
    room_id: Id | None = None
    encoder_id: Id | None = None
    encoder_identifier: str | None = None
    parent_key_id: Id | None = None
    room_name: str | None = None
    guest_name: str | None = None
    valid_from: Instant | None = None
    valid_to: Instant | None = None
    issued_at: Instant | None = None
    delete_requested_at: Instant | None = None
    deleted_at: Instant | None = None
    error_text: str | None = None
    key_reference: str | None = None
    reference_system: str | None = None
