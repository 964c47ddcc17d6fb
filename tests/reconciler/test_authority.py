"""Certificates that we make, judged by OpenSSL: a handshake needs all of a chain to be right."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from pinfold.reconciler.authority import (
    Host,
    InvalidCertificate,
    Pair,
    issue_serving,
    new_authority,
    parse_host,
    read_certificates,
    read_pair,
)

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
HOSTS: frozenset[Host] = frozenset({"webhook.pinfold.svc", ip_address("127.0.0.1")})
CA = new_authority(360 * DAY, NOW)
SERVING = issue_serving(CA, HOSTS, 90 * DAY, NOW)


def handshake(folder: Path, pair: Pair, trusted: bytes, host: str) -> None:
    """Of two ends in memory. Raises ssl.SSLError where the client does not accept the server."""
    (folder / "crt").write_bytes(pair.certificate.pem)
    (folder / "key").write_bytes(pair.key_pem)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "crt", folder / "key")
    client = ssl.create_default_context(cadata=trusted.decode())
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = (
        client.wrap_bio(to_client, to_server, server_hostname=host),
        server.wrap_bio(to_server, to_client, server_side=True),
    )
    for _ in range(5):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
    assert ends[0].version() == "TLSv1.3"


@pytest.mark.parametrize("host", ["webhook.pinfold.svc", "127.0.0.1"])
def test_a_strict_client_accepts_each_of_its_hosts(tmp_path: Path, host: str) -> None:
    handshake(tmp_path, SERVING, CA.certificate.pem, host)


def test_a_client_that_trusts_two_authorities_accepts_either(tmp_path: Path) -> None:
    other = new_authority(360 * DAY, NOW)
    handshake(tmp_path, SERVING, other.certificate.pem + CA.certificate.pem, "127.0.0.1")


@pytest.mark.parametrize(
    ("trusted", "host"),
    [
        pytest.param(CA.certificate.pem, "other.pinfold.svc", id="another host"),
        pytest.param(
            new_authority(360 * DAY, NOW).certificate.pem, "127.0.0.1", id="another authority"
        ),
    ],
)
def test_any_other_client_does_not(tmp_path: Path, trusted: bytes, host: str) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(tmp_path, SERVING, trusted, host)


def test_a_serving_certificate_never_outlives_its_authority() -> None:
    pair = issue_serving(CA, HOSTS, 9999 * DAY, NOW)
    assert pair.certificate.ends == CA.certificate.ends


def test_two_thirds_of_a_life() -> None:
    pair = new_authority(timedelta(hours=3), NOW)
    life = pair.certificate.ends - pair.certificate.begins
    assert pair.certificate.renew_after == pair.certificate.begins + life * 2 / 3


def test_a_pair_is_read_as_it_was_written() -> None:
    read = read_pair(SERVING.certificate.pem, SERVING.key_pem)
    assert read.certificate.hosts == HOSTS
    assert read.certificate.serves
    assert not read.certificate.is_authority
    assert read.certificate.is_signed_by(CA.certificate)
    assert not read.certificate.is_signed_by(read.certificate)


def test_a_key_of_another_kind_is_refused() -> None:
    key = ed25519.Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with pytest.raises(InvalidCertificate):
        read_pair(SERVING.certificate.pem, key)


@pytest.mark.parametrize("pem", [b"", b"garbage", CA.key_pem, CA.certificate.pem[:200]])
def test_what_is_no_certificate_is_refused(pem: bytes) -> None:
    with pytest.raises(InvalidCertificate):
        read_certificates(pem)


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("Webhook.Example.COM.", "webhook.example.com"),
        ("127.0.0.1", ip_address("127.0.0.1")),
        ("[::1]", ip_address("::1")),
        ("::1", ip_address("::1")),
        (" a.example ", "a.example"),
    ],
)
def test_hosts(text: str, host: Host) -> None:
    assert parse_host(text) == host


@pytest.mark.parametrize("text", ["", "a b", "-a.example", "a..b", "ä.example", "x" * 64, "a/b"])
def test_what_is_no_host_is_refused(text: str) -> None:
    with pytest.raises(InvalidCertificate, match="neither a host name nor an address"):
        parse_host(text)
