"""Makes and reads certificates: P-256 throughout, as few as the webhook needs."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Self, TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

# Clocks of nodes differ: a certificate that begins "now" is from the future for some of them.
_MOST_BACKDATING = timedelta(minutes=5)

Host = str | IPv4Address | IPv6Address
_E = TypeVar("_E", bound=x509.ExtensionType)


class InvalidCertificate(ValueError):
    """The bytes are no certificate, or no pair, that we could use; the message says why."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate as far as anything here depends on it."""

    parsed: x509.Certificate
    begins: datetime
    ends: datetime
    is_authority: bool  # self-signed, and may sign others
    serves: bool  # may stand for a server
    hosts: frozenset[Host]

    @property
    def pem(self) -> bytes:
        return self.parsed.public_bytes(serialization.Encoding.PEM)

    @property
    def renew_after(self) -> datetime:
        """Two thirds of its life.

        Source: cert-manager's default is the same (pkg/util/pki/renewaltime.go).
        """
        return self.begins + (self.ends - self.begins) * 2 / 3

    def is_valid_at(self, moment: datetime) -> bool:
        return self.begins <= moment < self.ends

    def is_signed_by(self, authority: Self) -> bool:
        try:
            self.parsed.verify_directly_issued_by(authority.parsed)
        except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its private key."""

    certificate: Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )


def parse_host(text: str) -> Host:
    """A name in lower case, or an address; brackets of a URL may stand around it.

    Raises InvalidCertificate.
    """
    bare = text.strip().removeprefix("[").removesuffix("]").rstrip(".").lower()
    try:
        return ip_address(bare)
    except ValueError:
        pass
    labels = bare.split(".")
    if not bare.isascii() or len(bare) > 253 or not all(_is_label(label) for label in labels):
        raise InvalidCertificate(f"{text!r} is neither a host name nor an address")
    return bare


def _is_label(text: str) -> bool:
    return 0 < len(text) < 64 and text.replace("-", "").isalnum() and text.strip("-") == text


def new_authority(lifetime: timedelta, now: datetime) -> Pair:
    """A new certificate authority, whose name no other has: two may be trusted at a time."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(f"pinfold webhook CA {secrets.token_hex(8)}")
    builder = (
        _builder(key, lifetime, now)
        .subject_name(name)
        .issuer_name(name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(signs=True), critical=True)
    )
    return Pair(_certificate(builder.sign(key, hashes.SHA256())), key)


def issue_serving(
    authority: Pair, hosts: Iterable[Host], lifetime: timedelta, now: datetime
) -> Pair:
    """A serving certificate for `hosts`; it ends no later than the authority does."""
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = authority.certificate.parsed
    identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    signed_by = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)
    builder = (
        _builder(key, min(lifetime, authority.certificate.ends - now), now)
        .subject_name(_name("pinfold webhook"))
        .issuer_name(issuer.subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(signed_by, critical=False)
        .add_extension(_alternative_names(hosts), critical=False)
    )
    return Pair(_certificate(builder.sign(authority.key, hashes.SHA256())), key)


def read_certificates(pem: bytes) -> tuple[Certificate, ...]:
    """All certificates in `pem`, at least one. Raises InvalidCertificate."""
    try:
        return tuple(_certificate(found) for found in x509.load_pem_x509_certificates(pem))
    except _UNREADABLE as error:
        raise InvalidCertificate(f"no certificate: {error}") from error


def read_pair(certificate_pem: bytes, key_pem: bytes) -> Pair:
    """A certificate, alone or with others behind it, and its key. Raises InvalidCertificate."""
    certificate = read_certificates(certificate_pem)[0]
    try:
        key = serialization.load_pem_private_key(key_pem, password=None)
        belongs = certificate.parsed.public_key() == key.public_key()
    except _UNREADABLE as error:
        raise InvalidCertificate(f"no private key: {error}") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise InvalidCertificate("the private key is not of an elliptic curve")
    if not belongs:
        raise InvalidCertificate("certificate and key are no pair")
    return Pair(certificate, key)


_UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)


def _certificate(parsed: x509.Certificate) -> Certificate:
    """Reads what decisions need, so that whatever is wrong with it is found here."""
    extensions = parsed.extensions
    constraints = _value(extensions, x509.BasicConstraints)
    usage = _value(extensions, x509.KeyUsage)
    extended = _value(extensions, x509.ExtendedKeyUsage)
    is_ca = constraints is not None and constraints.ca
    certificate = Certificate(
        parsed=parsed,
        begins=parsed.not_valid_before_utc,
        ends=parsed.not_valid_after_utc,
        is_authority=False,
        serves=not is_ca and extended is not None and ExtendedKeyUsageOID.SERVER_AUTH in extended,
        hosts=_hosts(_value(extensions, x509.SubjectAlternativeName)),
    )
    is_authority = (
        is_ca
        and usage is not None
        and usage.key_cert_sign
        and _value(extensions, x509.SubjectKeyIdentifier) is not None
        and certificate.is_signed_by(certificate)
    )
    return replace(certificate, is_authority=is_authority)


def _value(extensions: x509.Extensions, kind: type[_E]) -> _E | None:
    try:
        return extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _hosts(names: x509.SubjectAlternativeName | None) -> frozenset[Host]:
    """A name of another kind, which none of ours has, is kept as text."""
    found: set[Host] = set()
    for name in names or ():
        if isinstance(name, x509.IPAddress) and isinstance(name.value, IPv4Address | IPv6Address):
            found.add(name.value)
        elif isinstance(name, x509.DNSName):
            found.add(name.value.lower())
        else:
            found.add(repr(name))
    return frozenset(found)


def _alternative_names(hosts: Iterable[Host]) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName(
        [
            x509.DNSName(host) if isinstance(host, str) else x509.IPAddress(host)
            for host in sorted(hosts, key=str)
        ]
    )


def _builder(
    key: ec.EllipticCurvePrivateKey, lifetime: timedelta, now: datetime
) -> x509.CertificateBuilder:
    public = key.public_key()
    return (
        x509.CertificateBuilder()
        .serial_number(x509.random_serial_number())
        .public_key(public)
        .not_valid_before(now - min(_MOST_BACKDATING, lifetime / 10))
        .not_valid_after(now + lifetime)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _key_usage(*, signs: bool) -> x509.KeyUsage:
    """To sign certificates, or to take part in handshakes."""
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
