"""Secrets: in the system's keyring if it can be trusted, else in memory, and never anywhere else."""

from __future__ import annotations

import keyring
import pytest

from clockdesk.app.keys import LOCKED, MemorySecrets, SystemSecrets, store_key
from clockdesk.domain.errors import ErrorCode, KnownError
from tests.support import keyrings


@pytest.fixture
def using(monkeypatch, tmp_path):
    """Make a keyring the system's, with a home of its own."""
    monkeypatch.setenv("HOME", str(tmp_path))
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


async def test_secrets_are_kept_read_and_forgotten(using):
    using(keyrings.Good())
    secrets = SystemSecrets()
    assert await secrets.read("api:x") is None
    await secrets.write("api:x", "s3cret")
    assert await secrets.read("api:x") == "s3cret"
    assert await SystemSecrets().read("api:x") == "s3cret"
    for _ in range(2):
        await secrets.forget("api:x")
    assert await secrets.read("api:x") is None
    assert secrets.kept


async def test_the_key_of_a_copy_is_made_once(using):
    using(keyrings.Good())
    first = await store_key(SystemSecrets(), "x")
    assert first is not None
    assert len(first) == 32
    assert await store_key(SystemSecrets(), "x") == first
    assert await store_key(SystemSecrets(), "y") != first


@pytest.mark.parametrize("backend", [keyrings.InFile, keyrings.Chain])
async def test_without_a_keyring_to_trust_secrets_last_until_the_end(using, backend):
    using(backend())
    secrets = SystemSecrets()
    await secrets.write("api:x", "s3cret")
    assert await secrets.read("api:x") == "s3cret"
    assert not secrets.kept
    assert await store_key(secrets, "x") is None, "no file is written that nobody could open tomorrow"
    await secrets.forget("api:x")
    assert await secrets.read("api:x") is None
    assert await SystemSecrets().read("api:x") is None
    assert not keyrings.InFile().file.exists()


@pytest.mark.parametrize("backend", [keyrings.Locked, keyrings.Dismissed, keyrings.Silent])
async def test_a_keyring_that_does_not_answer_is_no_reason_to_forget(using, backend):
    using(keyrings.Good())
    await SystemSecrets().write("api:x", "s3cret")
    using(backend())
    secrets = SystemSecrets(seconds=0.5)
    for ask in (secrets.read("api:x"), secrets.write("api:x", "other"), store_key(secrets, "x")):
        with pytest.raises(KnownError) as caught:
            await ask
        assert (caught.value.code, str(caught.value)) == (ErrorCode.KEYRING, LOCKED)
        assert caught.value.__cause__ is None
    assert secrets.kept, "it is there, only locked"
    using(keyrings.Good())
    assert await secrets.read("api:x") in {"s3cret", "other"}


async def test_a_keyring_that_keeps_nothing_is_noticed(using):
    using(keyrings.Forgetful())
    with pytest.raises(KnownError, match="did not keep the key"):
        await SystemSecrets().write("api:x", "s3cret")


def test_names_alone_do_not_make_a_keyring_trusted():
    from clockdesk.app.keys import _is_trusted

    class Copycat(keyrings.InFile):
        __module__ = "keyring.backends.SecretServiceButInAFile"

    class Elsewhere(keyrings.InFile):
        __module__ = "keyrings.alt.backends.SecretService"

    assert [_is_trusted(backend) for backend in (keyrings.Good(), Copycat(), Elsewhere())] == [True, False, False]


async def test_memory():
    secrets = MemorySecrets()
    await secrets.write("a", "b")
    assert await secrets.read("a") == "b"
    await secrets.forget("a")
    assert await secrets.read("a") is None
    assert await store_key(secrets, "a") is None
