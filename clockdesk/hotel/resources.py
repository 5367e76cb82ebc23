"""The demo hotel's data files: where they are and how they are read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def data_folder(given: Path | None = None) -> Path:
    """The folder with the hotel's data: the one given, else the installed one, else the one of this checkout.

    Raises:
        FileNotFoundError: none of them is there.
    """
    package = Path(__file__).resolve().parent.parent
    places = [given] if given else [package / "resources" / "hotel", package.parent / "resources" / "hotel"]
    for place in places:
        if (place / "hotel.json").is_file():
            return place
    raise FileNotFoundError(f"the embedded hotel's data is missing; looked in {', '.join(map(str, places))}")


def read_data(folder: Path, name: str) -> dict[str, Any]:
    """One data file of the hotel."""
    loaded: dict[str, Any] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return loaded
