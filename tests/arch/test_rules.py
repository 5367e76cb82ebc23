"""No module does what is known to go wrong; and each rule is shown to find what it is meant to find."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from tests.arch import tree
from tests.arch.rules import Rule, blocking_sleeps, floats, lost_tasks, money_as_float, nested_loops

if TYPE_CHECKING:
    from pathlib import Path

PLANTED: list[tuple[Rule, str]] = [
    (nested_loops, "dialog.exec()"),
    (nested_loops, "menu.exec_(point)"),
    (nested_loops, "QApplication.processEvents()"),
    (nested_loops, "from PySide6.QtWidgets import QMessageBox as Box\nBox.question(None, 'a', 'b')"),
    (nested_loops, "from PySide6 import QtWidgets\nQtWidgets.QMessageBox.information(None, 'a', 'b')"),
    (nested_loops, "QFileDialog.getSaveFileName()"),
    (lost_tasks, "import asyncio\nasyncio.create_task(work())"),
    (lost_tasks, "import asyncio as aio\naio.ensure_future(work())"),
    (lost_tasks, "from asyncio import create_task as start\nstart(work())"),
    (lost_tasks, "asyncio.get_running_loop().create_task(work())"),
    (lost_tasks, "self._loop.create_task(work())"),
    (blocking_sleeps, "import time\ntime.sleep(1)"),
    (blocking_sleeps, "from time import sleep\ndef f():\n    sleep(1)"),
    (floats, "x = float('1.5')"),
    (floats, "x = 1.5"),
    (floats, "x = a / 100"),
    (floats, "x /= 100"),
    (floats, "def f(x: float) -> None: ..."),
    (money_as_float, "units = row.value_cents / 100"),
    (money_as_float, "if balance > 0.5:\n    pass"),
    (money_as_float, "def total(amount: float) -> int: ..."),
    (money_as_float, "x = float(row['price_cents'])"),
    (money_as_float, "def price(row) -> float: ..."),
    (money_as_float, "try:\n    x = balance * 1.5\nexcept ValueError:\n    pass"),
    (money_as_float, "match x:\n    case 1:\n        y = balance * 1.5"),
    (money_as_float, "money /= 100"),
    (money_as_float, "price: float | None = None"),
    (money_as_float, "SCHEMA = '''CREATE TABLE folio (\n    id INTEGER,\n    balance_cents REAL\n) STRICT'''"),
    (money_as_float, "class Row:\n    def f(self):\n        return self.balance * 1.2"),
]
INNOCENT: list[tuple[Rule, str]] = [
    (nested_loops, "exec('x = 1')\ndialog.open()\nconnection.execute('select 1')"),
    (nested_loops, "log.warning('x')\nself.question('?')"),
    (lost_tasks, "async with asyncio.TaskGroup() as group:\n    group.create_task(work())"),
    (lost_tasks, "tasks.spawn(work(), 'name')"),
    (blocking_sleeps, "await clock.sleep(1)\nawait asyncio.sleep(1)"),
    (floats, "x = a // 100 + 5\ny = 'a 1.5 / 2'"),
    (money_as_float, "delay = 0.5 * tries\nrate = float(seconds)"),
    (money_as_float, "units = Decimal(row.value_cents) / subunits(row.currency)"),
    (money_as_float, "if balance:\n    await clock.sleep(0.5)"),
    (money_as_float, "SCHEMA = 'CREATE TABLE t (seen REAL, balance_cents INTEGER) STRICT'"),
    (money_as_float, '"""The price is never 0.5 of a float."""'),
]


def _found(rule: Rule, paths: list[Path]) -> list[str]:
    return [f"{tree.shown(path)}:{line}: {what}" for path in paths for line, what in rule(tree.parsed(path))]


@pytest.mark.parametrize(("rule", "code"), PLANTED)
def test_the_rule_bites(rule, code):
    assert list(rule(ast.parse(code)))


@pytest.mark.parametrize(("rule", "code"), INNOCENT)
def test_the_rule_lets_innocent_code_be(rule, code):
    wrapped = (
        code if "await" not in code and "async" not in code else "async def f():\n    " + code.replace("\n", "\n    ")
    )
    assert not list(rule(ast.parse(wrapped)))


def test_no_second_event_loop_is_ever_started():
    assert not _found(nested_loops, tree.within(""))


def test_every_task_starts_through_the_registry():
    registry = tree.PACKAGE / "domain" / "tasks.py"
    assert not _found(lost_tasks, [path for path in tree.within("") if path != registry])
    assert len(list(lost_tasks(tree.parsed(registry)))) == 1


def test_nothing_sleeps_on_the_loop():
    assert not _found(blocking_sleeps, tree.within(""))


def test_money_knows_no_float():
    assert not _found(floats, [tree.PACKAGE / "domain" / "money.py"])


def test_no_amount_becomes_a_float_on_its_way():
    assert not _found(money_as_float, tree.within("domain", "api", "store", "sync", "office"))
