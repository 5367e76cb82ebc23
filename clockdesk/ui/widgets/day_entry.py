"""A date as people type it at a desk: short, in any of the usual ways."""

from __future__ import annotations

import re
from datetime import date, timedelta

from clockdesk.domain.errors import UserError

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WORDS = {"today": 0, "t": 0, "tomorrow": 1, "tom": 1, "yesterday": -1, "y": -1}
_OFFSET = re.compile(r"(?:today\s*)?([+-]\s*\d{1,4})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMBERS = re.compile(r"(\d{1,2})(?:\s*([./ -])\s*(\d{1,2})(?:\s*\2\s*(\d{4}|\d{2}))?)?\.?")
_RUN = re.compile(r"(\d{2})(\d{2})(\d{4}|\d{2})?")
_NAMED = re.compile(r"(?:[a-z]{3,9}\s+)??(\d{1,2})\.?\s*([a-z]{3,9})\.?(?:\s*(\d{4}|\d{2}))?")
_NAMED_FIRST = re.compile(r"([a-z]{3,9})\.?\s*(\d{1,2})(?:\s*,?\s*(\d{4}))?")


def read_day(text: str, today: date, *, month_first: bool = False) -> date:
    """Read `21`, `21.11`, `21/11/26`, `2111`, `21 nov`, `2026-11-21`, `today`, `+3`. Raises UserError.

    What is left out is taken from the nearest such day: `21` is in this month, `3 jan` typed in December is next
    month. `month_first` only decides what `11/12` means.
    """
    tidy = " ".join(text.casefold().replace(",", " ").split())
    if tidy in _WORDS:
        return today + timedelta(days=_WORDS[tidy])
    try:
        found = _read(tidy, today, month_first=month_first)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise UserError("Type a date as 21.11 or 21 Nov 2026, or today, or +3.")
    return found


def _read(text: str, today: date, *, month_first: bool) -> date | None:
    if match := _OFFSET.fullmatch(text):
        return today + timedelta(days=int(match[1].replace(" ", "")))
    if match := _ISO.fullmatch(text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _NUMBERS.fullmatch(text):
        first, second = int(match[1]), int(match[3]) if match[3] else None
        if second is not None and month_first and match[2] == "/":
            first, second = second, first
        return _complete(first, second, match[4], today)
    if match := _RUN.fullmatch(text):
        first, second = (int(match[2]), int(match[1])) if month_first else (int(match[1]), int(match[2]))
        return _complete(first, second, match[3], today)
    if match := _NAMED.fullmatch(text):
        return _complete(int(match[1]), _month(match[2]), match[3], today)
    if match := _NAMED_FIRST.fullmatch(text):
        return _complete(int(match[2]), _month(match[1]), match[3], today)
    return None


def _month(word: str) -> int:
    if word[:3] not in _MONTHS:
        raise ValueError(word)
    return _MONTHS.index(word[:3]) + 1


def _complete(day: int, month: int | None, year: str | None, today: date) -> date:
    """Fill in what was not typed."""
    if month is None:
        return date(today.year, today.month, day)
    if year is not None:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    near = [made for each in (today.year - 1, today.year, today.year + 1) if (made := _made(each, month, day))]
    if not near:
        raise ValueError(month)
    return min(near, key=lambda made: abs(made - today))


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
