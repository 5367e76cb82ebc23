"""Every colour and size of the program, as typed values read from a theme file's text."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, TypeVar, get_type_hints

from PySide6.QtGui import QColor

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """What things stand on, from the window up. In the dark theme a surface rises by getting lighter."""

    window: QColor
    panel: QColor
    raised: QColor
    sunken: QColor
    rail: QColor
    hover: QColor
    selected: QColor


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """Ink. `faint` is for what can't be used now; `on_accent` stands on `Accent.fill`."""

    normal: QColor
    muted: QColor
    faint: QColor
    on_accent: QColor


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Borders: `subtle` parts surfaces, `control` outlines what can be used, `focus` is the ring."""

    subtle: QColor
    control: QColor
    focus: QColor


@dataclass(frozen=True, slots=True, eq=False)
class Accent:
    """The one colour of the program itself. `text` is for accent-coloured words and marks on any surface."""

    fill: QColor
    hover: QColor
    pressed: QColor
    text: QColor


@dataclass(frozen=True, slots=True, eq=False)
class Tone:
    """One status colour: `fg` for words and marks (on `bg` and on every surface), `border` for outlines and fills."""

    fg: QColor
    bg: QColor
    border: QColor


@dataclass(frozen=True, slots=True, eq=False)
class Tones:
    """The status colours, each with its own name."""

    expected: Tone
    in_house: Tone
    checked_out: Tone
    canceled: Tone
    no_show: Tone
    clean: Tone
    inspect: Tone
    progress: Tone
    dirty: Tone
    out_of_service: Tone
    ok: Tone
    info: Tone
    warning: Tone
    danger: Tone
    neutral: Tone

    def __getitem__(self, name: str) -> Tone:
        """The tone of this name. Raises AttributeError for a name that is none of the fields."""
        tone = getattr(self, name)
        assert isinstance(tone, Tone)  # noqa: S101 (a promise to the type checker)
        return tone


@dataclass(frozen=True, slots=True)
class Sizes:
    """Lengths in device-independent pixels, on a grid of 8."""

    grid: int
    row: int
    row_compact: int
    row_touch: int
    control: int
    icon: int
    mark: int
    text_small: int
    text_body: int
    text_large: int
    radius_small: int
    radius: int
    radius_large: int
    rail: int
    drawer: int
    tile_width: int
    tile_height: int


@dataclass(frozen=True, slots=True)
class Motion:
    """Times in milliseconds."""

    glow: int
    slide: int
    notice: int


@dataclass(frozen=True, slots=True, eq=False)
class Theme:
    """One look of the program. Make it with `load_theme`."""

    name: str
    dark: bool
    surface: Surface
    text: Text
    line: Line
    accent: Accent
    glow: QColor
    tone: Tones
    size: Sizes
    motion: Motion


def load_theme(text: str) -> Theme:
    """Read a theme file (TOML). Raises ValueError naming the entry that is missing, unknown or not of its type."""
    return _read(Theme, tomllib.loads(text), "theme")


def _read(cls: type[T], table: Any, place: str) -> T:
    if not isinstance(table, dict):
        msg = f"{place} must be a table"
        raise ValueError(msg)  # noqa: TRY004 (a bad file, whatever its fault)
    hints = get_type_hints(cls)
    assert is_dataclass(cls)  # noqa: S101 (a promise to the type checker)
    names = [field.name for field in fields(cls)]
    if odd := sorted(set(table) - set(names)):
        msg = f"{place}.{odd[0]} is not known"
        raise ValueError(msg)
    if missing := [name for name in names if name not in table]:
        msg = f"{place}.{missing[0]} is missing"
        raise ValueError(msg)
    return cls(**{name: _value(hints[name], table[name], f"{place}.{name}") for name in names})


def _value(kind: Any, value: Any, place: str) -> Any:
    if kind is QColor:
        colour = QColor(value) if isinstance(value, str) else QColor()
        if not colour.isValid():
            msg = f"{place} is not a colour"
            raise ValueError(msg)
        return colour
    if is_dataclass(kind):
        assert isinstance(kind, type)  # noqa: S101 (a promise to the type checker)
        return _read(kind, value, place)
    if type(value) is not kind:
        msg = f"{place} must be {kind.__name__}"
        raise ValueError(msg)
    return value
