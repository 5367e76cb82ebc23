"""The house is in order: agreed names, every room described, nothing unfinished, no trace of one machine."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.arch import tree

TOP_LEVEL = {"pyproject.toml", "clockdesk", "resources", "installers", "tests", "README.md", "LICENSE"}
LONGEST_MODULE = 450
UNFINISHED = re.compile(
    r"\b(?:T[O]DO|F[I]XME|X[X]X|H[A]CK|raise N[o]tImplementedError)\b"
    r"|pytest\.(?:mark\.)?(?:sk[i]p|sk[i]pif|xf[a]il|importorsk[i]p)\b|unittest\.sk[i]p"
)
HOME = re.compile(r"(?:/home/|/Users/|[A-Za-z]:\\+Users\\+)[a-z][\w.-]*[/\\]", re.IGNORECASE)
REGISTRY = re.compile(
    r"pythonhosted\.org|pypi\.org/simple|https?://[^/\s]*(?:artifactory|nexus|devpi|pypi)[^/\s]*/[\w/.-]*simple"
)
SHARED_FOLDERS = {"home", "Users", "usr", "opt", "srv", "var", "tmp", "mnt", "media", "root"}
QT_FREE = ("domain", "api", "store", "sync", "office", "hotel")


def _spots(pattern: re.Pattern[str], paths: tuple[Path, ...]) -> list[str]:
    return [
        f"{tree.shown(path)}:{number}: {line.strip()[:100]}"
        for path in paths
        for number, line in enumerate(tree.text_of(path).splitlines(), 1)
        if pattern.search(line)
    ]


def test_the_top_level_holds_only_the_agreed_names():
    names = {entry.name for entry in tree.ROOT.iterdir() if tree.is_ours(entry.name)}
    assert not {name for name in names - TOP_LEVEL if not name.startswith(".")}
    assert names >= TOP_LEVEL


def test_every_package_says_what_lives_there():
    folders = {path.parent for path in tree.within("")}
    for folder in sorted(folders):
        door = folder / "__init__.py"
        assert door.exists(), f"{tree.shown(folder)} has no __init__.py"
        said = ast.get_docstring(tree.parsed(door)) or ""
        assert len(said.split()) >= 5, f"{tree.shown(door)} does not say what lives there"


def test_resources_hold_no_code_and_the_package_no_data():
    assert not [tree.shown(path) for path in tree.python_files() if path.is_relative_to(tree.ROOT / "resources")]
    odd = [path for path in tree.files() if path.is_relative_to(tree.PACKAGE) and path.suffix not in {".py", ".typed"}]
    assert not [tree.shown(path) for path in odd]


def test_modules_stay_short_enough_to_be_one_thing():
    lengths = {tree.shown(path): len(tree.text_of(path).splitlines()) for path in tree.within("")}
    assert not {name: length for name, length in lengths.items() if length > LONGEST_MODULE}


def test_nothing_is_left_unfinished_or_skipped():
    assert not _spots(UNFINISHED, tree.python_files())


@pytest.mark.parametrize(
    "line",
    ["# TO" "DO later", "raise Not" "ImplementedError", "@pytest.mark.sk" "ip", "pytest.xf" "ail('x')"],
)  # fmt: skip
def test_unfinished_work_would_be_found(line):
    assert UNFINISHED.search(line)


def _this_machine() -> re.Pattern[str]:
    """Paths of this checkout and of the person running the tests. `clockdesk/app/` names no place, ` /app/` would."""
    own = {f"{tree.ROOT}{os.sep}", f"{Path.home()}{os.sep}"}
    if os.sep == "/" and len(tree.ROOT.parts) > 2 and tree.ROOT.parts[1] not in SHARED_FOLDERS:
        own.add(f"/{tree.ROOT.parts[1]}/")
    return re.compile(rf"(?<![\w.*}}-])(?:{'|'.join(map(re.escape, own))})")


def test_no_file_names_a_place_on_one_machine():
    assert not _spots(HOME, tree.files())
    assert not _spots(_this_machine(), tree.files())


def test_a_place_or_a_registry_would_be_found():
    slash = "/"
    assert HOME.search(f"cd {slash}home/ann/clockdesk")
    assert HOME.search(f"open C:{slash}Users/ann/x".replace("/", "\\"))
    assert _this_machine().search(f"cd {tree.ROOT}/tests")
    assert not _this_machine().search("clockdesk/app/loop.py")
    assert REGISTRY.search(f"--index-url https:{slash}/pypi.example.test/root/simple")


def test_no_file_names_a_package_registry():
    assert not _spots(REGISTRY, tree.files())
    if host := _index_host():
        assert not _spots(re.compile(re.escape(host)), tree.files())


def _index_host() -> str:
    """The registry this machine installs from, when it is not the public one."""
    asked = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True, check=False
    )
    url = os.environ.get("PIP_INDEX_URL") or asked.stdout.strip()
    host = re.sub(r"^\w+://(?:[^/@]*@)?([^/:]+).*", r"\1", url)
    return "" if host in {"", "pypi.org"} else host


def test_the_core_lives_without_qt():
    """Every module of the Qt-free packages is imported where PySide6, shiboken6 and qasync can't be."""
    program = f"""
import importlib, pkgutil, sys
for name in ("PySide6", "shiboken6", "qasync"):
    sys.modules[name] = None
count = 0
for package in {QT_FREE!r}:
    top = importlib.import_module("clockdesk." + package)
    for module in pkgutil.walk_packages(top.__path__, top.__name__ + "."):
        if not module.name.endswith(".__main__"):
            importlib.import_module(module.name)
            count += 1
print(count)
"""
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], cwd=tree.ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    modules = [path for path in tree.within(*QT_FREE) if path.name not in {"__init__.py", "__main__.py"}]
    assert int(result.stdout) >= len(modules)


def test_every_item_model_passes_qts_own_tester():
    """Each model class of `ui` is named in a test file that runs QAbstractItemModelTester in fatal mode.

    A class that is only a base of others is tested through each of them.
    """
    tested = [
        text for path in tree.python_files() if path.is_relative_to(tree.ROOT / "tests") and path != Path(__file__)
        if "QAbstractItemModelTester" in (text := tree.text_of(path)) and "Fatal" in text
    ]  # fmt: skip
    for name in sorted(_item_models(tuple(tree.parsed(path) for path in tree.within("ui")))):
        assert any(re.search(rf"\b{name}\b", text) for text in tested), (
            f"{name} has no test with QAbstractItemModelTester"
        )


def _item_models(modules: tuple[ast.Module, ...]) -> set[str]:
    """Names of the classes that descend from one of Qt's item models and have no descendants themselves."""
    bases = {
        node.name: {_last_name(base) for base in node.bases}
        for module in modules
        for node in ast.walk(module)
        if isinstance(node, ast.ClassDef)
    }
    models = {"QStandardItemModel", "QAbstractProxyModel", "QIdentityProxyModel", "QSortFilterProxyModel"}
    models |= {"QAbstractItemModel", "QAbstractTableModel", "QAbstractListModel"}
    qt = set(models)
    while more := {name for name, parents in bases.items() if parents & models} - models:
        models |= more
    parents_of_models = {parent for name in models & bases.keys() for parent in bases[name]}
    return models - qt - parents_of_models


def _last_name(node: ast.expr) -> str:
    """`Qt.Thing[int]` -> `Thing`."""
    match node:
        case ast.Subscript(value=value):
            return _last_name(value)
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def test_item_models_are_recognised():
    code = """
class Lines(QAbstractTableModel, Generic[T]): ...
class Rooms(Lines[Room]): ...
class Tree(QtCore.QAbstractItemModel): ...
class Proxy(QSortFilterProxyModel): ...
class Plain(QObject): ...
"""
    assert _item_models((ast.parse(code),)) == {"Rooms", "Tree", "Proxy"}
