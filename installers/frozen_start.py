"""Runs first in the frozen program (clockdesk.spec names it as runtime hook).

PyInstaller's starter points LD_LIBRARY_PATH at the program's folder. The program's own libraries find each other
without it, but what it starts (a PDF viewer, a browser) would load the program's libraries in place of its own. So the
variable goes back to what it was. And a second one of ourselves (the demo's hotel, the self-check's child) must set all
this up anew instead of taking itself for a part of the first.
"""

import os

_before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
if _before is not None:
    os.environ["LD_LIBRARY_PATH"] = _before
else:
    os.environ.pop("LD_LIBRARY_PATH", None)

os.environ["PYINSTALLER_RESET_ENVIRONMENT"] = "1"
