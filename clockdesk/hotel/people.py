"""Guests: invented people of many countries, written as they write themselves, and a few names made to hurt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clockdesk.hotel.house import Row, insert

if TYPE_CHECKING:
    import random
    import sqlite3

FIRST_GUEST = 9_204_310


def _id(row: Row) -> int:
    key = row["family_id"]
    assert isinstance(key, int)  # noqa: S101  our own rows
    return key


_LATIN = "abcdefghijklmnopqrstuvwxyz"


class GuestBook:
    """Makes guests; `write` stores them. `hostile` in a thousand carry a name that tests a program."""

    def __init__(self, rng: random.Random, people: dict[str, Any], phrases: dict[str, Any], hostile: int = 8) -> None:
        self.rows: list[Row] = []
        self._rng = rng
        self._phrases = phrases
        self._countries: list[dict[str, Any]] = [
            country for country in people["countries"] for _ in range(country["weight"])
        ]
        self._hostile: list[dict[str, str]] = phrases["hostile"]
        self._hostile_share = hostile / 1000
        self._hostile_next = 0
        self._next = FIRST_GUEST
        self._last_of: dict[int, int] = {}

    def guest(
        self, created: str, year: int, *, age: int | None = None, like: Row | None = None, hard: bool = False
    ) -> Row:
        """A new guest (its id is `family_id`).

        Args:
            created: the stamp it was made at.
            year: the year of the hotel's today.
            age: in years; None: an adult by the dice.
            like: a guest whose family name, country and address this one has.
            hard: gets the next of the names made to hurt.
        """
        rng = self._rng
        country = self._countries[int(rng.random() * len(self._countries))]
        if like is not None:
            country = next((one for one in self._countries if one["country"] == like["country"]), country)
        female = rng.random() < 0.5
        first = self._pick(country["female" if female else "male"])
        last_names = country["last_female" if female else "last"]
        place = int(rng.random() * len(last_names))
        last = last_names[place]
        years = age if age is not None else 19 + int(rng.random() * 62)
        key = self._next
        self._next += 1 + int(rng.random() * 30)
        row: Row = {
            "id": key,
            "family_id": key,
            "first_name": first,
            "middle_name": None,
            "last_name": last if like is None else self._family_name(like, country, last_names),
            "language": country["language"],
            "country": country["country"],
            "city": self._pick(country["cities"]) if like is None else like["city"],
            "zip_code": str(1000 + int(rng.random() * 90000)) if like is None else like["zip_code"],
            "address": self._address(country) if like is None else like["address"],
            "e_mail": None if years < 18 or rng.random() < 0.3 else f"guest{key}@post.example",
            "phone_number": None if years < 18 else f"{country['dial']} {int(rng.random() * 9 * 10**8) + 10**8}",
            "birth_date": f"{year - years}-{1 + int(rng.random() * 12):02d}-{1 + int(rng.random() * 28):02d}",
            "age": years,
            "birth_country": country["country"],
            "gender_code": "f" if female else "m",
            "person_title_id": (2 if female else 1) if years >= 18 else None,
            "document_type": None,
            "document_number": None,
            "visit_purpose": None,
            "car_number": None,
            "accept_marketing_emails": int(rng.random() < 0.2),
            "created_at": created,
            "updated_at": created,
        }
        self._last_of[key] = place
        if like is None and (hard or rng.random() < self._hostile_share):
            self._make_hostile(row)
        elif like is not None and (known := self._last_of.get(_id(like))) is not None:
            self._last_of[key] = known
        self.rows.append(row)
        return row

    def register(self, row: Row) -> None:
        """What the registration card asks at check-in."""
        rng = self._rng
        row["document_type"] = "passport" if rng.random() < 0.5 else "id_card"
        row["document_number"] = f"{rng.choice(_LATIN).upper()}{rng.randrange(10**7, 10**8)}"
        row["visit_purpose"] = self._pick(self._phrases["visit_purposes"])
        if rng.random() < 0.15:
            row["car_number"] = (
                f"{rng.choice(_LATIN).upper()} {rng.randrange(1000, 9999)} {rng.choice(_LATIN).upper()}K"
            )

    def write(self, db: sqlite3.Connection) -> None:
        """Store every guest made."""
        insert(db, "guests", self.rows)

    def _family_name(self, like: Row, country: dict[str, Any], names: list[str]) -> object:
        """The family name as this person writes it: of one stem with `like`, in some languages with another ending."""
        place = self._last_of.get(_id(like))
        if place is None or like["country"] != country["country"]:
            return like["last_name"]
        return names[place]

    def _make_hostile(self, row: Row) -> None:
        self._last_of.pop(_id(row), None)
        row.update(self._hostile[self._hostile_next % len(self._hostile)])
        self._hostile_next += 1

    def _address(self, country: dict[str, Any]) -> str:
        streets = self._phrases["streets"]
        return f"{self._pick(streets.get(country['language'], streets['*']))} {1 + int(self._rng.random() * 140)}"

    def _pick(self, values: list[str]) -> str:
        return values[int(self._rng.random() * len(values))]
