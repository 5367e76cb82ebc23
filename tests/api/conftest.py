from __future__ import annotations

import contextlib

import pytest

from clockdesk.api.address import BaseUrl
from clockdesk.api.gate import Gate
from clockdesk.api.transport import Line
from clockdesk.api.wire import Patience
from clockdesk.app.clock import SystemClock
from clockdesk.domain.tasks import Tasks

USER, KEY = "dummyapi", "s3cr3t-k3y-9e76358201"


class Lines:
    """Makes lines to scripted servers and closes them."""

    def __init__(self) -> None:
        self.clock, self.tasks = SystemClock(), Tasks()
        self.made: list[Line] = []

    def to(self, server, *, user=USER, key=KEY, rate=10_000, gate=None, **patience) -> Line:
        base = BaseUrl.parse(f"{server.url}/111/222")
        gate = gate or Gate(self.clock, rate)
        line = Line(base, user, key, gate, self.clock, self.tasks, patience=Patience(**patience))
        self.made.append(line)
        return line


@pytest.fixture
async def lines():
    made = Lines()
    async with contextlib.AsyncExitStack() as stack:
        yield made
        for line in made.made:
            stack.push_async_callback(line.close)
    assert made.tasks.names == [], "a task was left behind"


@pytest.fixture(scope="session")
def tls_server_context(tmp_path_factory):
    """A certificate that nobody trusts."""
    import datetime as dt
    import ssl

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    born = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(born)
        .not_valid_after(born + dt.timedelta(days=36500))
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + key.private_bytes(*plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
