"""What the computer's environment says of the way out, and how it is told when that can't be used."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import sys

import certifi
import pytest

from clockdesk.api.address import BaseUrl
from clockdesk.api.environment import check_certificates, system_proxy
from clockdesk.api.gate import Gate, Lane
from clockdesk.api.timeclock import TimeClock
from clockdesk.api.transport import Line
from clockdesk.app.clock import SystemClock
from clockdesk.domain.errors import ErrorCode, KnownError
from clockdesk.domain.tasks import Tasks
from tests.api.conftest import KEY, USER
from tests.support.serving import Serving

SERVICE = "https://sky-eu1.clock-software.com"
SECRET = "pr0xy-s3cret"
NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE")


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch):
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@contextlib.asynccontextmanager
async def line():
    clock, tasks = SystemClock(), Tasks()
    made = Line(BaseUrl.parse(f"{SERVICE}/1/2"), USER, KEY, Gate(clock, 100), clock, tasks)
    try:
        yield made
    finally:
        await made.close()
        await tasks.stop()


async def told_by(made) -> KnownError:
    """What a read on this line says."""
    with pytest.raises(KnownError) as caught:
        await made.get("rooms", lane=Lane.PERSON)
    return caught.value


def test_the_systems_proxy(monkeypatch):
    assert system_proxy(SERVICE) is None
    monkeypatch.setenv("https_proxy", "proxy.hotel.example:3128")
    assert system_proxy(SERVICE).url == "http://proxy.hotel.example:3128"
    assert system_proxy("http://mbrocker.clock-software.com") is None
    assert system_proxy("https://127.0.0.1:8017") is None, "never for this machine"
    monkeypatch.setenv("no_proxy", "clock-software.com")
    assert system_proxy(SERVICE) is None


def test_a_desktop_s_socks_for_all_programs_is_passed_over(monkeypatch):
    monkeypatch.setenv("all_proxy", "socks://127.0.0.1:1080/")
    assert system_proxy(SERVICE) is None
    monkeypatch.setenv("https_proxy", "http://proxy.hotel.example:3128")
    assert system_proxy(SERVICE).url == "http://proxy.hotel.example:3128"


BROKEN = {
    "no port": (f"http://desk:{SECRET}@proxy.hotel.example:notaport", "it is no address such as"),
    "a port there can't be": (f"http://desk:{SECRET}@proxy.hotel.example:99999", "it is no address such as"),
    "no host": ("http://", "it is no address such as"),
    "half a bracket": ("http://[::1", "it is no address such as"),
    "a host no name can be": (f"http://desk:{SECRET}@proxy..hotel.example{'.x' * 200}\x7f:3128", "it is no address"),
    "a slash in the password": (f"http://desk:/{SECRET}@proxy.hotel.example:3128", "it is no address such as"),
    "a hash in the user": (f"http://{SECRET}#@proxy.hotel.example:3128", "it is no address such as"),
    "another kind": (f"ftp://desk:{SECRET}@proxy.hotel.example:21", "ClockDesk goes through proxies"),
    "socks for this alone": (
        f"socks5://desk:{SECRET}@proxy.hotel.example:1080",
        "ClockDesk goes through proxies",
    ),
}


@pytest.mark.parametrize(("value", "why"), BROKEN.values(), ids=BROKEN.keys())
async def test_a_proxy_setting_that_can_t_be_used(monkeypatch, caplog, value, why):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("HTTPS_PROXY", value)
    async with line() as made:
        made.prepare()  # whoever prepares is troubled with nothing
        errors = [await told_by(made)]
        with pytest.raises(KnownError) as caught:
            await made.open_polls().poll(f"{SERVICE}/channel", {}, 1)
        errors.append(caught.value)
    tasks = Tasks()
    time_clock = TimeClock("https://time.hotel.example", "11111111-2222-3333-4444-555555555555", SystemClock(), tasks)
    with pytest.raises(KnownError) as caught:
        await time_clock.shift_types()
    errors.append(caught.value)
    await time_clock.close()
    await tasks.stop()
    for error in errors:
        assert error.code is ErrorCode.OFFLINE
        assert str(error).startswith(f"The proxy setting HTTPS_PROXY of this computer can't be used: {why}")
        assert str(error).endswith(". Ask IT to correct it.")
        assert SECRET not in f"{error} {error.detail} {error.__cause__}"
    assert SECRET not in caplog.text


async def test_a_write_on_no_line_is_known_not_to_have_happened(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "ftp://proxy:1")
    async with line() as made:
        with pytest.raises(KnownError, match="HTTPS_PROXY") as caught:
            await made.put("rooms/1", b"{}", lane=Lane.PERSON)
    assert caught.value.code is ErrorCode.OFFLINE


async def test_a_setting_that_is_put_right_is_used_without_a_new_start(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "ftp://proxy:1")
    async with line() as made:
        assert "HTTPS_PROXY" in str(await told_by(made))
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
        assert str(await told_by(made)).startswith("No connection to the proxy 127.0.0.1.")


async def test_a_proxy_nobody_knows_is_told_by_its_name(monkeypatch):
    async def nowhere(host, *_, **__):
        assert host == b"nonsense"
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", nowhere)
    monkeypatch.setenv("HTTPS_PROXY", "nonsense")
    async with line() as made:
        error = await told_by(made)
    assert error.code is ErrorCode.OFFLINE
    said = "can't be used: there is no proxy named nonsense, or no network. Ask IT to correct it."
    assert str(error) == f"The proxy setting HTTPS_PROXY of this computer {said}"


async def test_a_proxy_that_is_not_there_names_the_setting(monkeypatch):
    monkeypatch.setenv("all_proxy", f"http://desk:{SECRET}@127.0.0.1:9")
    async with line() as made:
        error = await told_by(made)
    assert str(error) == (
        "No connection to the proxy 127.0.0.1. Check the network; if other programs have it, ask IT to correct the "
        "proxy setting all_proxy of this computer."
    )


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "does not let ClockDesk through (it answers 407)."),
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", "does not let ClockDesk through (it answers 403)."),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "does not let ClockDesk through."),
        (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", "No connection to sky-eu1.clock-software.com. Check the network."),
    ],
)
async def test_a_proxy_that_opens_no_way(monkeypatch, reply, said):
    async def refuse(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(reply)

    async with Serving(refuse) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("://", f"://desk:{SECRET}@"))
        async with line() as made:
            error = await told_by(made)
    assert error.code is ErrorCode.OFFLINE
    assert said in str(error)
    assert ("Ask IT to correct the proxy setting HTTPS_PROXY" in str(error)) is str(error).startswith("The proxy 127")


UNREADABLE = {
    "not there": (lambda folder: folder / "gone.pem", "there is no such file"),
    "a folder": (lambda folder: folder, "it can't be read"),
    "no certificate": (lambda folder: folder / "empty.pem", "it holds no certificate in PEM form"),
}


@pytest.mark.parametrize(("where", "why"), UNREADABLE.values(), ids=UNREADABLE.keys())
async def test_a_file_of_certificates_that_can_t_be_used(monkeypatch, tmp_path, where, why):
    (tmp_path / "empty.pem").write_text("no certificate")
    monkeypatch.setenv("SSL_CERT_FILE", str(where(tmp_path)))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    async with line() as made:
        error = await told_by(made)
    assert error.code is ErrorCode.TLS
    assert str(error) == (
        f"The file of certificates that SSL_CERT_FILE names on this computer can't be used: {why}. "
        "Ask IT to correct the setting."
    )
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(sys, "platform", "win32")
        check_certificates()  # it has a trust store of its own


def test_a_file_of_certificates_that_can_be_used(monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", certifi.where())
    check_certificates()
