"""Fuzzing by coverage: `python -m tests.safety.fuzz TARGET [libFuzzer's options]`, with atheris installed by hand.

Not part of the suite: atheris has wheels for few Pythons, and hypothesis goes through the same doors in every run. What
is found goes into `corpus`.
"""

from __future__ import annotations

import importlib
import sys
import tempfile
from pathlib import Path


def main() -> None:
    """Fuzz one target until something gets out, or for as long as libFuzzer's options say (-max_total_time=60)."""
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["clockdesk"]):
        targets = importlib.import_module("tests.safety.targets")
    corpus = importlib.import_module("tests.safety.corpus")
    name, *options = sys.argv[1:]
    folder = Path(tempfile.mkdtemp(prefix=f"fuzz-{name}-"))
    for number, data in enumerate(corpus.of(name)):
        (folder / str(number)).write_bytes(data)
    atheris.Setup([sys.argv[0], *options, str(folder)], lambda data: targets.run(name, data))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
