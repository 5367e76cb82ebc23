"""The account's time zone: an IANA name or one of Rails' own (`Sofia`, `Eastern Time (US & Canada)`).

The service is a Rails program, so its `time_zone` may be a key of ActiveSupport's zone list (design, section 5). Most
of those keys are the last part of the IANA name; the rest are spelt out. Older Rails' spellings are kept.
"""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

_CITIES = {
    "Africa": "Cairo, Casablanca, Harare, Monrovia, Nairobi",
    "America": "Bogota, Caracas, Chihuahua, La Paz, Lima, Mazatlan, Mexico City, Monterrey, Montevideo, Puerto Rico, "
    "Santiago, Tijuana",
    "America/Argentina": "Buenos Aires",
    "Asia": "Almaty, Baghdad, Baku, Bangkok, Chongqing, Dhaka, Hong Kong, Irkutsk, Jakarta, Jerusalem, Kabul, "
    "Kamchatka, Karachi, Kathmandu, Kolkata, Krasnoyarsk, Kuala Lumpur, Kuwait, Magadan, Muscat, Novosibirsk, "
    "Rangoon, Riyadh, Seoul, Singapore, Srednekolymsk, Taipei, Tashkent, Tbilisi, Tehran, Tokyo, Ulaanbaatar, Urumqi, "
    "Vladivostok, Yakutsk, Yerevan",
    "Atlantic": "Azores",
    "Australia": "Adelaide, Brisbane, Darwin, Hobart, Melbourne, Perth, Sydney",
    "Etc": "UTC",
    "Europe": "Amsterdam, Athens, Belgrade, Berlin, Bratislava, Brussels, Bucharest, Budapest, Copenhagen, Dublin, "
    "Helsinki, Istanbul, Kaliningrad, Kyiv, Lisbon, Ljubljana, London, Madrid, Minsk, Moscow, Paris, Prague, Riga, "
    "Rome, Samara, Sarajevo, Skopje, Sofia, Stockholm, Tallinn, Vienna, Vilnius, Volgograd, Warsaw, Zagreb, Zurich",
    "Pacific": "Auckland, Fiji, Guam, Port Moresby",
}
_OTHERS = {
    "Abu Dhabi": "Asia/Muscat",
    "Alaska": "America/Juneau",
    "American Samoa": "Pacific/Pago_Pago",
    "Arizona": "America/Phoenix",
    "Astana": "Asia/Dhaka",  # Rails means no city of Kazakhstan that keeps its own time
    "Atlantic Time (Canada)": "America/Halifax",
    "Beijing": "Asia/Shanghai",
    "Bern": "Europe/Zurich",
    "Brasilia": "America/Sao_Paulo",
    "Canberra": "Australia/Melbourne",
    "Cape Verde Is.": "Atlantic/Cape_Verde",
    "Central America": "America/Guatemala",
    "Central Time (US & Canada)": "America/Chicago",
    "Chatham Is.": "Pacific/Chatham",
    "Chennai": "Asia/Kolkata",
    "Eastern Time (US & Canada)": "America/New_York",
    "Edinburgh": "Europe/London",
    "Ekaterinburg": "Asia/Yekaterinburg",
    "Georgetown": "America/Guyana",
    "Greenland": "America/Nuuk",
    "Guadalajara": "America/Mexico_City",
    "Hanoi": "Asia/Bangkok",
    "Hawaii": "Pacific/Honolulu",
    "Indiana (East)": "America/Indiana/Indianapolis",
    "International Date Line West": "Pacific/Midway",
    "Islamabad": "Asia/Karachi",
    "Kyev": "Europe/Kyiv",
    "Marshall Is.": "Pacific/Majuro",
    "Mid-Atlantic": "Atlantic/South_Georgia",
    "Midway Island": "Pacific/Midway",
    "Mountain Time (US & Canada)": "America/Denver",
    "Mumbai": "Asia/Kolkata",
    "New Caledonia": "Pacific/Noumea",
    "New Delhi": "Asia/Kolkata",
    "Newfoundland": "America/St_Johns",
    "Nuku'alofa": "Pacific/Tongatapu",
    "Osaka": "Asia/Tokyo",
    "Pacific Time (US & Canada)": "America/Los_Angeles",
    "Pretoria": "Africa/Johannesburg",
    "Quito": "America/Lima",
    "Samoa": "Pacific/Apia",
    "Sapporo": "Asia/Tokyo",
    "Saskatchewan": "America/Regina",
    "Solomon Is.": "Pacific/Guadalcanal",
    "Sri Jayawardenepura": "Asia/Colombo",
    "St. Petersburg": "Europe/Moscow",
    "Tokelau Is.": "Pacific/Fakaofo",
    "Ulaan Bataar": "Asia/Ulaanbaatar",
    "Wellington": "Pacific/Auckland",
    "West Central Africa": "Africa/Algiers",
}
RAILS_ZONES: dict[str, str] = _OTHERS | {
    city: f"{region}/{city.replace(' ', '_')}" for region, cities in _CITIES.items() for city in cities.split(", ")
}
"""Rails' zone name -> IANA name. Where Rails changed its mind (Samoa, Georgetown), the newest meaning holds."""


def zone_of(name: str) -> ZoneInfo | None:
    """The zone of this Rails or IANA name; None when nobody knows it (the account's owner is then asked once)."""
    wanted = name.strip()
    try:
        return ZoneInfo(RAILS_ZONES.get(wanted, wanted)) if wanted else None
    except (
        LookupError,
        ValueError,
        OSError,
    ):  # OSError: zoneinfo opens a folder ("Europe") or a name too long as a file
        return None


@cache
def known_zones() -> tuple[str, ...]:
    """Every IANA name a person may choose, the older link names among them, in order."""
    return tuple(sorted(available_timezones()))
