"""What is to be done about the certificates, from what is seen."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinfold.reconciler.authority import Pair, issue_serving, new_authority
from pinfold.reconciler.certificates import (
    AUTHORITY,
    AUTHORITY_KEY,
    PREVIOUS,
    SERVING,
    SERVING_AUTHORITY,
    SERVING_KEY,
    DropPrevious,
    IssueServing,
    MakeAuthority,
    Observed,
    Publish,
    Step,
    bundle_of,
    next_step,
    read_authority,
)
from tests.reconciler.material import (
    DAY,
    HOSTS,
    LONG,
    NOON,
    TERMS,
    authority,
    authority_secret,
    bundle,
    observed,
    serving,
    serving_secret,
)

A, B = authority("a"), authority("b")
GOOD = observed(authority_secret(A), serving_secret(serving("a"), A), bundle(A), bundle(A))
SHORT = timedelta(minutes=1)


def step(seen: Observed, later: timedelta = timedelta()) -> Step | None:
    return next_step(seen, TERMS, NOON + later)


def test_where_all_is_well_there_is_nothing_to_do() -> None:
    assert step(GOOD) is None


@pytest.mark.parametrize(
    ("secret", "why"),
    [
        pytest.param(None, "there is none yet", id="no Secret"),
        pytest.param({}, "no certificate", id="an empty Secret"),
        pytest.param({AUTHORITY: b"x", AUTHORITY_KEY: b"y"}, "no certificate", id="garbage"),
        pytest.param(
            {AUTHORITY: A.certificate.pem, AUTHORITY_KEY: b"y"}, "no private key", id="no key"
        ),
        pytest.param(
            {AUTHORITY: A.certificate.pem, AUTHORITY_KEY: B.key_pem},
            "certificate and key are no pair",
            id="the key of another",
        ),
        pytest.param(
            {AUTHORITY: serving("a").certificate.pem, AUTHORITY_KEY: serving("a").key_pem},
            "it is no self-signed authority",
            id="a serving certificate",
        ),
    ],
)
def test_without_an_authority_one_is_made(secret: dict[str, bytes] | None, why: str) -> None:
    found = step(observed(secret, None, b"", b""))
    assert isinstance(found, MakeAuthority)
    assert why in found.why
    assert found.previous == ()


def test_a_lost_authority_stays_trusted_while_its_certificate_is_served() -> None:
    seen = observed(None, serving_secret(serving("a"), A), bundle(A), bundle(A))
    assert step(seen) == MakeAuthority((A.certificate,), "there is none yet")


@pytest.mark.parametrize(
    ("later", "made"),
    [
        pytest.param(239 * DAY, False, id="before two thirds of its life"),
        pytest.param(240 * DAY, True, id="after"),
    ],
)
def test_an_authority_is_renewed_at_two_thirds_of_its_life(later: timedelta, made: bool) -> None:
    fresh = issue_serving(A, HOSTS, 90 * DAY, NOON + 200 * DAY)
    seen = observed(authority_secret(A), serving_secret(fresh, A), bundle(A))
    found = step(seen, later)
    assert isinstance(found, MakeAuthority) is made
    if isinstance(found, MakeAuthority):
        assert found.previous == (A.certificate,)


@pytest.mark.parametrize(
    "bundles",
    [
        pytest.param((b"",), id="none yet"),
        pytest.param((bundle(A), b""), id="one of two is empty"),
        pytest.param((bundle(B),), id="another authority"),
        pytest.param((bundle(A, B),), id="one too many"),
        pytest.param((b"garbage",), id="garbage"),
    ],
)
def test_a_bundle_that_differs_is_put_right(bundles: tuple[bytes, ...]) -> None:
    found = step(observed(authority_secret(A), serving_secret(serving("a"), A), *bundles))
    assert isinstance(found, Publish)
    assert found.bundle == bundle(A)


def test_a_new_authority_is_published_beside_the_former_before_it_signs() -> None:
    renewed = authority_secret(B, A)
    old = serving_secret(serving("a"), A)
    found = step(observed(renewed, old, bundle(A)))
    assert isinstance(found, Publish)
    assert found.bundle == bundle(B, A)
    assert step(observed(renewed, old, bundle(B, A), bundles_unchanged=SHORT)) is None
    assert step(observed(renewed, old, bundle(B, A))) == IssueServing(
        "it is signed by a former authority"
    )


def test_the_former_authority_is_dropped_when_nobody_can_be_serving_its_certificate() -> None:
    new = serving_secret(serving("b"), B)
    seen = observed(authority_secret(B, A), new, bundle(B, A), serving_unchanged=SHORT)
    assert step(seen) is None
    seen = observed(authority_secret(B, A), new, bundle(B, A))
    assert isinstance(step(seen), DropPrevious)


def test_garbage_in_place_of_former_authorities_is_dropped() -> None:
    secret = authority_secret(A) | {PREVIOUS: b"garbage"}
    seen = observed(secret, serving_secret(serving("a"), A), bundle(A), serving_unchanged=SHORT)
    assert isinstance(step(seen), DropPrevious)


@pytest.mark.parametrize(
    ("secret", "why"),
    [
        pytest.param(None, "there is none yet", id="no Secret"),
        pytest.param({SERVING: b"x", SERVING_KEY: b"y"}, "no certificate", id="garbage"),
        pytest.param(serving_secret(A, A), "it is not for a server", id="the authority itself"),
        pytest.param(
            serving_secret(issue_serving(A, {"other.svc"}, 90 * DAY, NOON), A),
            "it is for other hosts",
            id="other hosts",
        ),
        pytest.param(
            serving_secret(issue_serving(A, HOSTS, 90 * DAY, NOON - 91 * DAY), A),
            "it has expired or is not yet valid",
            id="expired",
        ),
        pytest.param(
            serving_secret(serving("b"), B),
            "it is signed by an authority that nobody trusts",
            id="a foreign authority",
        ),
        pytest.param(
            serving_secret(serving("a"), B), "its ca.crt is another", id="a foreign ca.crt"
        ),
    ],
)
def test_a_serving_certificate_that_no_client_accepts_is_replaced(
    secret: dict[str, bytes] | None, why: str
) -> None:
    found = step(observed(authority_secret(A), secret, bundle(A)))
    assert isinstance(found, IssueServing)
    assert why in found.why


@pytest.mark.parametrize(("days", "issued"), [(59, False), (60, True)])
def test_a_serving_certificate_is_renewed_at_two_thirds_of_its_life(
    days: int, issued: bool
) -> None:
    assert isinstance(step(GOOD, days * DAY), IssueServing) is issued


def test_without_a_configuration_certificates_are_made_all_the_same() -> None:
    assert isinstance(step(observed(authority_secret(A), None)), IssueServing)


_VALUES = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [
            A.certificate.pem,
            A.key_pem,
            B.certificate.pem,
            B.key_pem,
            serving("a").certificate.pem,
            serving("a").key_pem,
            bundle(A, B),
            A.certificate.pem[:-40],
        ]
    ),
)
_KEYS = [AUTHORITY, AUTHORITY_KEY, PREVIOUS, SERVING, SERVING_KEY, SERVING_AUTHORITY]
_SECRETS = st.none() | st.dictionaries(st.sampled_from(_KEYS), _VALUES)


@given(_SECRETS, _SECRETS, st.lists(_VALUES, max_size=2))
def test_whatever_stands_in_the_secrets_a_few_steps_lead_to_a_chain_that_holds(
    authority_data: dict[str, bytes] | None,
    serving_data: dict[str, bytes] | None,
    bundles: list[bytes],
) -> None:
    """Taken as the steward takes them, with enough time between for every overlap."""
    for _ in range(8):
        seen = observed(authority_data, serving_data, *bundles)
        found = next_step(seen, TERMS, NOON)
        match found:
            case None:
                break
            case MakeAuthority():
                authority_data = authority_secret(_new())
                if found.previous:
                    authority_data[PREVIOUS] = bundle_of(*found.previous)
            case DropPrevious():
                assert authority_data is not None
                del authority_data[PREVIOUS]
            case Publish():
                bundles = [found.bundle] * len(bundles)
            case IssueServing():
                signer = read_authority(authority_data, NOON)
                pair = issue_serving(signer, HOSTS, TERMS.serving_lifetime, NOON)
                serving_data = serving_secret(pair, signer)
    else:
        pytest.fail("no end of steps")
    assert step(observed(authority_data, serving_data, *bundles, bundles_unchanged=LONG)) is None


def _new() -> Pair:
    return new_authority(TERMS.authority_lifetime, NOON)
