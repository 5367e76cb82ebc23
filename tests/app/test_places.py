"""Where things lie: the system's folders or one folder, and names that can't leave it."""

from __future__ import annotations

import pytest

from clockdesk.app.places import places


def test_everything_below_one_folder(tmp_path):
    at = places(tmp_path)
    for path in (at.settings, at.data, at.logs, at.store("1-2")):
        assert path.is_relative_to(tmp_path)
    assert list(tmp_path.iterdir()) == [], "nothing is made before it is needed"


def test_the_system_s_own_folders(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    at = places()
    for path in (at.settings, at.data, at.logs):
        assert path.is_relative_to(tmp_path)
        assert "ClockDesk" in path.parts


def test_resources_are_found():
    assert (places().resources / "themes" / "light.toml").is_file()


@pytest.mark.parametrize("name", ["../../etc", "..", ".", "a/b", "a\\b", "", "C:x", "Zürich 1", "a\0b"])
def test_an_account_s_name_stays_one_folder(tmp_path, name):
    at = places(tmp_path)
    folder = at.store(name)
    assert folder.parent == tmp_path / "accounts"
    assert folder.resolve().parent == tmp_path.resolve() / "accounts"
    folder.mkdir(parents=True)


def test_different_names_have_different_folders(tmp_path):
    names = ["a/b", "a_b", "a\\b", "A_B", "", "account"]
    assert len({places(tmp_path).store(name) for name in names}) == len(names)
