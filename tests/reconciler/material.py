"""Certificates and Secrets for tests, made once: keys take time."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache

from pinfold.reconciler.authority import Pair, issue_serving, new_authority
from pinfold.reconciler.certificates import (
    AUTHORITY,
    AUTHORITY_KEY,
    PREVIOUS,
    SERVING,
    SERVING_AUTHORITY,
    SERVING_KEY,
    Observed,
    Terms,
    bundle_of,
)

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HOSTS = frozenset({"pinfold-webhook.pinfold.svc", "pinfold-webhook.pinfold.svc.cluster.local"})
TERMS = Terms(
    hosts=HOSTS,
    authority_lifetime=360 * DAY,
    serving_lifetime=90 * DAY,
    overlap=timedelta(minutes=5),
)
LONG = timedelta(hours=1)  # longer than the overlap


@cache
def authority(name: str) -> Pair:
    """One for each `name`, made at noon."""
    return new_authority(TERMS.authority_lifetime, NOON)


@cache
def serving(signer: str) -> Pair:
    return issue_serving(authority(signer), HOSTS, TERMS.serving_lifetime, NOON)


def authority_secret(pair: Pair, *previous: Pair) -> dict[str, bytes]:
    data = {AUTHORITY: pair.certificate.pem, AUTHORITY_KEY: pair.key_pem}
    if previous:
        data[PREVIOUS] = bundle(*previous)
    return data


def serving_secret(pair: Pair, signer: Pair) -> dict[str, bytes]:
    return {
        SERVING: pair.certificate.pem,
        SERVING_KEY: pair.key_pem,
        SERVING_AUTHORITY: signer.certificate.pem,
    }


def bundle(*pairs: Pair) -> bytes:
    return bundle_of(*(pair.certificate for pair in pairs))


def observed(
    authority_data: Mapping[str, bytes] | None,
    serving_data: Mapping[str, bytes] | None,
    *bundles: bytes,
    bundles_unchanged: timedelta = LONG,
    serving_unchanged: timedelta = LONG,
) -> Observed:
    return Observed(
        authority=authority_data,
        serving=serving_data,
        bundles=bundles,
        bundles_unchanged=bundles_unchanged,
        serving_unchanged=serving_unchanged,
    )
