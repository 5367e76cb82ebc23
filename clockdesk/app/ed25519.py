"""Checks Ed25519 signatures (RFC 8032, section 5.1.7). It only checks: no secret is ever here, so time tells nothing.

The standard library has none, and a library for this alone would add megabytes to every package. Slow (milliseconds),
and asked once a day.
"""

from __future__ import annotations

import hashlib
from typing import Final, TypeAlias

_P: Final = 2**255 - 19
_ORDER: Final = 2**252 + 27742317777372353535851937790883648493
_D: Final = -121665 * pow(121666, -1, _P) % _P
_ROOT_OF_MINUS_ONE: Final = pow(2, (_P - 1) // 4, _P)
_SIZE: Final = 32

_Point: TypeAlias = tuple[int, int, int, int]
"""Extended homogeneous coordinates: x = X/Z, y = Y/Z, x * y = T/Z."""


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` (64 bytes) of `message` was made with the secret that belongs to `public` (32 bytes)."""
    if len(public) != _SIZE or len(signature) != 2 * _SIZE:
        return False
    owner, scalar = _point(public), int.from_bytes(signature[_SIZE:], "little")
    if owner is None or scalar >= _ORDER:  # a larger one would be a second signature of the same message
        return False
    head = signature[:_SIZE]
    challenge = int.from_bytes(hashlib.sha512(head + public + message).digest(), "little") % _ORDER
    x, y, z, t = owner
    minus: _Point = (-x % _P, y, z, -t % _P)
    return _bytes(_sum(_times(scalar, _BASE), _times(challenge, minus))) == head


def _sum(one: _Point, other: _Point) -> _Point:
    x1, y1, z1, t1 = one
    x2, y2, z2, t2 = other
    a, b = (y1 - x1) * (y2 - x2) % _P, (y1 + x1) * (y2 + x2) % _P
    c, d = 2 * t1 * t2 * _D % _P, 2 * z1 * z2 % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(scalar: int, point: _Point) -> _Point:
    total: _Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = _sum(total, point)
        point = _sum(point, point)
        scalar >>= 1
    return total


def _bytes(point: _Point) -> bytes:
    x, y, z, _ = point
    inverse = pow(z, -1, _P)
    x, y = x * inverse % _P, y * inverse % _P
    return (y | (x & 1) << 255).to_bytes(_SIZE, "little")


def _point(encoded: bytes) -> _Point | None:
    """The point on the curve, or None where the bytes are none."""
    whole = int.from_bytes(encoded, "little")
    y, sign = whole & (2**255 - 1), whole >> 255
    if y >= _P:
        return None
    squared = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(squared, (_P + 3) // 8, _P)
    if (x * x - squared) % _P:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if (x * x - squared) % _P or (not x and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return x, y, 1, x * y % _P


_Y: Final = 4 * pow(5, -1, _P) % _P
_found = _point(_Y.to_bytes(_SIZE, "little"))
assert _found is not None  # noqa: S101 (a constant of the curve)
_BASE: Final = _found
