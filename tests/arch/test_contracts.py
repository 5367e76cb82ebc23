"""The import contracts of pyproject.toml bite: a toy house keeps them all, each planted import breaks its own."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest

from tests.arch import tree
from tests.arch.test_tools import LINT_IMPORTS

if TYPE_CHECKING:
    from pathlib import Path

HOUSE = "The house: app -> ui -> office -> sync -> api | store -> domain"
HOTEL_ALONE = "The hotel imports nothing of ours"
HOTEL_HIDDEN = "Nobody but the composition root knows the hotel"
NO_QT = "The core never imports Qt"
UI_REACH = "ui never reaches past office"
HTTPX = "httpx lives in api.transport alone"
APSW = "apsw lives in store alone"
SEAMS = "qasync lives in app.loop and keyring in app.keys alone"
INDEPENDENT = "The embedded hotel is an independent reading of the protocol"

SOUND = {  # a house in order: every seam used by the module that owns it
    "domain.values": "import msgspec",
    "api.transport": "import httpx",
    "api.service": "from clockdesk.api import transport",
    "store.mirror": "import apsw\nfrom clockdesk.domain import values",
    "sync.sweep": "from clockdesk.api import service\nfrom clockdesk.store import mirror",
    "office.views": "from clockdesk.sync import sweep",
    "ui.screens.rooms": "import PySide6.QtWidgets\nfrom clockdesk.office import views",
    "hotel.server": "import starlette",
    "app.loop": "import qasync",
    "app.keys": "import keyring\nimport keyring.errors",
    "app.wiring": "from clockdesk.hotel import server\nfrom clockdesk.api import service",
}
PLANTED = [
    ("sync.planted", "import httpx", {HTTPX}),
    ("api.service", "from httpx import URL", {HTTPX}),
    ("api.channels", "import httpcore", {HTTPX}),
    ("app.wiring", "import httpx", {HTTPX}),
    ("hotel.server", "import httpx", {HTTPX}),
    ("__main__", "import httpx", {HTTPX}),
    ("sync.planted", "import apsw", {APSW}),
    ("app.doctor", "import apsw.ext", {APSW}),
    ("hotel.server", "import apsw", {APSW}),
    ("__main__", "import apsw", {APSW}),
    ("app.main", "import qasync", {SEAMS}),
    ("ui.screens.rooms", "import qasync", {SEAMS}),
    ("sync.planted", "import qasync", {SEAMS, NO_QT}),
    ("app.wiring", "import keyring", {SEAMS}),
    ("office.planted", "from keyring.errors import KeyringError", {SEAMS}),
    ("domain.values", "from PySide6.QtCore import QObject", {NO_QT}),
    ("office.views", "import PySide6.QtCore", {NO_QT}),
    ("hotel.server", "import shiboken6", {NO_QT}),
    ("domain.planted", "from clockdesk.store import mirror", {HOUSE}),
    ("api.planted", "from clockdesk.store import mirror", {HOUSE}),
    ("store.planted", "from clockdesk.api import service", {HOUSE}),
    ("sync.planted", "from clockdesk.office import views", {HOUSE}),
    ("office.planted", "from clockdesk.ui.screens import rooms", {HOUSE, NO_QT}),
    ("ui.planted", "from clockdesk.app import wiring", {HOUSE, HOTEL_HIDDEN}),
    ("ui.planted", "from clockdesk.store import mirror", {UI_REACH}),
    ("ui.planted", "from clockdesk.sync import sweep", {UI_REACH}),
    ("ui.planted", "from clockdesk.api import service", {UI_REACH}),
    ("hotel.planted", "from clockdesk.domain import values", {HOTEL_ALONE, INDEPENDENT}),
    ("hotel.planted", "from clockdesk.api import service", {HOTEL_ALONE}),
    ("hotel.planted", "from clockdesk.store import mirror", {HOTEL_ALONE, INDEPENDENT}),
    ("sync.planted", "from clockdesk.hotel import server", {HOTEL_HIDDEN}),
    ("sync.typed", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import httpx", {HTTPX}),
    ("sync.late", "def f():\n    import httpx", {HTTPX}),
]


def _build(root: Path, modules: dict[str, str]) -> None:
    shutil.copy(tree.ROOT / "pyproject.toml", root)
    for name, code in modules.items():
        path = root.joinpath("clockdesk", *name.split(".")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code)
        for folder in [path.parent, *path.parent.parents]:
            if root in folder.parents:
                (folder / "__init__.py").touch()


def _broken(root: Path) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", LINT_IMPORTS], cwd=root, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(root), "PATH": "", "COLUMNS": "300"},
    )  # fmt: skip
    verdicts = dict(re.findall(r"^(.+?) (KEPT|BROKEN)\b", done.stdout, re.MULTILINE))
    assert set(verdicts) == _contracts(), f"{done.stdout}\n{done.stderr}"
    broken = {name for name, verdict in verdicts.items() if verdict == "BROKEN"}
    assert (done.returncode != 0) == bool(broken)
    return broken


def _contracts() -> set[str]:
    settings = tomllib.loads((tree.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]}


def test_a_house_in_order_keeps_every_contract(tmp_path):
    _build(tmp_path, SOUND)
    assert not _broken(tmp_path)


def test_every_contract_has_a_plant():
    assert set.union(*(broken for _, _, broken in PLANTED)) == _contracts()


@pytest.mark.parametrize(("module", "code", "contracts"), PLANTED)
def test_a_planted_import_breaks_its_contract(tmp_path, module, code, contracts):
    _build(tmp_path, SOUND | {module: f"{SOUND.get(module, '')}\n{code}\n"})
    assert _broken(tmp_path) == contracts
