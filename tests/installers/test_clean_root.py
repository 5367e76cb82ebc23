"""The clean roots: how a command gets into one, and what counts as left behind."""

from __future__ import annotations

import pytest

from tests.installers.scripts import script


@pytest.fixture
def clean_root():
    return script("clean_root")


def test_the_one_who_tries_has_no_network_and_no_rights(clean_root, tmp_path):
    root = clean_root.Root(tmp_path)
    tried = root.command(["clockdesk", "--self-check"], alone=True, person=True)
    assert "--net" in tried
    assert "--reuid=desk" in tried
    assert "HOME=/home/desk" in tried
    assert tried[-2:] == ["clockdesk", "--self-check"]
    built = root.command(["true"], alone=False, person=False)
    assert "--net" not in built
    assert "setpriv" not in built
    assert not [word for word in tried if word.startswith("PIP_")]


class Purged:
    """A root whose package was purged, or was not."""

    def __init__(self, clean_root, path):
        self.path = path
        self.told: list[tuple[str, ...]] = []
        cache = path / "usr/share/applications"
        cache.mkdir(parents=True)
        (cache / "mimeinfo.cache").write_text("[MIME Cache]\n")
        (path / "etc").mkdir()
        (path / "etc/kept").write_text("as it was")
        self.files = lambda: clean_root.Root(path).files()
        self.apt = lambda *words: self.told.append(words)


@pytest.fixture
def purged(clean_root, tmp_path):
    return Purged(clean_root, tmp_path)


def test_a_clean_removal_is_fine(clean_root, purged, capsys):
    clean_root.remove(purged, purged.files())
    assert purged.told == [("purge", "clockdesk")]
    assert "nothing is left" in capsys.readouterr().out


@pytest.mark.parametrize("place", ["usr/lib/clockdesk/_internal/left.so", "etc/clockdesk.toml", "opt/"])
def test_what_is_left_is_named(clean_root, purged, place):
    before = purged.files()
    file = purged.path / place
    file.parent.mkdir(parents=True, exist_ok=True)
    if place.endswith("/"):
        file.mkdir()
    else:
        file.touch()
    with pytest.raises(clean_root.FailedError, match=place.rstrip("/").split("/")[-1]):
        clean_root.remove(purged, before)


def test_what_went_along_or_was_changed_is_named(clean_root, purged):
    before = purged.files()
    (purged.path / "etc/kept").write_text("otherwise now")
    with pytest.raises(clean_root.FailedError, match=r"changed \['etc/kept'\]"):
        clean_root.remove(purged, before)
    (purged.path / "etc/kept").unlink()
    with pytest.raises(clean_root.FailedError, match=r"gone \['etc/kept'\]"):
        clean_root.remove(purged, before)


def test_a_link_handler_that_stays_is_found(clean_root, purged):
    before = purged.files()
    (purged.path / "usr/share/applications/mimeinfo.cache").write_text(
        "x-scheme-handler/clockdesk=clockdesk.desktop;\n"
    )
    with pytest.raises(clean_root.FailedError, match="still knows the removed program"):
        clean_root.remove(purged, before)


def test_what_changes_by_itself_is_left_out(clean_root, tmp_path):
    for name in ("var/log/dpkg.log", "var/cache/apt/x", "home/desk/.config/x", "tmp/y", "proc/1/stat"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "usr").mkdir()
    (tmp_path / "usr/link").symlink_to("nowhere")
    assert set(clean_root.Root(tmp_path).files()) >= {"usr/", "usr/link"}
    assert not [
        name for name in clean_root.Root(tmp_path).files() if "log/" in name.rstrip("/") + "x" or "home" in name
    ]
