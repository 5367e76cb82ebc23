"""What no module may do, as walks over its syntax tree. Each rule yields (line, what it found)."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

Offence: TypeAlias = tuple[int, str]
Rule: TypeAlias = Callable[[ast.Module], Iterator[Offence]]

_NESTED_LOOPS = {"exec", "exec_", "processEvents"}
_DIALOG_STATICS = {
    "QMessageBox": {"information", "warning", "critical", "question", "about", "aboutQt"},
    "QFileDialog": {"getOpenFileName", "getOpenFileNames", "getSaveFileName", "getExistingDirectory"},
    "QInputDialog": {"getText", "getMultiLineText", "getInt", "getDouble", "getItem"},
    "QColorDialog": {"getColor"},
    "QFontDialog": {"getFont"},
}
_LOST_TASKS = {"asyncio.create_task", "asyncio.ensure_future", "asyncio.tasks.create_task"}
_BLOCKING = {"time.sleep"}
_MONEY_WORD = re.compile(r"cents|money|price|balance|amount|currenc|minor|sub_?unit|(^|_)vat($|_)", re.IGNORECASE)
_SQL_FLOAT = re.compile(r"\b(REAL|FLOAT|DOUBLE)\b", re.IGNORECASE)


def nested_loops(tree: ast.Module) -> Iterator[Offence]:
    """Calls that spin a second event loop inside the first: everything awaited then runs in a strange order."""
    for call, name in _calls(tree):
        owner, _, method = name.rpartition(".")
        if method in _NESTED_LOOPS and isinstance(call.func, ast.Attribute):
            yield call.lineno, f".{method}()"
        elif method in _DIALOG_STATICS.get(owner.rpartition(".")[2], ()):
            yield call.lineno, f"{name}()"


def lost_tasks(tree: ast.Module) -> Iterator[Offence]:
    """Tasks that nobody keeps. A loop's own `create_task` counts too; a TaskGroup's does not."""
    for call, name in _calls(tree):
        owner, _, method = name.rpartition(".")
        if name in _LOST_TASKS or (method == "create_task" and re.search(r"loop(\(\))?$", owner)):
            yield call.lineno, f"{name}()"


def blocking_sleeps(tree: ast.Module) -> Iterator[Offence]:
    """Sleeps that stop the whole loop."""
    for call, name in _calls(tree):
        if name in _BLOCKING:
            yield call.lineno, f"{name}()"


def floats(tree: ast.Module) -> Iterator[Offence]:
    """Any float at all: a literal, the name, a true division."""
    for node in ast.walk(tree):
        if found := _float_in(node):
            yield getattr(node, "lineno", 0), found


def money_as_float(tree: ast.Module) -> Iterator[Offence]:
    """A float in the same statement as something named after money, or a REAL column beside one."""
    for statement in _statements(tree):
        nodes = [statement, *(node for part in _own_parts(statement) for node in ast.walk(part))]
        if any(_MONEY_WORD.search(word) for node in nodes for word in _words(node)):
            yield from ((getattr(node, "lineno", 0), found) for node in nodes if (found := _float_in(node)))
        texts = (node for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
        for text in texts:
            columns = re.split(r"[\n,]", str(text.value))
            yield from ((text.lineno, c.strip()) for c in columns if _SQL_FLOAT.search(c) and _MONEY_WORD.search(c))


def _float_in(node: ast.AST) -> str:
    """How this one node makes a float; empty when it does not. Decimal(..) / n is exact and allowed."""
    match node:
        case ast.Constant(value=float()):
            return f"{node.value!r}"
        case ast.Name(id="float"):
            return "float"
        case ast.BinOp(op=ast.Div(), left=ast.Call(func=ast.Name(id="Decimal"))):
            return ""
        case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
            return "/"
    return ""


def _statements(tree: ast.Module) -> Iterator[ast.stmt]:
    """Every statement but docstrings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            yield node


def _own_parts(statement: ast.stmt) -> list[ast.AST]:
    """What a statement is made of, without the statements inside it (the test of an `if`, a function's signature)."""
    inner = ast.stmt | ast.match_case | ast.ExceptHandler
    return [child for child in ast.iter_child_nodes(statement) if not isinstance(child, inner)]


def _words(node: ast.AST) -> Iterator[str]:
    """The names a node brings in, and the words of its strings' keys."""
    match node:
        case ast.Name(id=word) | ast.Attribute(attr=word) | ast.arg(arg=word) | ast.keyword(arg=str(word)):
            yield word
        case ast.FunctionDef(name=word) | ast.AsyncFunctionDef(name=word):
            yield word
        case ast.Constant(value=str(text)) if text.isidentifier():
            yield text


def _calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str]]:
    """Every call with the dotted name of what it calls, as far as the module's imports tell."""
    known = _imported(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, _dotted(node.func, known)


def _imported(tree: ast.Module) -> dict[str, str]:
    """Local name -> full name, for every import anywhere in the module."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            known.update({alias.asname: alias.name for alias in node.names if alias.asname})
        elif isinstance(node, ast.ImportFrom) and node.module:
            known.update({alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names})
    return known


def _dotted(node: ast.expr, known: dict[str, str]) -> str:
    match node:
        case ast.Name(id=name):
            return known.get(name, name)
        case ast.Attribute(value=value, attr=attr):
            return f"{_dotted(value, known)}.{attr}"
        case ast.Call(func=func):
            return f"{_dotted(func, known)}()"
    return "?"
