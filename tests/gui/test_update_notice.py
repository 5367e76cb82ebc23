"""A newer version is told in a strip; its link goes to the browser, closing it puts it away."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from clockdesk.ui.screens import update_notice
from clockdesk.ui.screens.update_notice import UpdateNotice


@pytest.fixture
def notice(qtbot, look):
    made = UpdateNotice(look)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def opened(monkeypatch):
    urls = []

    class Services:
        openUrl = staticmethod(lambda url: urls.append(url.toString()))  # noqa: N815 (Qt's name)

    monkeypatch.setattr(update_notice, "QDesktopServices", Services)
    return urls


def test_it_is_told_and_put_away(notice, opened):
    gone = []
    notice.put_away = lambda: gone.append(1)
    assert not notice.isVisible()
    notice.tell_version("9.1", "https://clockdesk.example/9.1", "Faster <b>lists</b>.")
    words = " ".join(label.text() for label in notice.findChildren(QLabel))
    assert "ClockDesk 9.1 is there. Faster <b>lists</b>." in words
    assert "Nothing is installed by itself" in words
    QTest.mouseClick(notice.button, Qt.MouseButton.LeftButton)
    assert opened == ["https://clockdesk.example/9.1"]
    assert gone == []
    QTest.mouseClick(notice.close_button, Qt.MouseButton.LeftButton)
    assert gone == [1]
    assert not notice.isVisible()


@pytest.mark.parametrize("page", ["http://clockdesk.example", "file:///etc/passwd", "clockdesk://booking/1", ""])
def test_only_https_is_opened(notice, opened, page):
    notice.tell_version("9.1", page)
    notice.button.click()
    assert opened == []
