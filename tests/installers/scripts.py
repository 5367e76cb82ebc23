"""The installers' scripts as modules: they lie beside each other and import each other by their bare names."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

INSTALLERS = Path(__file__).parents[2] / "installers"


def script(name: str) -> ModuleType:
    """One of them."""
    if str(INSTALLERS) not in sys.path:
        sys.path.append(str(INSTALLERS))
    return importlib.import_module(name)
