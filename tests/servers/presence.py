"""Which third-party servers are here, and what that means for the tests that need them.

They come from Debian; `installers/bootstrap.py test --servers` brings them (always when CI is set). Where they are, the
tests run. Where they are not, CI fails, and a person's run leaves the tests out and says so.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.installers.scripts import script

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

SERVERS: Sequence[tuple[str, str]] = script("needs").SERVERS
in_ci: Callable[[Mapping[str, str]], bool] = script("bootstrap").in_ci


def missing(packages: Sequence[str], exists: Callable[[str], bool] = lambda path: Path(path).exists()) -> list[str]:
    """Those of the Debian packages that are not here."""
    files = {package: path for path, package in SERVERS}
    return [package for package in packages if not exists(files[package])]


def must_run(env: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Whether a missing server is a failure. The packages are Debian's: elsewhere nothing can bring them."""
    return in_ci(env) and platform.startswith("linux")
