"""What is to be done about the webhook's certificates. Pure: from what is seen to a step.

A certificate authority signs the serving certificate, and the webhook configuration names it in
`caBundle`. Nothing is ever switched in one go: a new authority stands in the bundle for a while
before it signs, because API servers see the bundle late; and the former one stays for a while
after, because the kubelet brings the new serving certificate late.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pinfold.reconciler.authority import (
    Certificate,
    Host,
    InvalidCertificate,
    Pair,
    read_certificates,
    read_pair,
)

# Keys of the Secret that nobody but the reconciler reads.
AUTHORITY, AUTHORITY_KEY, PREVIOUS = "ca.crt", "ca.key", "previous.crt"
# Keys of the Secret that the webhook mounts: cert-manager's layout.
SERVING, SERVING_KEY, SERVING_AUTHORITY = "tls.crt", "tls.key", "ca.crt"
_MOST_PREVIOUS = 4

Data = Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What certificates shall be like."""

    hosts: frozenset[Host]
    authority_lifetime: timedelta
    serving_lifetime: timedelta
    overlap: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What the API server holds. No data: there is no such Secret."""

    authority: Data | None
    serving: Data | None
    bundles: tuple[bytes, ...]  # of each webhook of ours; none where there is no configuration
    bundles_unchanged: timedelta  # for so long they have been seen as they are
    serving_unchanged: timedelta


@dataclass(frozen=True, slots=True)
class MakeAuthority:
    """Make a new authority; `previous` stay trusted."""

    previous: tuple[Certificate, ...]
    why: str


@dataclass(frozen=True, slots=True)
class DropPrevious:
    """Trust the present authority alone."""

    why: str


@dataclass(frozen=True, slots=True)
class Publish:
    """Put `bundle` into each webhook of ours."""

    bundle: bytes
    why: str


@dataclass(frozen=True, slots=True)
class IssueServing:
    """Have the present authority sign a new serving certificate."""

    why: str


Step = MakeAuthority | DropPrevious | Publish | IssueServing


def next_step(observed: Observed, terms: Terms, now: datetime) -> Step | None:
    """The next thing to do, after which all is to be looked at again; None where all is well."""
    try:
        authority = read_authority(observed.authority, now)
    except InvalidCertificate as error:
        return MakeAuthority(_still_needed(observed, now), str(error))
    if now >= authority.certificate.renew_after:
        previous = (authority.certificate, *_previous(observed.authority, now))
        return MakeAuthority(previous[:_MOST_PREVIOUS], "two thirds of its life are over")
    previous = _previous(observed.authority, now)
    return _publication(observed, bundle_of(authority.certificate, *previous)) or _serving_step(
        observed, terms, now, authority.certificate, previous
    )


def read_authority(data: Data | None, now: datetime) -> Pair:
    """The authority in the Secret. Raises InvalidCertificate where it can sign nothing."""
    if data is None:
        raise InvalidCertificate("there is none yet")
    pair = read_pair(data.get(AUTHORITY, b""), data.get(AUTHORITY_KEY, b""))
    if not pair.certificate.is_authority:
        raise InvalidCertificate("it is no self-signed authority")
    if not pair.certificate.is_valid_at(now):
        raise InvalidCertificate("it has expired or is not yet valid")
    return pair


def read_serving(data: Data | None, hosts: frozenset[Host], now: datetime) -> Certificate:
    """The certificate in the Secret. Raises InvalidCertificate where no client can accept it."""
    if data is None:
        raise InvalidCertificate("there is none yet")
    certificate = read_pair(data.get(SERVING, b""), data.get(SERVING_KEY, b"")).certificate
    if not certificate.serves:
        raise InvalidCertificate("it is not for a server")
    if not certificate.is_valid_at(now):
        raise InvalidCertificate("it has expired or is not yet valid")
    if certificate.hosts != hosts:
        raise InvalidCertificate("it is for other hosts")
    return certificate


def bundle_of(*certificates: Certificate) -> bytes:
    """In order, each once."""
    return b"".join(dict.fromkeys(certificate.pem for certificate in certificates))


def _publication(observed: Observed, bundle: bytes) -> Publish | None:
    if all(found == bundle for found in observed.bundles):
        return None
    is_first = not any(observed.bundles)
    return Publish(bundle, "there is none yet" if is_first else "it is not what it should be")


def _serving_step(
    observed: Observed,
    terms: Terms,
    now: datetime,
    authority: Certificate,
    previous: tuple[Certificate, ...],
) -> Step | None:
    try:
        serving = read_serving(observed.serving, terms.hosts, now)
    except InvalidCertificate as error:
        return IssueServing(str(error))
    if not serving.is_signed_by(authority):
        if not any(serving.is_signed_by(former) for former in previous):
            return IssueServing("it is signed by an authority that nobody trusts")
        if observed.bundles_unchanged < terms.overlap:
            return None  # API servers may not have seen the new authority yet
        return IssueServing("it is signed by a former authority")
    if now >= serving.renew_after:
        return IssueServing("two thirds of its life are over")
    if (observed.serving or {}).get(SERVING_AUTHORITY) != authority.pem:
        return IssueServing(f"its {SERVING_AUTHORITY} is another")
    if (observed.authority or {}).get(PREVIOUS) and (
        not previous or observed.serving_unchanged >= terms.overlap
    ):
        return DropPrevious("no replica serves a certificate of theirs any more")
    return None


def _previous(data: Data | None, now: datetime) -> tuple[Certificate, ...]:
    """Former authorities that are still trusted; none where the Secret's key holds garbage."""
    try:
        found = read_certificates((data or {}).get(PREVIOUS, b""))
    except InvalidCertificate:
        return ()
    return tuple(c for c in found if c.is_authority and c.is_valid_at(now))[:_MOST_PREVIOUS]


def _still_needed(observed: Observed, now: datetime) -> tuple[Certificate, ...]:
    """After the authority's key was lost: replicas go on serving what it signed."""
    try:
        serving = read_pair(*_pair_of(observed.serving)).certificate
    except InvalidCertificate:
        return ()
    known = (*_published(observed), *_previous(observed.authority, now))
    return tuple(
        c for c in known if c.is_authority and c.is_valid_at(now) and serving.is_signed_by(c)
    )[:1]


def _pair_of(data: Data | None) -> tuple[bytes, bytes]:
    data = data or {}
    return data.get(SERVING, b""), data.get(SERVING_KEY, b"")


def _published(observed: Observed) -> tuple[Certificate, ...]:
    return tuple(_readable(observed.bundles))


def _readable(bundles: Iterable[bytes]) -> Iterable[Certificate]:
    for bundle in bundles:
        try:
            yield from read_certificates(bundle)
        except InvalidCertificate:
            continue
