import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from clockdesk.ui.widgets.labels import Paragraph, PlainLabel
from clockdesk.ui.widgets.text import LONGEST, caption, paragraph, plain, tip


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Öztürk, Ayşe", "Öztürk, Ayşe"),
        ("<b>Eve</b> & sons", "<b>Eve</b> & sons"),
        ("gpj.\u202egnp", "gpj.gnp"),
        ("\u2066Ann\u2069", "Ann"),
        ("a\u200bb\ufeffc\u00add", "abcd"),
        ("one\ntwo\tthree\u2028four", "one two three four"),
        ("a\x00b\x1bc", "a\ufffdb\ufffdc"),
        ("\ud800x", "\ufffdx"),
        ("a\u200db", "ab"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469"),
        ("a" + "\u0301" * 50 + "b", "a" + "\u0301" * 3 + "b"),
        ("כהן, דוד", "כהן, דוד"),
        ("田中 太郎", "田中 太郎"),
        ("", ""),
    ],
)
def test_what_others_wrote_is_made_harmless(text, shown):
    assert plain(text) == shown


@given(st.text(max_size=200))
def test_nothing_that_reorders_or_hides_text_is_left(text):
    shown = plain(text)
    assert not any(unicodedata.bidirectional(letter) in {"LRE", "RLE", "LRO", "RLO", "PDF"} for letter in shown)
    assert not any(unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"} for letter in shown)
    assert plain(shown) == shown


def test_endless_text_is_cut():
    assert plain("x" * 100_000) == "x" * LONGEST + "…"
    assert len(paragraph("x\n" * 100_000)) < 1000


def test_line_ends_stay_in_a_paragraph():
    assert paragraph("one\r\ntwo\u202e\nthree") == "one\ntwo\nthree"


def test_a_tooltip_is_never_html():
    assert tip("<img src=x>\n&") == "<qt>&lt;img src=x&gt;<br>&amp;</qt>"
    assert tip("") == ""


def test_an_ampersand_stays_on_a_button():
    assert caption("Salt & Pepper") == "Salt && Pepper"


def test_a_label_shows_hostile_text_as_it_is(qtbot):
    label = PlainLabel()
    qtbot.addWidget(label)
    label.setText("<h1>Big</h1>\u202e\nx")
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert label.text() == "<h1>Big</h1> x"
    assert label.accessibleName() == label.text()


def test_a_label_without_room_ends_in_an_ellipsis_and_tells_the_rest(qtbot, look):
    label = PlainLabel("van der Meer-Hohenzollern <i>Sigmaringen</i>")
    qtbot.addWidget(label)
    label.resize(80, 20)
    label.show()
    assert label.elided is True
    assert label.toolTip() == "<qt>van der Meer-Hohenzollern &lt;i&gt;Sigmaringen&lt;/i&gt;</qt>"
    label.resize(600, 20)
    assert label.toolTip() == ""
    assert label.minimumSizeHint().width() < 60


def test_an_elided_label_paints_inside_its_width(qtbot, look):
    narrow, wide = PlainLabel("x" * 300), PlainLabel("x" * 5)
    for label in (narrow, wide):
        qtbot.addWidget(label)
        label.resize(100, 20)
    assert narrow.grab().toImage() != wide.grab().toImage()


def test_a_paragraph_wraps_plain_text(qtbot):
    text = Paragraph("one <b>two</b>\nthree")
    qtbot.addWidget(text)
    assert isinstance(text, QLabel)
    assert text.textFormat() is Qt.TextFormat.PlainText
    assert text.wordWrap()
    assert text.text() == "one <b>two</b>\nthree"


def test_a_tone_is_taken_and_given_back(qtbot, look):
    label = PlainLabel("owed")
    qtbot.addWidget(label)
    label.ensurePolished()
    quiet = label.palette().windowText().color()
    label.set_tone("danger")
    assert label.palette().windowText().color() == look.theme.tone.danger.fg
    label.set_tone("")
    assert label.palette().windowText().color() == quiet
