"""Certificates in a running cluster: put right when somebody breaks them, and never a gap."""

import base64
import json
import ssl
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.cluster.client import wait_until
from tests.cluster.control_plane import Cluster
from tests.installation import NAMESPACE, RELEASE, Installation, http_get

pytestmark = pytest.mark.cluster
CONFIGURATION = f"validatingwebhookconfiguration/{RELEASE}"


def bundles(cluster: Cluster) -> list[bytes]:
    """By webhook, in the order of the configuration."""
    found = json.loads(cluster.kubectl("get", CONFIGURATION, "-o", "json").stdout)
    return [
        base64.b64decode(webhook["clientConfig"].get("caBundle", ""))
        for webhook in found["webhooks"]
    ]


def serving_serial(pinfold: Installation) -> str:
    """The serial number of the certificate that is served now."""
    pem = ssl.get_server_certificate(("127.0.0.1", pinfold.port))
    return base64.b64encode(ssl.PEM_cert_to_DER_cert(pem)[:40]).decode()


@pytest.mark.parametrize(
    "patch",
    [
        pytest.param(
            [{"op": "replace", "path": "/webhooks/0/clientConfig/caBundle", "value": ""}],
            id="one is emptied",
        ),
        pytest.param(
            [{"op": "remove", "path": "/webhooks/1/clientConfig/caBundle"}], id="one is removed"
        ),
    ],
)
def test_a_broken_bundle_is_put_right_within_seconds(
    pinfold: Installation, patch: list[dict[str, str]]
) -> None:
    cluster = pinfold.cluster
    good = bundles(cluster)
    cluster.kubectl("patch", CONFIGURATION, "--type=json", "-p", json.dumps(patch))
    wait_until("both bundles", lambda: bundles(cluster) == good, seconds=10, check=lambda: None)


def test_bundles_go_by_the_name_of_the_webhook_and_not_by_its_place(
    pinfold: Installation,
) -> None:
    """Somebody puts an entry of her own before ours: it is left alone, and ours are put right."""
    cluster = pinfold.cluster
    good = bundles(cluster)[0]
    found = json.loads(cluster.kubectl("get", CONFIGURATION, "-o", "json").stdout)
    other = {
        **found["webhooks"][1],
        "name": "first.example.com",
        "clientConfig": {"url": "https://127.0.0.1:1/x"},
        "rules": [],
    }
    patch = [
        {"op": "add", "path": "/webhooks/0", "value": other},
        {"op": "remove", "path": "/webhooks/1/clientConfig/caBundle"},
    ]
    cluster.kubectl("patch", CONFIGURATION, "--type=json", "-p", json.dumps(patch))
    try:
        wait_until(
            "ours to be put right",
            lambda: bundles(cluster) == [b"", good, good],
            seconds=10,
            check=lambda: None,
        )
    finally:
        remove = [{"op": "remove", "path": "/webhooks/0"}]
        cluster.kubectl("patch", CONFIGURATION, "--type=json", "-p", json.dumps(remove))


def test_a_deleted_serving_certificate_is_replaced_without_a_failed_request(
    pinfold: Installation, namespace: Callable[..., str]
) -> None:
    before = serving_serial(pinfold)
    with asked_all_the_time(pinfold, namespace(enforced=True)):
        pinfold.cluster.kubectl("delete", "secret", f"{RELEASE}-webhook-tls", "-n", NAMESPACE)
        restart_reconciler(pinfold)
        wait_until(
            "another certificate",
            lambda: serving_serial(pinfold) != before,
            seconds=30,
            check=lambda: None,
        )


def test_a_lost_authority_is_replaced_without_a_failed_request(
    pinfold: Installation, namespace: Callable[..., str]
) -> None:
    """Both authorities are trusted until the serving certificate is of the new one."""
    old = bundles(pinfold.cluster)[0]
    before = serving_serial(pinfold)
    with asked_all_the_time(pinfold, namespace(enforced=True)):
        pinfold.cluster.kubectl("delete", "secret", f"{RELEASE}-ca", "-n", NAMESPACE)
        restart_reconciler(pinfold, {"PINFOLD_CA_OVERLAP_SECONDS": "3"})
        wait_until(
            "a bundle of two",
            lambda: old in bundles(pinfold.cluster)[0] and bundles(pinfold.cluster)[0] != old,
            seconds=30,
            check=lambda: None,
        )
        wait_until(
            "a certificate of the new authority",
            lambda: serving_serial(pinfold) != before,
            seconds=60,
            check=lambda: None,
        )
        wait_until(
            "the old authority dropped",
            lambda: old not in bundles(pinfold.cluster)[0],
            seconds=60,
            check=lambda: None,
        )


def restart_reconciler(pinfold: Installation, further: dict[str, str] | None = None) -> None:
    """It looks at Secrets once a minute, and at its start."""
    pinfold.reconciler.terminate()
    pinfold.reconciler.wait(15)
    pinfold.start_reconciler({"PINFOLD_CERTIFICATE_CHECK_SECONDS": "1", **(further or {})})


@contextmanager
def asked_all_the_time(pinfold: Installation, where: str) -> Iterator[None]:
    """Dry runs through the API server, and new TLS connections of our own, all of them answered."""
    stop = threading.Event()
    failures: list[str] = []

    def ask() -> None:
        while not stop.is_set():
            done = pinfold.cluster.kubectl(
                "create", "deployment", "x", "--image=nginx", "--dry-run=server", "-n", where,
                check=False,
            )  # fmt: skip
            if '"nginx" has no digest' not in done.stderr:
                failures.append(done.stdout + done.stderr)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    assert failures == []


def test_nothing_older_than_tls_1_2_is_spoken(pinfold: Installation) -> None:
    authority = bundles(pinfold.cluster)[0].decode()
    url = f"https://127.0.0.1:{pinfold.port}/enforce"
    assert http_get(url, ssl.create_default_context(cadata=authority))[0] == 405
    old = ssl.create_default_context(cadata=authority)
    old.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        old.minimum_version = ssl.TLSVersion.TLSv1
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    status, text = http_get(url, old)
    assert (status, "SSL" in text) == (0, True), text
