"""The commands that set ClockDesk up: run to their end without a terminal, and asked why when they fail.

For `bootstrap.py`: standard library only, and no syntax newer than Python 3.8.
"""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent


class SetupError(Exception):
    """A failure, told in one line that says what to do next."""


def complaints(output: str, mark: str) -> list[str]:
    """The lines that start with the mark (pip draws frames around some), without it; else the last line at all."""
    lines = [line.strip(" |\u2502\t") for line in output.splitlines()]
    marked = [line[len(mark) :] for line in lines if line.startswith(mark)]
    return marked or [line for line in lines if line][-1:] or ["it did not say why"]


def finish(
    command: Sequence[str],
    extra_env: Mapping[str, str] | None = None,
    *,
    each_line: Callable[[str], None] | None = None,
) -> tuple[int, str]:
    """Runs a command in the checkout to its end, without a terminal; its status and all it said."""
    said = []
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**child_env(), **(extra_env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,  # Ctrl-C is ours to pass on: straight from the terminal it would break dpkg off
    ) as process:
        try:
            for line in process.stdout or ():
                said.append(line)
                if each_line:
                    each_line(line)
        except KeyboardInterrupt:  # asked, apt-get stops at a sound place; until then nothing of ours is put back
            process.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGINT)
            process.wait()
            raise
    return process.returncode, "".join(said)


def succeed(command: Sequence[str], failure: str) -> None:
    """Runs a command that must succeed."""
    status, output = finish(command)
    if status != 0:
        raise SetupError(f"{failure}: {complaints(output, 'Error: ')[-1]}")


def child_env() -> dict[str, str]:
    """The environment of what runs in .venv: without what would lead its Python elsewhere."""
    return {name: value for name, value in os.environ.items() if name not in {"PYTHONHOME", "PYTHONPATH"}}


def say(text: str) -> None:
    """One line of progress."""
    print(text, flush=True)
