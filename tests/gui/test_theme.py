import re
from dataclasses import fields
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPalette
from PySide6.QtWidgets import QLabel

import clockdesk.ui
from clockdesk.ui.theme.look import Appearance
from clockdesk.ui.theme.marks import Mark, paint_mark
from clockdesk.ui.theme.pulse import Pulse
from clockdesk.ui.theme.sheet import sheet_of
from clockdesk.ui.theme.status import (
    DEPOSIT,
    OUT_OF_SERVICE,
    booking_status,
    folio_status,
    housekeeping_status,
)
from clockdesk.ui.theme.tokens import Tones, load_theme
from tests.support.looks import THEMES, theme_of

TEXT_FLOOR = 4.5
MARK_FLOOR = 3.0
TONES = [field.name for field in fields(Tones)]

both = pytest.mark.parametrize("theme", [theme_of("light"), theme_of("dark")], ids=["light", "dark"])


def luminance(colour):
    def linear(value):
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


def contrast(one, other):
    """WCAG 2.2, "contrast ratio"."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def parts(group):
    return {field.name: getattr(group, field.name) for field in fields(group)}


def below(floor, pairs):
    """The pairs whose contrast is too low, with their ratio."""
    return {name: round(contrast(a, b), 2) for name, (a, b) in pairs.items() if contrast(a, b) < floor}


def test_contrast_of_black_and_white_is_21():
    assert contrast(QColor("#000000"), QColor("#ffffff")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("#ffffff")) == pytest.approx(4.48, abs=0.01)


@both
def test_text_can_be_read_on_every_surface(theme):
    surfaces = parts(theme.surface)
    inks = {"normal": theme.text.normal, "muted": theme.text.muted, "accent": theme.accent.text}
    inks |= {name: theme.tone[name].fg for name in TONES}
    assert below(TEXT_FLOOR, {(i, s): (inks[i], surfaces[s]) for i in inks for s in surfaces}) == {}


@both
def test_text_can_be_read_on_its_own_ground(theme):
    pairs = {(name, "bg"): (theme.tone[name].fg, theme.tone[name].bg) for name in TONES}
    pairs |= {("normal", name): (theme.text.normal, theme.tone[name].bg) for name in TONES}
    pairs |= {("muted", name): (theme.text.muted, theme.tone[name].bg) for name in TONES}
    pairs |= {("on accent", n): (theme.text.on_accent, c) for n, c in parts(theme.accent).items() if n != "text"}
    assert below(TEXT_FLOOR, pairs) == {}


@both
def test_text_can_be_read_while_its_cell_glows(theme):
    inks = {name: theme.tone[name].fg for name in TONES} | {"normal": theme.text.normal}
    assert below(TEXT_FLOOR, {name: (ink, theme.glow) for name, ink in inks.items()}) == {}


@both
def test_outlines_marks_and_focus_stand_out(theme):
    grounds = {n: c for n, c in parts(theme.surface).items() if n in {"window", "panel", "raised", "hover", "selected"}}
    pairs = {(name, g): (theme.tone[name].border, grounds[g]) for name in TONES for g in grounds}
    pairs |= {(name, "own bg"): (theme.tone[name].border, theme.tone[name].bg) for name in TONES}
    pairs |= {("focus", n): (theme.line.focus, c) for n, c in parts(theme.surface).items()}
    pairs |= {("focus", name): (theme.line.focus, theme.tone[name].bg) for name in TONES}
    pairs |= {("control", n): (theme.line.control, grounds[n]) for n in ("window", "panel", "raised")}
    pairs |= {("chosen", n): (theme.accent.fill, grounds[n]) for n in ("window", "panel")}
    pairs |= {("not usable", n): (theme.text.faint, grounds[n]) for n in ("window", "panel", "raised")}
    assert below(MARK_FLOOR, pairs) == {}


def test_dark_surfaces_rise_by_lightness():
    surface = theme_of("dark").surface
    order = [surface.rail, surface.window, surface.panel, surface.raised]
    assert order == sorted(order, key=luminance)


def test_both_themes_have_the_same_lengths_and_times():
    light, dark = theme_of("light"), theme_of("dark")
    assert light.size == dark.size
    assert light.motion == dark.motion
    assert (light.dark, dark.dark) == (False, True)
    assert (light.size.row, light.size.row_compact, light.size.row_touch) == (32, 28, 40)
    assert (light.size.text_small, light.size.text_body, light.size.text_large) == (12, 14, 20)
    assert light.motion.glow == 600


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('window = "', 'windows = "', "theme.surface.windows is not known"),
        ("\ngrid = 8", "", "theme.size.grid is missing"),
        ("grid = 8", "grid = true", "theme.size.grid must be int"),
        ("dark = false", "dark = 0", "theme.dark must be bool"),
        ('on_accent = "#ffffff"', 'on_accent = "wite"', "theme.text.on_accent is not a colour"),
        ("[tone.ok]", "[[tone.ok]]", "theme.tone.ok must be a table"),
    ],
)
def test_a_faulty_theme_file_is_named_with_its_fault(old, new, said):
    text = (THEMES / "light.toml").read_text("utf-8")
    assert old in text
    with pytest.raises(ValueError, match=re.escape(said)):
        load_theme(text.replace(old, new, 1))


def test_no_screen_or_widget_has_a_colour_of_its_own():
    root = Path(clockdesk.ui.__file__).parent
    literal = re.compile(r"#[0-9a-fA-F]{3,8}\b|QColor\([\"'\d]|Qt\.GlobalColor|\brgba?\(")
    found = [str(path) for path in root.rglob("*.py") if literal.search(path.read_text("utf-8"))]
    assert found == []


@both
def test_the_style_sheet_takes_every_token(theme):
    sheet = sheet_of(theme)
    assert "@" not in sheet
    assert theme.accent.fill.name() in sheet
    assert sheet.count("{") == sheet.count("}")


def test_the_program_wears_the_theme(qapp, look):
    assert qapp.palette().color(QPalette.ColorRole.Window) == look.theme.surface.window
    label = QLabel("x")
    label.setProperty("role", "title")
    label.ensurePolished()
    assert label.font().pixelSize() == look.size.text_large
    assert qapp.font().pixelSize() == look.size.text_body
    assert qapp.font().featureValue(QFont.Tag("tnum")) == 1


def test_the_look_follows_the_system_until_somebody_chooses(qapp, look):
    seen = []
    look.changed.connect(lambda: seen.append(look.theme.name))
    look.choose(Appearance.SYSTEM)
    hints = qapp.styleHints()
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert look.theme.name == "dark"
    assert qapp.palette().color(QPalette.ColorRole.Window) == theme_of("dark").surface.window
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Light)
    look.choose(Appearance.LIGHT)
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    look.choose(Appearance.DARK)
    assert seen == ["dark", "light", "dark"]
    assert look.appearance is Appearance.DARK


def picture(mark, side=12):
    image = QImage(side, side, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    paint_mark(painter, mark, QRectF(0, 0, side, side), QColor("black"))
    painter.end()
    return [QColor(image.pixel(x, y)).lightness() < 128 for y in range(side) for x in range(side)]


@pytest.mark.parametrize("mark", list(Mark))
def test_every_mark_leaves_ink_inside_its_box(qapp, mark):
    ink = sum(picture(mark, 32))
    assert 20 < ink < 32 * 32 * 0.7


def statuses():
    bookings = [booking_status(code) for code in ("expected", "checked_in", "checked_out", "canceled", "no_show")]
    rooms = [housekeeping_status(code) for code in ("", "inspect", "progress", "checked_out", None)]
    folios = [folio_status(state) for state in ("open", "closed", "voided")]
    return bookings, [*rooms, OUT_OF_SERVICE], [*folios, DEPOSIT]


@pytest.mark.parametrize("family", statuses(), ids=["bookings", "rooms", "folios"])
def test_statuses_differ_in_word_letter_shape_and_tone(qapp, family):
    for one, other in combinations(family, 2):
        assert one.word != other.word
        assert one.letter != other.letter
        assert one.tone != other.tone
        differing = sum(a != b for a, b in zip(picture(one.mark), picture(other.mark), strict=True))
        assert differing > 12, (one.mark, other.mark)
    assert {status.tone for status in family} <= set(TONES)


def test_a_status_nobody_met_yet_is_shown_as_it_came():
    assert housekeeping_status("turndown").word == "turndown"
    assert housekeeping_status(None).letter == "?"
    assert booking_status("waiting_list").word == "Waiting list"
    assert booking_status(None).tone == "neutral"


def test_the_pulse_runs_only_while_something_glows(qapp):
    pulse = Pulse()
    first, second = QObject(), QObject()
    left = {"first": 2, "second": 1}
    beats = []

    def beat_of(name):
        def beat():
            beats.append(name)
            left[name] -= 1
            return left[name] > 0

        return beat

    pulse.run(first, beat_of("first"))
    pulse.run(second, beat_of("second"))
    assert pulse.running
    pulse.beat()
    assert pulse.running
    pulse.beat()
    assert beats == ["first", "second", "first"]
    assert not pulse.running


def test_the_pulse_forgets_an_owner_that_is_gone(qapp):
    from shiboken6 import delete

    pulse = Pulse()
    owner = QObject()
    beats = []

    def beat():
        beats.append(1)
        return True

    pulse.run(owner, beat)
    delete(owner)
    pulse.beat()
    assert beats == []
    assert not pulse.running
