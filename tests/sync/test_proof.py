"""Proofs: as few lists as can be, and never a stale copy called current."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from clockdesk.sync.proof import Copy, proofs

NOON = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)


def at(seconds):
    return NOON + dt.timedelta(seconds=seconds)


def copy(ident, changed, read):
    return Copy(ident, at(changed), at(read))


TIMES = st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))


@given(st.lists(TIMES, max_size=25))
def test_what_is_proven_is_current_whatever_happened_after_the_read(times):
    """Each object: changed at c as the copy has it, read at r, truly changed last at t (never before c)."""
    copies, truly = [], {}
    for ident, (changed, read, true) in enumerate(times):
        copies.append(copy(ident, changed, read))
        truly[ident] = at(max(changed, true) if true >= read else changed)  # an answer shows all changes before it
    for proof in proofs(copies):
        listed = {ident for ident, when in truly.items() if when >= proof.bound}
        for ident in proof.ids - listed:
            assert truly[ident] == copies[ident].changed


@given(st.lists(TIMES, max_size=25))
def test_every_provable_copy_is_tried_once_and_a_list_proves_at_least_two(times):
    copies = [copy(ident, changed, read) for ident, (changed, read, _) in enumerate(times)]
    found = proofs(copies)
    tried = [ident for proof in found for ident in proof.ids]
    assert len(tried) == len(set(tried))
    assert all(copies[ident].provable for ident in tried)
    assert all(len(proof.ids) > 1 for proof in found)


def test_a_storm_read_in_one_go_needs_one_list():
    assert [proof.bound for proof in proofs([copy(n, 0, 10 + n) for n in range(50)])] == [at(10)]


def test_two_waves_need_two_lists():
    waves = [copy(n, 0, 10) for n in range(5)] + [copy(10 + n, 20, 30) for n in range(5)]
    assert [proof.bound for proof in proofs(waves)] == [at(10), at(30)]


def test_a_copy_read_at_the_moment_of_its_change_can_not_be_proven():
    assert proofs([copy(1, 5, 5), copy(2, 5, 4), Copy(3, None, at(9)), Copy(4, at(1), None)]) == ()
