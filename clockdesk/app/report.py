"""A fault of the program in words that may be sent to whoever makes it: where it happened, and nothing of any guest.

File names, line numbers, functions and the kinds of errors; no values, no messages (an error's message may quote a
name or an answer of the service), no paths of this computer.
"""

from __future__ import annotations

import platform
import re
import sys
import traceback
from typing import TYPE_CHECKING

from clockdesk import __version__

if TYPE_CHECKING:
    from datetime import datetime

MOST_STEPS = 40
"""Of one traceback: the last are those that tell."""
_MOST_CAUSES = 8
_QUOTED_FILE = re.compile(r'File "([^"\n]*)"')
_FAULT_LINE = re.compile(
    r"(?:Fatal Python error: [\w .:-]{1,80}|Windows fatal exception: [\w -]{1,60}"
    r"|(?:Current thread|Thread) 0x[0-9a-f]+(?: \[[^\]\n]{0,32}\])? \(most recent call first\):"
    r'|  File "[^"\n]*", line \d+ in [\w.<>]{1,80}|  <no Python frame>|  \.\.\.)'
)


def report(error: BaseException, at: datetime, where: str = "") -> str:
    """The whole text for a fault; `where`: what was being done, in words of the program's own."""
    return "\n".join([*_head(at, "A fault of the program"), *([f"While: {where}"] if where else []), "", trace(error)])


def fault_report(text: str, at: datetime) -> str:
    """The same for what `faulthandler` left behind when the process was ended; foreign lines are left out."""
    lines = [line for line in text.splitlines() if _FAULT_LINE.fullmatch(line)]
    body = "\n".join(_QUOTED_FILE.sub(lambda found: f'File "{short(found[1])}"', line) for line in lines)
    return "\n".join([*_head(at, "The program was ended by a fault, found at this start"), "", body])


def trace(error: BaseException) -> str:
    """Traceback without messages and values; causes first, as Python prints them."""
    chain: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in chain and len(chain) < _MOST_CAUSES:
        chain.append(one)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return "\n\n".join(_one(each) for each in reversed(chain))


def _one(error: BaseException) -> str:
    steps = traceback.extract_tb(error.__traceback__)[-MOST_STEPS:]
    lines = [f'  File "{short(step.filename)}", line {step.lineno}, in {step.name}' for step in steps]
    kind = type(error)
    lines.append(kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}")
    if isinstance(error, BaseExceptionGroup):
        lines += [f"  with {part}" for part in map(_kind, error.exceptions[:MOST_STEPS])]
    return "\n".join(lines)


def _kind(error: BaseException) -> str:
    return type(error).__qualname__


def short(path: str) -> str:
    """A file's name without what is this computer's: below the package, the library or alone."""
    parts = path.replace("\\", "/").split("/")
    for root in ("site-packages", "dist-packages"):
        if root in parts:
            return "/".join(parts[len(parts) - parts[::-1].index(root) :])
    if "clockdesk" in parts[:-1]:
        return "/".join(parts[len(parts) - 1 - parts[::-1].index("clockdesk") :])
    return parts[-1]


def _head(at: datetime, title: str) -> list[str]:
    qt = sys.modules.get("PySide6")
    versions = f"Python {platform.python_version()}" + (f", Qt {qt.__version__}" if qt is not None else "")
    kind = "installed" if getattr(sys, "frozen", False) else "run from source"
    system = f"{platform.system()} {platform.release()} {platform.machine()}".strip()
    return [f"ClockDesk {__version__} ({kind}). {title}.", f"{versions}; {system}", f"{at:%Y-%m-%d %H:%M} UTC"]
