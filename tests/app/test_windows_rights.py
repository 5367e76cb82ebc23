"""Lists of rights as Windows gives them, read by a pure function; icacls itself is played by a small program here.

The lists are real ones: a folder made below C:\\, one below ProgramData, a second drive, a profile, a closed folder.
"""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockdesk.app import pack_files, windows_rights
from clockdesk.app.windows_rights import Others, others_in, others_may, saved_list

OWNER = "S-1-5-21-1234567890-1234567890-1234567890-1001"
NOBODY = Others(read=False, write=False)
BELOW_C = (
    "D:AI(A;OICIID;FA;;;BA)(A;OICIID;FA;;;SY)(A;OICIID;0x1200a9;;;BU)(A;ID;0x1301bf;;;AU)(A;OICIIOID;SDGXGWGR;;;AU)"
)
PROFILE = f"D:AI(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIID;FA;;;{OWNER})"
READ_ONLY_SHARE = f"D:PAI(A;OICI;FA;;;{OWNER})(A;OICI;0x1200a9;;;WD)"

LISTS = {
    "below C:": (BELOW_C, Others(read=True, write=True)),
    "below ProgramData": (
        "D:AI(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIIOID;GA;;;CO)(A;OICIID;0x1200a9;;;BU)(A;CIID;DCLCRPCR;;;BU)",
        Others(read=True, write=True),
    ),
    "a second drive": (
        "D:AI(A;OICIID;FA;;;BA)(A;OICIID;FA;;;SY)(A;OICIID;FA;;;AU)(A;OICIID;0x1200a9;;;BU)",
        Others(read=True, write=True),
    ),
    "a profile": (PROFILE, NOBODY),
    "closed": (f"D:PAI(A;;FA;;;{OWNER})", NOBODY),
    "closed to all": ("D:P", NOBODY),
    "a share for reading": (READ_ONLY_SHARE, Others(read=True, write=False)),
    "SIDs in full": ("D:P(A;;FA;;;S-1-5-18)(A;OICI;0x1301bf;;;S-1-5-11)", Others(read=True, write=True)),
    "the whole domain": (
        "D:P(A;;FR;;;S-1-5-21-1-2-3-513)(A;;FA;;;S-1-5-21-1-2-3-500)",
        Others(read=True, write=False),
    ),
    "files of its alone": (f"D:P(A;OICI;FA;;;{OWNER})(A;OICIIO;GRGW;;;BU)", Others(read=True, write=False)),
    "a drop box": (f"D:P(A;OICI;FA;;;{OWNER})(A;;0x100116;;;BU)", Others(read=False, write=True)),
    "may look at attributes": (f"D:P(A;OICI;FA;;;{OWNER})(A;;0x100080;;;WD)", NOBODY),
    "no list at all": ("D:NO_ACCESS_CONTROL", Others(read=True, write=True)),
    "no list, with its marks before": ("D:ARAINO_ACCESS_CONTROL", Others(read=True, write=True)),
    "no list for who is watched": ("D:PS:NO_ACCESS_CONTROL", NOBODY),
    "refused, and told besides": ("D:(D;;FA;;;WD)(A;;FA;;;SY)S:AI(AU;SA;FA;;;WD)", NOBODY),
}


@pytest.mark.parametrize(("sddl", "others"), LISTS.values(), ids=LISTS)
def test_what_a_list_gives_to_everybody(sddl, others):
    assert others_in(sddl) == others
    assert others_in(f"O:BAG:SY{sddl}") == others, "with its owner before it"


@given(st.text(max_size=80))
def test_whatever_stands_there(text):
    for shown in (text, f"D:(A;;{text};;;WD)", f"D:{text}"):
        try:
            assert isinstance(others_in(shown), Others)
        except ValueError:
            continue


@pytest.mark.parametrize("mark", [b"", b"\xff\xfe"])
def test_a_saved_list_with_and_without_a_byte_order_mark(mark):
    text = f"Packs D: für Gäste\r\n{BELOW_C}\r\n"
    assert saved_list(mark + text.encode("utf-16-le")) == BELOW_C


@pytest.mark.parametrize(
    "data",
    [b"", b"D", "Packs\r\n".encode("utf-16-le"), b"\xff\xfe\x00\xd8", BELOW_C.encode()],
    ids=["empty", "a byte", "a name", "half a letter", "other letters"],
)
def test_what_is_no_saved_list(data):
    with pytest.raises(ValueError, match="no list of rights"):
        saved_list(data)


ICACLS = """#!{python}
import sys, time
folder, save, file, quiet = sys.argv[1:]
assert (save, quiet) == ("/save", "/q")
lists = {lists!r}
name = folder.rstrip("/").rpartition("/")[2]
if name not in lists:
    time.sleep({slow})
    print("The system cannot find the file specified.", file=sys.stderr)
    sys.exit(2)
with open(file, "wb") as saved:
    saved.write((name + "\\r\\n" + lists[name] + "\\r\\n").encode("utf-16-le"))
"""


@pytest.fixture
def icacls(tmp_path, monkeypatch):
    """A system whose icacls knows these lists, by the folder's name."""

    def made(slow=0.0, **lists):
        program = tmp_path / "Windows" / "System32" / "icacls.exe"
        program.parent.mkdir(parents=True)
        program.write_text(ICACLS.format(python=sys.executable, lists=lists, slow=slow))
        program.chmod(0o700)
        monkeypatch.setenv("SYSTEMROOT", str(tmp_path / "Windows"))
        monkeypatch.delenv("LOCALAPPDATA", raising=False)
        (tmp_path / "packs" / "pack").mkdir(parents=True)
        return tmp_path / "packs" / "pack"

    return made


@pytest.mark.parametrize(
    ("pack", "above", "words"),
    [
        (PROFILE, PROFILE, ""),
        (BELOW_C, PROFILE, "Others can read it there, guest names and all: the folder is open to everybody."),
        (PROFILE, BELOW_C, "so others could put another pack in its place. Save packs elsewhere."),
        (
            f"{PROFILE}(A;OICIID;FW;;;BU)",
            PROFILE,
            "so others could put another pack in its place. Save packs elsewhere.",
        ),
        (PROFILE, READ_ONLY_SHARE, ""),
        ("D:AI", "nonsense", "Who else can read it there could not be found out: lock it away or delete it."),
    ],
)
def test_it_is_said_as_elsewhere(icacls, pack, above, words):
    said = pack_files._exposure_on_windows(icacls(pack=pack, packs=above))
    assert words in said
    assert bool(said) is bool(words)


def test_a_system_that_does_not_answer_is_not_waited_for(icacls, monkeypatch):
    monkeypatch.setattr(windows_rights, "TIME_OUT", 0.2)
    folder = icacls(slow=600.0)
    with pytest.raises(OSError, match="can't be looked at"):
        others_may(folder)
    assert "could not be found out" in pack_files._exposure_on_windows(folder)


def test_without_the_program_it_is_said_too(icacls, monkeypatch, tmp_path):
    folder = icacls()
    monkeypatch.setenv("SYSTEMROOT", str(tmp_path / "nowhere"))
    assert "could not be found out" in pack_files._exposure_on_windows(folder)


def test_one_s_own_application_data_needs_no_look(icacls, monkeypatch, tmp_path):
    folder = icacls(pack=BELOW_C, packs=BELOW_C)
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    assert pack_files._exposure_on_windows(folder) == ""
