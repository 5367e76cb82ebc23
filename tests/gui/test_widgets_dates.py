from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest

from clockdesk.domain.dates import weekday_text
from clockdesk.domain.errors import UserError
from clockdesk.ui.widgets.dates import DateRangeEdit, DayField, month_goes_first
from clockdesk.ui.widgets.day_entry import read_day

TODAY = date(2026, 11, 21)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("today", TODAY),
        (" T ", TODAY),
        ("tomorrow", date(2026, 11, 22)),
        ("yesterday", date(2026, 11, 20)),
        ("+3", date(2026, 11, 24)),
        ("- 2", date(2026, 11, 19)),
        ("today+10", date(2026, 12, 1)),
        ("5", date(2026, 11, 5)),
        ("21.", date(2026, 11, 21)),
        ("3.12", date(2026, 12, 3)),
        ("3.12.", date(2026, 12, 3)),
        ("3/12/27", date(2027, 12, 3)),
        ("3-12-2027", date(2027, 12, 3)),
        ("3 12", date(2026, 12, 3)),
        ("0312", date(2026, 12, 3)),
        ("031227", date(2027, 12, 3)),
        ("03122027", date(2027, 12, 3)),
        ("2027-2-28", date(2027, 2, 28)),
        ("3 dec", date(2026, 12, 3)),
        ("3 December 2027", date(2027, 12, 3)),
        ("Thu 3 Dec", date(2026, 12, 3)),
        ("Dec 3, 2027", date(2027, 12, 3)),
        ("dec 3", date(2026, 12, 3)),
        ("2 jan", date(2027, 1, 2)),
    ],
)
def test_a_date_is_read_as_people_type_it(typed, meant):
    assert read_day(typed, TODAY) == meant


@pytest.mark.parametrize(
    "typed", ["31.2", "32", "0", "x", "12.13", "2026-13-01", "3 foo", "", "+99999", "1.2.3.4", "29 feb"]
)
def test_what_is_no_date_is_refused_with_an_example(typed):
    with pytest.raises(UserError, match=r"21\.11"):
        read_day(typed, TODAY)


def test_the_order_of_month_and_day_follows_the_country():
    assert read_day("11/12", TODAY) == date(2026, 12, 11)
    assert read_day("11/12", TODAY, month_first=True) == date(2026, 11, 12)
    assert read_day("11.12", TODAY, month_first=True) == date(2026, 12, 11)
    assert month_goes_first(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    assert not month_goes_first(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    assert not month_goes_first(QLocale(QLocale.Language.Bulgarian, QLocale.Country.Bulgaria))


def test_a_leap_day_finds_its_year():
    assert read_day("29 feb", date(2027, 12, 1)) == date(2028, 2, 29)


@given(DAYS, DAYS)
def test_every_date_can_be_typed_back(day, today):
    assert read_day(day.isoformat(), today) == day
    assert read_day(f"{day.day}.{day.month}.{day.year}", today) == day
    assert read_day(f"{day:%d%m%Y}", today) == day


@given(DAYS, st.integers(-150, 150))
def test_what_the_field_shows_can_be_read_again(today, days):
    day = today + timedelta(days=days)
    if day.year == today.year:
        assert read_day(weekday_text(day), today) == day


@pytest.fixture
def field(qtbot, look):
    made = DayField(look, "Arrival", lambda: TODAY)
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_date_typed_is_shown_with_its_weekday(field):
    heard: list[date | None] = []
    field.changed.connect(heard.append)
    QTest.keyClicks(field, "3.12")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "Thu 3 Dec"
    assert field.day == date(2026, 12, 3)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert heard == [date(2026, 12, 3)]


def test_another_year_is_shown_and_fits(field):
    field.set_day(date(2028, 12, 30))
    assert field.text() == "30 Dec 2028"
    assert field.fontMetrics().horizontalAdvance("30 Dec 2028") <= field.width() - 18
    assert field.fontMetrics().horizontalAdvance("Wed 30 Nov") <= field.width() - 18


def test_an_emptied_field_means_no_date(field):
    field.set_day(TODAY)
    heard: list[date | None] = []
    field.changed.connect(heard.append)
    field.clear()
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert heard == [None]
    assert field.day is None


def test_a_wrong_date_is_marked_and_the_old_one_kept(field):
    field.set_day(TODAY)
    field.clear()
    QTest.keyClicks(field, "31.2")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.property("bad") == "true"
    assert "21.11" in field.toolTip()
    assert "21.11" in field.accessibleDescription()
    assert field.day == TODAY
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    assert not field.property("bad")


def test_up_and_down_step_by_a_day(field):
    QTest.keyClick(field, Qt.Key.Key_Up)
    QTest.keyClick(field, Qt.Key.Key_Up)
    days = [field.day]
    for _ in range(3):
        QTest.keyClick(field, Qt.Key.Key_Down)
    assert [*days, field.day] == [date(2026, 11, 22), date(2026, 11, 19)]


@pytest.fixture
def span(qtbot, look):
    made = DateRangeEdit(look, "Arrival", lambda: TODAY)
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_range_may_be_open_at_either_end(span):
    heard: list[tuple[date | None, date | None]] = []
    span.changed.connect(lambda start, end: heard.append((start, end)))
    span.end.set_day(TODAY)
    span.set_range(TODAY, None)
    assert heard == [(None, TODAY), (TODAY, None)]


def test_today_and_any_are_one_press_away(span):
    heard: list[tuple[date | None, date | None]] = []
    span.changed.connect(lambda start, end: heard.append((start, end)))
    assert not span.empty_button.isVisible()
    QTest.keyClick(span.today_button, Qt.Key.Key_Space)
    assert span.range == (TODAY, TODAY)
    assert not span.today_button.isVisible()
    QTest.mouseClick(span.empty_button, Qt.MouseButton.LeftButton)
    assert heard == [(TODAY, TODAY), (None, None)]
    assert span.today_button.isVisible()


def test_a_range_that_ends_before_it_starts_is_not_told(span):
    heard: list[tuple[date | None, date | None]] = []
    span.set_range(TODAY, TODAY)
    span.changed.connect(lambda start, end: heard.append((start, end)))
    span.end.set_day(TODAY - timedelta(days=1))
    assert heard == []
    assert span.end.property("bad") == "true"
    span.end.set_day(TODAY + timedelta(days=1))
    assert heard == [(TODAY, TODAY + timedelta(days=1))]
    assert not span.end.property("bad")


def test_each_field_has_a_name_of_its_own(span):
    assert [span.start.accessibleName(), span.end.accessibleName()] == ["Arrival from", "Arrival to"]
    assert span.empty_button.accessibleName() == "Any arrival"
