"""Signatures: the RFC's own examples, another implementation's, and what must not pass."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from clockdesk.app.ed25519 import is_signed

RFC_8032 = [  # section 7.1: public key, message, signature
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
]
ORDER = 2**252 + 27742317777372353535851937790883648493


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_the_rfc_s_examples(public, message, signature):
    said = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
    assert is_signed(*said)
    assert not is_signed(said[0], said[1] + b"\0", said[2])


@settings(max_examples=25)
@given(st.binary(max_size=200), st.integers(0, 511))
def test_another_implementation_signs_and_one_bit_spoils_it(message, place):
    secret = Ed25519PrivateKey.from_private_bytes(b"clockdesk test key, not a secret")
    public, signature = secret.public_key().public_bytes_raw(), secret.sign(message)
    assert is_signed(public, message, signature)
    spoilt = bytearray(signature)
    spoilt[place // 8] ^= 1 << place % 8
    assert not is_signed(public, message, bytes(spoilt))


def test_what_must_not_pass():
    public, message, signature = (bytes.fromhex(part) for part in RFC_8032[1])
    again = int.from_bytes(signature[32:], "little") + ORDER
    assert not is_signed(public, message, signature[:32] + again.to_bytes(32, "little")), "a second form of the same"
    assert not is_signed(bytes.fromhex(RFC_8032[0][0]), message, signature)
    assert not is_signed(public, message, signature[:63])
    assert not is_signed(public[:31], message, signature)
    assert not is_signed(b"\xff" * 32, message, signature), "no point of the curve"
    assert not is_signed((2).to_bytes(32, "little"), message, signature), "no point of the curve"
