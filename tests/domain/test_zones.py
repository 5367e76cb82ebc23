"""Zone names: every one Rails knows, every one IANA knows, and None for anything else."""

from __future__ import annotations

import importlib.resources
from zoneinfo import ZoneInfo

import pytest

from clockdesk.domain.zones import RAILS_ZONES, zone_of


def _iana_names() -> list[str]:
    """The names in the tzdata distribution itself, so that no machine's own zone folder decides."""
    return importlib.resources.files("tzdata").joinpath("zones").read_text().split()


@pytest.mark.parametrize("name", sorted(RAILS_ZONES))
def test_every_rails_zone_exists(name):
    assert RAILS_ZONES[name] in _iana_names()
    assert zone_of(name) == ZoneInfo(RAILS_ZONES[name])


def test_rails_list_is_whole():
    """151 names in the newest Rails, and the two spellings it gave up."""
    assert len(RAILS_ZONES) == 153


@pytest.mark.parametrize(
    ("name", "iana"),
    [
        ("Sofia", "Europe/Sofia"),
        ("Eastern Time (US & Canada)", "America/New_York"),
        ("Pacific Time (US & Canada)", "America/Los_Angeles"),
        ("Kyiv", "Europe/Kyiv"),
        ("Kyev", "Europe/Kyiv"),
        ("Ulaan Bataar", "Asia/Ulaanbaatar"),
        ("Buenos Aires", "America/Argentina/Buenos_Aires"),
        ("Mexico City", "America/Mexico_City"),
        ("St. Petersburg", "Europe/Moscow"),
        ("Nuku'alofa", "Pacific/Tongatapu"),
        ("Samoa", "Pacific/Apia"),
        ("UTC", "Etc/UTC"),
        (" Sofia ", "Europe/Sofia"),
    ],
)
def test_rails_names_mean_what_rails_means(name, iana):
    zone = zone_of(name)
    assert zone is not None
    assert zone.key == iana


def test_every_iana_name_is_known():
    missing = [name for name in _iana_names() if zone_of(name) is None]
    assert not missing


@pytest.mark.parametrize(
    "name",
    ["", " ", "Atlantis", "Europe", "Europe/Sophia", "../etc/passwd", "/etc/passwd", "a\0b", "x" * 5000, "\ud800", "."],
)
def test_an_unknown_name_is_none(name):
    assert zone_of(name) is None
