"""The derived key is HKDF-SHA256, checked against the RFC's own vectors."""

from __future__ import annotations

import pytest

from clockdesk.store.derive import derive_key, hkdf_sha256

VECTORS = [  # RFC 5869, appendix A, test cases 1 to 3
    (
        b"\x0b" * 22, bytes(range(13)), bytes(range(0xF0, 0xFA)), 42,
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    ),
    (
        bytes(range(80)), bytes(range(0x60, 0xB0)), bytes(range(0xB0, 0x100)), 82,
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
        "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
    ),
    (
        b"\x0b" * 22, b"", b"", 42,
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("secret", "salt", "purpose", "length", "expected"), VECTORS)
def test_vectors(secret, salt, purpose, length, expected):
    assert hkdf_sha256(secret, salt, purpose, length).hex() == expected


def test_one_key_for_each_secret_and_account():
    keys = {
        derive_key(secret, account)
        for secret in ("s3cret", "s3cret ", "ключ")
        for account in ("sky-eu1.example/1/2", "sky-eu1.example/1/3")
    }
    assert len(keys) == 6
    assert {len(key) for key in keys} == {32}
    assert derive_key("s3cret", "a") == derive_key("s3cret", "a")
