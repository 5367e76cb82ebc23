"""Faults that tests and trainers switch on: what goes wrong, for which calls, and for how long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

ANSWER_FAULTS: Final = {
    "cut_line": "close the connection before anything is done",
    "cut_answer": "do the work, then close the connection without a byte of an answer",
    "half_body": "do the work, send the headers and half of the body, then close",
    "html_502": "a proxy's HTML 502 in front of an unreached service",
    "wrong_json": "do the work, answer 200 with a body that is not JSON",
    "slow": "wait `seconds` before doing anything",
    "storm_429": "429, whatever the rate",
    "always_500": "500 for the object of `table` and `id` (either may be left out)",
    "missing": "404 for the object of `table` and `id`",
}
BROKER_FAULTS: Final = {
    "no_channels": "the root answer names no channel addresses",
    "refuse_channels": "the broker closes every connection",
    "silent_channels": "the broker takes a poll and never answers it",
    "drop_events": "events are lost",
    "double_events": "events come twice",
}
CLOCK_FAULTS: Final = {
    "clock_cut_line": "time clock: close the connection before anything is done",
    "clock_cut_answer": "time clock: do the work, then close the connection without a byte of an answer",
    "clock_slow": "time clock: wait `seconds` before doing anything",
    "clock_slow_answer": "time clock: do the work, then wait `seconds` before answering",
    "clock_html_502": "time clock: the gateway's HTML 502 in front of an unreached service",
    "clock_late_502": "time clock: do the work, then the gateway's HTML 502",
    "clock_500": "time clock: 500 as problem+json, nothing done",
    "clock_429": "time clock: the gateway's 429; `seconds` is its Retry-After (0: it does not say)",
    "clock_rubbish": "time clock: do the work, answer with a row nobody can read",
    "clock_failure": "time clock: do the work, answer 2xx with success: false",
}
CLOCK_SWITCHES: Final = {
    "refuse_clock": "nobody listens on the time clock's port and open connections are cut",
    "clock_wrong_key": "how a wrong key is refused: 401, or the text of a 400",
    "clock_plan": "the community's plan (subVersion 0 to 5); clocking needs 3",
    "clock_types": "the ids of the configured shift types, as a list",
    "clock_out_as": "what stands for nobody being in: text, null, empty, object, list, current",
    "clock_ids": "ids of shifts: uuid or number",
    "clock_times": "times of shifts: iso, or v1 with an offset",
}
SWITCHES: Final = {
    "refuse_api": "nobody listens on the API's port (connection refused) and open connections are cut",
    "strict_nc": "nonce counts must come in order, as Apache wants it",
}
ACTIONS: Final = {
    "expire_nonces": "every nonce given so far is worthless now",
    "restart_broker": "open polls are cut and stored messages forgotten",
    "ban": "the firewall's 403 for everything; a number is seconds (else 2 hours), false lifts it",
    "forget_right": "take a right away: a name, a list of names, or {right, user}",
    "restore_right": "give it back, in the same forms",
    "rate_limit": "calls a second from now on",
    "channels": "change how the broker behaves: first, body, push_stream, backlog, idle_seconds, idle_status",
}


@dataclass(slots=True)
class Fault:
    """One fault that is on.

    `calls`: how many more times it strikes; None: until switched off. `when`: what a call must match (`path` as a part
    of it, `method`, `table`, `id`, `event`).
    """

    name: str
    calls: int | None
    when: dict[str, Any]
    seconds: float = 0.0

    def strikes(self, about: Mapping[str, Any]) -> bool:
        """Whether this call is meant."""
        return all(
            wanted in str(about.get(key, "")) if key == "path" else about.get(key) == wanted
            for key, wanted in self.when.items()
        )


class Faults:
    """All faults that are on now."""

    def __init__(self) -> None:
        """None."""
        self._on: list[Fault] = []

    def put(self, name: str, value: object) -> None:
        """Switch a fault on or off.

        True: until switched off. False or None: off. A number: for so many calls (slow ones: so many seconds). An
        object: `calls`, `seconds`, and what a call must match; a list of objects: each of them.

        Raises:
            ValueError: no such fault, or nothing it can be limited by.
        TypeError: a value of the wrong kind.
        """
        if name not in ANSWER_FAULTS | BROKER_FAULTS | CLOCK_FAULTS:
            raise ValueError(f"no fault is called {name}")
        if value is None or value is False:
            self._on = [fault for fault in self._on if fault.name != name]
        elif isinstance(value, list):
            for one in value:
                self.put(name, one)
        else:
            self._on.append(_read(name, value))

    def clear(self) -> None:
        """Switch all off."""
        self._on.clear()

    def take(self, name: str, **about: object) -> Fault | None:
        """The fault of this name that strikes the call described by `about`; it is used up by one."""
        for fault in self._on:
            if fault.name == name and fault.strikes(about):
                if fault.calls is not None:
                    fault.calls -= 1
                    if fault.calls <= 0:
                        self._on.remove(fault)
                return fault
        return None

    def as_json(self) -> list[dict[str, Any]]:
        """What is on now."""
        return [{"fault": f.name, "calls": f.calls, "seconds": f.seconds, **f.when} for f in self._on]


_TIMED: Final = {"slow", "clock_slow", "clock_slow_answer"}
"""Faults whose bare number is seconds, not calls."""


def _read(name: str, value: object) -> Fault:
    if value is True:
        return Fault(name, None, {})
    if isinstance(value, int | float):
        return Fault(name, None, {}, float(value)) if name in _TIMED else Fault(name, int(value), {})
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} takes true, false, a number or an object")
    when = {str(key): wanted for key, wanted in value.items() if key not in {"calls", "seconds"}}
    if odd := set(when) - {"path", "method", "table", "id", "event"}:
        raise ValueError(f"{name} can't be limited by {', '.join(sorted(odd))}")
    return Fault(name, value.get("calls"), when, float(value.get("seconds", 0)))
