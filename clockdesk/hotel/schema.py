"""The hotel's tables: the service's database columns, which are what can be filtered on (facts, sections 5 and 11).

A member that the service computes (money objects, guests of a booking, notes, room changes ...) is no column:
filtering on it fails here as it does live. Such members are computed by `render` or kept in the `<name>_more` table
beside (one JSON text a row). Which member of the JSON is a column is an assumption of ours wherever the facts do not
say.

Kinds: `int`, `num` (decimal), `text`, `bool` (0/1), `date` (YYYY-MM-DD), `dt` (stamp). A kind may carry a default:
`int=0`.
"""

from __future__ import annotations

from typing import Final

ACCOUNT_ID: Final = 16449
SUBSCRIPTION_ID: Final = 8130

_USERS = "user_created_id int=176987; user_updated_id int=176987"
_STAMPS = "created_at dt; updated_at dt"

_SPEC: Final = {
    "room_types": f"""id int; name text; {_STAMPS}; location_id int; operational_until date; upgrade_index int;
        beds_count int; sort_order int; city_tax_id int; is_virtual bool=0""",
    "rooms": f"""id int; name text; room_type_id int; housekeeping_warning text; housekeeping_status text=;
        {_STAMPS}; description text; sort_order int; location_id int; housekeeping_changed_at dt;
        housekeeping_sector text; active_from date; active_to date; floor text; is_virtual bool=0""",
    "rate_plans": "id int; name text; weekend_days text; currency text",
    "rates": f"""id int; rate_plan_id int; name text; {_STAMPS}; bookable_id int; wbe bool=0;
        derived_rate_type text; base_rate_id int; city_tax_mode text; bookable_type text; badge text;
        sort_order int; occupancy_type text; tsv text; upgrade_index int; upgrade bool=0; {_USERS};
        rate_package_id int; charge_template_id int; currency text; report_segment_id int;
        hurdle_rate_id int; hurdle_rate_mode text; per_guest bool=0; guest_offset_plan_id int;
        contract_rate_room_type text; contract_rate_board text; included_discount_rate num;
        room_type_unique_category text""",
    "meals": f"id int; name text; order_tag text; standard bool=0; first_meal bool=0; {_STAMPS}",
    "guests": f"""id int; family_id int; language text; accept_marketing_emails bool=0; {_STAMPS};
        person_title_id int; first_name text; middle_name text; last_name text; e_mail text;
        phone_number text; fax_number text; country text; state text; city text; zip_code text;
        address text; birth_date date; birth_city text; birth_country text; age int; gender_code text;
        document_type text; document_number text; document_issued_by text; visa_type text;
        checkpoint_name text; checkpoint_date date; next_destiantion text; car text; car_number text;
        visit_purpose text; workplace_company text; workplace_position text; accompany text""",
    "bookings": f"""id int; number text; arrival date; departure date; status text; {_STAMPS}; status_changed_at dt;
        account_id int={ACCOUNT_ID}; block_id int; event_id int; adults int=1; children int=0;
        arrival_time text; departure_time text; transfer_arrival text; transfer_departure text;
        early_arrival bool=0; late_departure bool=0; source_of_business_company_id int; agent_id int;
        contact_person_id int; reference_number text; reference_date date; is_guaranteed bool=0;
        guarantee_policy_id int; first_meal_id int; eating_object_id int; rate_id int;
        arrival_room_type_id int; arrival_room_id int; {_USERS}; registration_cards_count int=0;
        confirmation_logs_count int=0; self_service_key text; self_service_pin text; tsv text;
        links text; marketing_source text; marketing_channel text; marketing_segment text;
        report_segment_id int; accept_charge_transfers bool=1; rate_charges_transfer text;
        rate_charges_to_company_event bool=0; customer_cost_center text; commission_value_cents int;
        commission_currency text; commission_payment_date date; commission_checked bool=0;
        commission_notes text; commission_recipient text; before_arrival_mail_sent bool=0;
        after_departure_mail_sent bool=0; city_tax_mode text; citytax_adults int; citytax_children int;
        disable_room_change bool=0; require_room_resource bool=0; confirmation_body_html text;
        required_fields_done bool=1; self_pre_checked_in bool; calendar_color text;
        migration_pms_guest_id int; notes_destroyed_at dt; manual_prices_as_text text;
        manual_currency text; lock_version int=0""",
    "booking_guests": f"""id int; booking_id int; guest_id int; registration_card_number text; verified_at dt;
        verified_by_id int; signature_id int; {_STAMPS}""",
    "folios": f"""id int; number text; name text; currency text; deposit bool=0; payer_id int; payer_type text;
        tax_mode text=in_prices_on_row; payed bool=0; document_type_id int; invoice_number text;
        close_date date; closed_at dt; closed_by_id int; voided_at dt; void_reason text;
        client_folio_id int; invoice_to_company_id int; payment_terms_days int; payment_terms_date date;
        issuer_billing_info_id int=880017; one_line_description text; surcharge_rate num=0; notes text;
        fiscal_request_code text; fiscal_response_code text; qr_code_text text; {_USERS}; {_STAMPS};
        account_id int={ACCOUNT_ID}""",
    "charges": f"""id int; folio_id int; revenue_date date; service_date date; text text; print_text text;
        qty num=1; price_cents int; currency text; value_cents int; fixed_value_cents int;
        fixed_value_currency text; net_value_cents int; tax_value_cents int; gross_value_cents int;
        tax_currency text; tax_rate num=0; tax_code text; tax_mode text=in_prices_on_row;
        discount_rate num=0; p_balance_value_cents int; revenue_group text; revenue_category text;
        visual_group_text text; service bool=0; invoice_to_id int; invoice_to_type text; source_id int;
        source_type text; source_of_business_company_id int; store_id int; inventory_code text;
        capacity_pool_id int; transfer_source_account_id int; version int=1; version_by_id int;
        archived_at dt; voided_at dt; void_reason text; account_id int={ACCOUNT_ID}; {_USERS}; {_STAMPS}""",
    "credit_items": f"""id int; folio_id int; number text; revenue_date date; payment_date date; text text;
        payment_type text; payment_sub_type text; currency text; value_cents int; fixed_value_cents int;
        fixed_value_currency text; user_fixed_value_cents int; user_fixed_value_currency text;
        local_currency text; local_value_cents int; fixed_currency_rate num=1; local_currency_rate num=1;
        reference_id int; gl_code text; credit_amount_transfer_id int; version int=1; version_at dt;
        version_by_id int; version_effective_value_cents int; version_effective_value_currency text;
        archived_at dt; voided_at dt; void_reason text; account_id int={ACCOUNT_ID}; {_USERS}; {_STAMPS}""",
    "folio_taxes": f"""id int; folio_id int; net_value_cents int; tax_value_cents int; gross_value_cents int;
        balance_value_cents int; tax_rate num; {_STAMPS}; tax_code text""",
    "door_keys": f"""id int; booking_id int; room_id int; encoder_id int; encoder_identifier text; room_name text;
        valid_from dt; valid_to dt; guest_name text; issued_at dt; delete_requested_at dt; deleted_at dt;
        parent_key_id int; error_text text; {_STAMPS}; key_reference text; reference_system text""",
    "companies": f"""id int; family_id int; subscription_id int={SUBSCRIPTION_ID}; name text; vat_number text;
        second_identification text; country text; city text; state text; zip_code text; address text;
        person_name text; branch text; notes text; links text; tsv text; accept_charge_transfers bool=1;
        commission_rate num; payment_terms_days int; credit_limit_cents int; currency text; iata text;
        wbe_access_code text; wbe_role text; channel_manager_search_code text; rates_validity_date date;
        archived_at dt; contact_info_id int; {_STAMPS}""",
    "events": f"""id int; name text; note text; company_id int; {_STAMPS}; arrival date; departure date;
        account_id int={ACCOUNT_ID}; tsv text; links text; block_cut_off_days int;
        block_expire_date date; number text; color text; canceled_at dt; {_USERS}; status text;
        checkin_status text; guarantee_status text; assigned_to_user_id int; agent_id int;
        contact_person_id int; deposit_amount_cents int; deposit_amount_currency text""",
    "blocks": f"""id int; description text; {_STAMPS}; room_type_id int; event_id int; rate_id int; status text;
        cancelled_at dt; optional_at dt; adults_per_room int; children_per_room int;
        manual_price_cents int; manual_price_currency text; name text; code text; in_period_mode bool=0""",
    "users": "id int; name text; login_id text; email text; fiscal_code text",
    "closures": f"id int; user_id int; account_id int={ACCOUNT_ID}; {_STAMPS}",
    "charge_templates": f"""id int; text text; print_text text; revenue_group text; revenue_category text;
        visual_group_text text; plain_price_cents int; currency text; tax_rate num; tax_code text;
        qty num=1; floating_price bool=0; store_id int; inventory_code text; capacity_pool_id int;
        housekeeping_template_id int; default_order_group text; sort_order int; color text;
        hide_in_posting_screen bool=0; archived_at dt; tsv text; account_id int={ACCOUNT_ID}; {_STAMPS}""",
    "document_types": f"""id int; text_positive_doc text; text_negative_doc text; text_positive_corr_doc text;
        text_negative_corr_doc text; positive_document_generator_id int;
        negative_document_generator_id int; {_STAMPS}; folio_print_template_id int;
        require_folio_fiscalization bool=0""",
    "payment_sub_types": f"id int; name text; payment_type text; {_STAMPS}",
    "revenue_categories": f"""id int; name text; revenue_group text; {_STAMPS};
        subscription_id int={SUBSCRIPTION_ID}""",
    "exchange_rates": f"""id int; subscription_id int={SUBSCRIPTION_ID}; currency text; value num; {_STAMPS};
        archive bool=0; subunit_to_unit int""",
    "payment_terminals": "id int; name text",
}

_TYPE: Final = {"int": "INTEGER", "num": "REAL", "text": "TEXT", "bool": "INTEGER", "date": "TEXT", "dt": "TEXT"}

MORE: Final = ("rooms", "rates", "bookings", "charges", "credit_items", "companies")
"""Tables with members that are no columns; they stand as JSON in the table `<name>_more`."""

_INDEXES: Final = {
    "bookings": ("arrival", "departure", "status", "updated_at", "arrival_room_id"),
    "booking_guests": ("booking_id", "guest_id"),
    "folios": ("payer_id", "updated_at", "close_date"),
    "charges": ("folio_id", "service_date"),
    "credit_items": ("folio_id", "revenue_date"),
    "folio_taxes": ("folio_id",),
    "guests": ("updated_at",),
    "door_keys": ("booking_id",),
}


def _read(spec: str) -> dict[str, tuple[str, str | None]]:
    columns: dict[str, tuple[str, str | None]] = {}
    for part in spec.split(";"):
        name, kind = part.split()
        kind, has_default, default = kind.partition("=")
        columns[name] = (kind, default if has_default else None)
    return columns


_PARSED: Final = {table: _read(spec) for table, spec in _SPEC.items()}

COLUMNS: Final[dict[str, dict[str, str]]] = {
    table: {name: kind for name, (kind, _) in columns.items()} for table, columns in _PARSED.items()
}
"""Table -> column -> kind, in the order of the JSON members."""

DEFAULTS: Final[dict[str, dict[str, str]]] = {
    table: {name: default for name, (_, default) in columns.items() if default is not None}
    for table, columns in _PARSED.items()
}


def _definition(table: str, name: str, kind: str) -> str:
    text = f"{name} {_TYPE[kind]}"
    if name == "id":
        return f"{text} PRIMARY KEY"
    default = DEFAULTS[table].get(name)
    if default is None:
        return text
    return f"{text} NOT NULL DEFAULT " + (default if kind in {"int", "num", "bool"} else f"'{default}'")


def statements() -> list[str]:
    """The statements that make the empty tables."""
    made = [
        f"CREATE TABLE {table} (" + ", ".join(_definition(table, *column) for column in columns.items()) + ") STRICT"
        for table, columns in COLUMNS.items()
    ]
    made += [f"CREATE TABLE {table}_more (id INTEGER PRIMARY KEY, members TEXT NOT NULL) STRICT" for table in MORE]
    made.append(
        "CREATE TABLE room_changes (id INTEGER PRIMARY KEY, booking_id INTEGER NOT NULL, room_id INTEGER NOT NULL,"
        " from_date TEXT NOT NULL, created_at TEXT NOT NULL) STRICT"
    )
    made.append(
        "CREATE TABLE room_periods (id INTEGER PRIMARY KEY, room_id INTEGER NOT NULL, from_date TEXT NOT NULL,"
        " to_date TEXT NOT NULL, status TEXT NOT NULL, notes TEXT, created_at TEXT NOT NULL) STRICT"
    )
    return made


def indexes() -> list[str]:
    """The statements that make the indexes; run after the rows are in."""
    made = [f"CREATE INDEX {table}_{name} ON {table} ({name})" for table, names in _INDEXES.items() for name in names]
    return [*made, "CREATE INDEX room_changes_booking ON room_changes (booking_id)"]
