"""An empty mirror in memory, and one on disk."""

from __future__ import annotations

import pytest

from clockdesk.store.files import Place
from clockdesk.store.mirror import open_mirror
from tests.store.builders import KEY, memory


@pytest.fixture
def mirror():
    mirror = memory()
    yield mirror
    mirror.close()


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path / "store" / "mirror.db", KEY)


@pytest.fixture
def on_disk(place):
    mirror = open_mirror(place)
    yield mirror
    mirror.close()
