"""The store's key made from an API key, for machines without a keyring (design, section 6)."""

from __future__ import annotations

import hashlib
import hmac

KEY_BYTES = 32
_PURPOSE = b"clockdesk store key 1"


def hkdf_sha256(secret: bytes, salt: bytes, purpose: bytes, length: int) -> bytes:
    """HKDF with SHA-256 (RFC 5869): extract, then expand to `length` bytes."""
    extracted = hmac.digest(salt or bytes(hashlib.sha256().digest_size), secret, "sha256")
    made, block = b"", b""
    for counter in range(1, -(-length // hashlib.sha256().digest_size) + 1):
        block = hmac.digest(extracted, block + purpose + bytes([counter]), "sha256")
        made += block
    return made[:length]


def derive_key(api_key: str, account: str) -> bytes:
    """The 32-byte store key for one account's address (`host/subscription/account`).

    The API key is a long random secret, so no slow derivation is needed; the same key and address always give the
    same store key, which lets `sync` and a later `query` share a copy.
    """
    return hkdf_sha256(api_key.encode(), account.encode(), _PURPOSE, KEY_BYTES)
