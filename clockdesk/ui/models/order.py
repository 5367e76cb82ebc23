"""From one order of ids to another in few steps, so that a view can follow each row."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence


MANY = 1000
"""When more rows than this come or go at once, nobody's eye follows them: it is not worked out where they belong."""


@dataclass(frozen=True, slots=True)
class Steps:
    """What to do, in this order.

    `removals`: (first, last) rows, from the bottom up. `moves`: (row, its row afterwards), one row each.
    `insertions`: (first row, ids), from the top down.
    """

    removals: tuple[tuple[int, int], ...]
    moves: tuple[tuple[int, int], ...]
    insertions: tuple[tuple[int, tuple[int, ...]], ...]


def steps(old: Sequence[int], new: Sequence[int], limit: int) -> Steps | None:
    """The steps from `old` to `new` (ids are unique in each), or None when it takes more than `limit` of them.

    Only the stretch in which they differ is looked at: of twenty thousand rows an event moves one.
    """
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    middle = _steps(old[head : len(old) - tail], new[head : len(new) - tail], limit)
    if middle is None or not head:
        return middle
    return Steps(
        tuple((first + head, last + head) for first, last in middle.removals),
        tuple((row + head, to + head) for row, to in middle.moves),
        tuple((first + head, ids) for first, ids in middle.insertions),
    )


def _alike(one: Sequence[int], other: Sequence[int]) -> int:
    """How many items at the start are equal; by halves, which compares whole slices instead of items."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _steps(old: Sequence[int], new: Sequence[int], limit: int) -> Steps | None:
    if abs(len(old) - len(new)) > MANY:
        return None
    had, wanted = set(old), set(new)
    gone = runs((row for row, key in enumerate(old) if key not in wanted), limit)
    if len(gone) > limit:
        return None
    fresh = runs((row for row, key in enumerate(new) if key not in had), limit - len(gone))
    if len(gone) + len(fresh) > limit:
        return None
    kept = [key for key in old if key in wanted]
    target = [key for key in new if key in had]
    left = limit - len(gone) - len(fresh)
    strays = _strays(kept, target)
    if len(strays) > left:
        return None
    return Steps(
        tuple(reversed(gone)),
        tuple(_moves(kept, target, strays)),
        tuple((first, tuple(new[first : last + 1])) for first, last in fresh),
    )


def runs(rows: Iterable[int], most: int | None = None) -> list[tuple[int, int]]:
    """Ascending rows as (first, last) stretches without a gap; of more than `most`, one more than that."""
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and found[-1][1] == row - 1:
            found[-1] = (found[-1][0], row)
        elif most is not None and len(found) > most:
            return found
        else:
            found.append((row, row))
    return found


def _strays(kept: Sequence[int], target: Sequence[int]) -> frozenset[int]:
    """The fewest ids whose moving turns `kept` into `target`: all but a longest rising run of old places."""
    if kept == target:
        return frozenset()
    first = 0
    while kept[first] == target[first]:
        first += 1
    end = len(kept)
    while kept[end - 1] == target[end - 1]:
        end -= 1
    place = {key: row for row, key in enumerate(kept[first:end])}
    middle = target[first:end]
    return frozenset(middle) - _longest_rising(middle, [place[key] for key in middle])


def _longest_rising(keys: Sequence[int], places: Sequence[int]) -> frozenset[int]:
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for item, place in enumerate(places):
        length = bisect_left(tails, place)
        before.append(ends[length - 1] if length else -1)
        tails[length : length + 1] = [place]
        ends[length : length + 1] = [item]
    rising: set[int] = set()
    item = ends[-1]
    while item >= 0:
        rising.add(keys[item])
        item = before[item]
    return frozenset(rising)


def _moves(kept: Sequence[int], target: Sequence[int], strays: Collection[int]) -> list[tuple[int, int]]:
    """Put each stray right behind its neighbour in `target`; what is settled stays in order all the time."""
    if not strays:
        return []
    now = list(kept)
    found: list[tuple[int, int]] = []
    for at, key in enumerate(target):
        if key not in strays:
            continue
        row = now.index(key)
        del now[row]
        to = now.index(target[at - 1]) + 1 if at else 0
        now.insert(to, key)
        if to != row:
            found.append((row, to))
    return found
