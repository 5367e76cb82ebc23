"""Through a proxy, and trusting an authority of the hotel's own: real ones on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from clockdesk.api.address import BaseUrl
from clockdesk.api.gate import Gate, Lane
from clockdesk.api.route import Route
from clockdesk.api.timeclock import TimeClock
from clockdesk.api.transport import Line
from clockdesk.app.clock import SystemClock
from clockdesk.domain.errors import ErrorCode, KnownError, UserError
from clockdesk.domain.tasks import Tasks
from tests.api.conftest import KEY, USER
from tests.support.scripted import Reply, Scripted
from tests.support.serving import Serving

HOST = "clock.hotel.example"
TIME_CLOCK_KEY = "11111111-2222-3333-4444-555555555555"


class Proxy:
    """A forward proxy: CONNECT and plain requests, all of them to one server here."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked: list[str] = []

    async def __aenter__(self):
        self._serving = await Serving(self._serve).__aenter__()
        self.url = self._serving.url
        return self

    async def __aexit__(self, *_):
        await self._serving.__aexit__()

    async def _serve(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        line = head.split(b"\r\n")[0].decode()
        self.asked.append(line)
        there, away = await asyncio.open_connection("127.0.0.1", self.port)
        with contextlib.closing(away):
            if line.startswith("CONNECT "):
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                away.write(head)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pump(reader, away))
                group.create_task(self._pump(there, writer))

    @staticmethod
    async def _pump(source, target):
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                target.write(data)
                await target.drain()
            target.close()


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    """An authority of the hotel's own, and a server's certificate from it: (CA file, server context)."""
    folder, born = tmp_path_factory.mktemp("ca"), dt.datetime(2026, 1, 1, tzinfo=dt.UTC)

    def made(subject, issuer, key, signer, *more):
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(born)
        builder = builder.not_valid_after(born + dt.timedelta(days=3650))
        for extension, critical in more:
            builder = builder.add_extension(extension, critical)
        return builder.sign(signer, hashes.SHA256())

    def named(name):
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])

    root, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca = made(named("Hotel CA"), named("Hotel CA"), root, root, (x509.BasicConstraints(ca=True, path_length=0), True))
    names = x509.SubjectAlternativeName([x509.DNSName(HOST)])
    own = made(named(HOST), named("Hotel CA"), key, root, (names, False))
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(ca.public_bytes(pem))
    plain = (pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "server.pem").write_bytes(own.public_bytes(pem) + key.private_bytes(*plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return folder / "ca.pem", context


@contextlib.asynccontextmanager
async def line_on(route, origin):
    clock, tasks = SystemClock(), Tasks()
    line = Line(BaseUrl.parse(f"{origin}/111/222"), USER, KEY, Gate(clock, 100), clock, tasks, route=route)
    try:
        yield line
    finally:
        await line.close()
        await tasks.stop()


def port_of(server):
    return int(server.url.rpartition(":")[2])


async def test_through_a_proxy_to_a_server_of_the_hotel_s_own_authority(authority):
    ca, context = authority
    async with Scripted(lambda _: Reply(body=b"{}"), tls=context) as server, Proxy(port_of(server)) as proxy:
        async with line_on(Route(proxy.url, str(ca)), f"https://{HOST}") as line:
            assert (await line.get("rooms", lane=Lane.PERSON)).status == 200
            polls = line.open_polls()
            assert (await polls.poll(f"https://{HOST}/channel", {}, 5)).status == 200
        assert proxy.asked == [f"CONNECT {HOST}:443 HTTP/1.1"] * 2
        assert [asked.path for asked in server.asked] == ["/pms_api/111/222/rooms", "/channel"]


async def test_the_time_clock_takes_the_same_way(authority):
    ca, context = authority
    body = json.dumps({"data": [{"id": "1", "label": "Day"}], "success": True}).encode()
    async with Scripted(lambda _: Reply(body=body), tls=context) as server, Proxy(port_of(server)) as proxy:
        tasks = Tasks()
        clock = TimeClock(f"https://{HOST}", TIME_CLOCK_KEY, SystemClock(), tasks, route=Route(proxy.url, str(ca)))
        await clock.shift_types()
        await clock.close()
        await tasks.stop()
        assert proxy.asked == [f"CONNECT {HOST}:443 HTTP/1.1"]


async def test_without_the_authority_nothing_is_trusted(authority):
    _, context = authority
    async with Scripted(lambda _: Reply(body=b"{}"), tls=context) as server, Proxy(port_of(server)) as proxy:
        async with line_on(Route(proxy.url), f"https://{HOST}") as line:
            with pytest.raises(KnownError) as caught:
                await line.get("rooms", lane=Lane.PERSON)
        assert caught.value.code is ErrorCode.TLS
        assert server.asked == []


async def test_the_authority_is_no_pass_for_another_name(authority):
    ca, context = authority
    async with Scripted(lambda _: Reply(body=b"{}"), tls=context) as server, Proxy(port_of(server)) as proxy:
        async with line_on(Route(proxy.url, str(ca)), "https://other.hotel.example") as line:
            with pytest.raises(KnownError) as caught:
                await line.get("rooms", lane=Lane.PERSON)
        assert caught.value.code is ErrorCode.TLS


async def test_a_proxy_that_is_not_there_is_a_line_that_is_not_there():
    async with line_on(Route("http://127.0.0.1:9"), f"https://{HOST}") as line:
        with pytest.raises(KnownError) as caught:
            await line.get("rooms", lane=Lane.PERSON)
    assert caught.value.code is ErrorCode.OFFLINE


async def test_none_means_none_and_this_machine_is_never_proxied(monkeypatch):
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    assert Route().proxy_for(f"https://{HOST}").url == "http://127.0.0.1:9"
    assert Route("none").proxy_for(f"https://{HOST}") is None
    server = Scripted(lambda _: Reply(body=b"{}"))
    async with server, line_on(Route("http://127.0.0.1:9"), server.url) as line:
        assert (await line.get("rooms", lane=Lane.PERSON)).status == 200


@pytest.mark.parametrize("proxy", ["http://", "proxy:3128", "ftp://proxy:1", "http://proxy:3128/path", "http://[::1"])
def test_what_is_no_proxy(proxy):
    with pytest.raises(UserError, match="`proxy` is"):
        Route(proxy).checked()


def test_a_file_that_holds_no_certificate(tmp_path, authority):
    (tmp_path / "ca.pem").write_text("no certificate")
    with pytest.raises(UserError, match="holds no certificate"):
        Route(ca_file=str(tmp_path / "ca.pem")).checked()
    Route(ca_file=str(authority[0])).checked()
