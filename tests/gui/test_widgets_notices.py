from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.freshness import Freshness, Trust
from clockdesk.ui.widgets.freshness import FreshnessBadge
from clockdesk.ui.widgets.labels import Paragraph
from clockdesk.ui.widgets.notices import Banner, EmptyState, Toast

SOFIA = ZoneInfo("Europe/Sofia")
TWO = datetime(2026, 11, 21, 12, 2, 10, tzinfo=UTC)


def words_in(widget):
    return [label.text() for label in widget.findChildren(Paragraph) if label.isVisibleTo(widget)]


@pytest.mark.parametrize(
    ("freshness", "words", "loud"),
    [
        (Freshness(Trust.STARTING), "Starting", True),
        (Freshness(Trust.LIVE, checked=TWO), "Live", False),
        (Freshness(Trust.CATCHING_UP, left=12), "Catching up (12 left)", True),
        (Freshness(Trust.DELAYED, cause="no channels"), "Delayed: no channels", True),
        (Freshness(Trust.LIMITED, until=TWO), "Limited until 14:02", True),
        (Freshness(Trust.OFFLINE, since=TWO), "Offline since 14:02", True),
        (Freshness(Trust.SIGNED_OUT), "Signed out", True),
        (Freshness(Trust.NO_RIGHT, cause="folios"), "No right to read folios", True),
        (Freshness(Trust.BLOCKED, until=TWO), "Blocked until 14:02", True),
    ],
)
def test_the_badge_says_every_state_and_is_calm_only_when_live(qtbot, look, freshness, words, loud):
    badge = FreshnessBadge(look)
    qtbot.addWidget(badge)
    badge.show_freshness(freshness, SOFIA, date(2026, 11, 21))
    assert badge.words == words
    assert badge.loud is loud
    assert badge.accessibleName().startswith(words)
    assert badge.sizeHint().width() > badge.fontMetrics().horizontalAdvance(words) * 0.8
    badge.resize(badge.sizeHint())
    edge = badge.grab().toImage().pixelColor(badge.width() // 2, badge.height() - 3)
    calm = FreshnessBadge(look)
    qtbot.addWidget(calm)
    calm.show_freshness(Freshness(Trust.LIVE), SOFIA)
    calm.resize(badge.size())
    ground = calm.grab().toImage().pixelColor(badge.width() // 2, badge.height() - 3)
    assert (edge != ground) is loud


def test_the_badge_tells_when_it_was_checked(qtbot, look):
    badge = FreshnessBadge(look)
    qtbot.addWidget(badge)
    badge.show_freshness(Freshness(Trust.LIVE, checked=TWO), SOFIA, date(2026, 11, 21))
    assert "Checked 14:02:10." in badge.toolTip()
    pressed = []
    badge.clicked.connect(lambda: pressed.append(1))
    QTest.keyClick(badge, Qt.Key.Key_Return)
    assert pressed == [1]


def test_an_error_says_what_happened_and_the_next_step(qtbot, look):
    banner = Banner(look)
    qtbot.addWidget(banner)
    assert banner.isHidden()
    banner.tell_error(KnownError(ErrorCode.OFFLINE, "The line is down."), verb="Try again")
    said = words_in(banner)
    assert said[0] == "The line is down."
    assert "Wi-Fi" in said[1]
    assert banner.accessibleName() == " ".join(said)
    heard = []
    banner.acted.connect(lambda: heard.append("again"))
    banner.dismissed.connect(lambda: heard.append("closed"))
    QTest.keyClick(banner.button, Qt.Key.Key_Return)
    QTest.mouseClick(banner.close_button, Qt.MouseButton.LeftButton)
    assert heard == ["again", "closed"]
    assert not banner.isVisible()


def test_an_error_without_a_sentence_has_the_words_of_its_code(qtbot, look):
    banner = Banner(look)
    qtbot.addWidget(banner)
    banner.tell_error(KnownError(ErrorCode.TIMED_OUT, ""))
    assert words_in(banner)[0] == "The service did not answer in time."
    assert banner.button.isHidden()


@pytest.mark.parametrize("code", list(ErrorCode))
def test_no_error_is_a_code_alone(qtbot, look, code):
    banner = Banner(look)
    qtbot.addWidget(banner)
    banner.tell_error(KnownError(code, ""))
    assert all(len(words.split()) >= 3 for words in words_in(banner))
    assert len(words_in(banner)) == 2


def test_a_banner_grows_with_its_words(qtbot, look):
    page = QWidget()
    qtbot.addWidget(page)
    column = QVBoxLayout(page)
    banner = Banner(look)
    column.addWidget(banner)
    column.addWidget(QPlainTextEdit(), 1)
    page.resize(500, 400)
    page.show()
    banner.tell("Short.", "Also short.")
    qtbot.waitUntil(lambda: banner.height() > 40, timeout=5000)
    short = banner.height()
    assert short < 80
    banner.tell("Short.", "A very long next step. " * 12)
    qtbot.waitUntil(lambda: banner.height() > short + 30, timeout=5000)


def test_an_empty_list_says_what_that_means(qtbot, look):
    empty = EmptyState(look)
    qtbot.addWidget(empty)
    empty.tell("Nobody arrives today", "New bookings appear here by themselves.", "Show tomorrow")
    empty.resize(500, 300)
    empty.show()
    assert empty.accessibleName() == "Nobody arrives today. New bookings appear here by themselves."
    pressed = []
    empty.acted.connect(lambda: pressed.append(1))
    QTest.mouseClick(empty.button, Qt.MouseButton.LeftButton)
    assert pressed == [1]
    empty.tell("Nothing", "")
    assert empty.button.isHidden()


@pytest.mark.parametrize("width", [300, 500, 900])
def test_an_empty_list_cuts_no_sentence(qtbot, look, width):
    empty = EmptyState(look)
    qtbot.addWidget(empty)
    empty.tell("No bookings match", "Nothing in the copy matches the filter. The hotel may know more. " * 2)
    empty.resize(width, 400)
    empty.show()
    sentence = next(label for label in empty.findChildren(Paragraph) if label.text())
    assert sentence.height() >= sentence.heightForWidth(sentence.width()) > 2 * sentence.fontMetrics().height()
    assert empty.rect().contains(sentence.geometry())


def test_a_toast_goes_away_by_itself_and_takes_no_focus(qtbot, look):
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(600, 400)
    window.show()
    toast = Toast(look, window)
    before = window.focusWidget()
    toast.tell("Room 214 is clean", verb="Undo")
    assert toast.isVisible()
    assert window.rect().contains(toast.geometry())
    assert window.focusWidget() is before
    window.resize(400, 300)
    assert window.rect().contains(toast.geometry())
    assert toast.timer.interval() == look.theme.motion.notice
    toast.timer.setInterval(0)
    toast.tell("Again")
    assert toast.button.isHidden()
    qtbot.waitUntil(toast.isHidden, timeout=5000)


def test_a_toasts_button_acts_and_closes(qtbot, look):
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(600, 400)
    window.show()
    toast = Toast(look, window)
    pressed = []
    toast.acted.connect(lambda: pressed.append(1))
    toast.tell("x" * 400, tone="warning", verb="Undo")
    assert toast.width() <= window.width() - 32
    QTest.mouseClick(toast.button, Qt.MouseButton.LeftButton)
    assert pressed == [1]
    assert toast.isHidden()
