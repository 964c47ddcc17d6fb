"""Commits and files of models, by the real client, from a hub on loopback."""

from collections.abc import Iterator

import pytest
from huggingface_hub import close_session, constants

from pinfold.evidence.failures import LookupFailed, Patience, Unreachable
from pinfold.evidence.hub import HUGGING_FACE, HubFile, Hubs
from tests.cli.pin.hubs import MAIN, TOKEN, V2, Hub, a_hub
from tests.cli.pin.registries import free_port, that_hangs

HUBS = Hubs(Patience(timeout_seconds=5, attempts=3, wait_seconds=0.01))
IMPATIENT = Hubs(Patience(timeout_seconds=0.3, attempts=2, wait_seconds=0.01))


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """The user's own: HF_ENDPOINT leads to it, and there is a token."""
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    own = Hub(branches={"org/m": {"main": MAIN, "v2": V2, "refs/pr/1": V2}, "org/gated": {}})
    with a_hub(own) as running:
        monkeypatch.setattr(constants, "ENDPOINT", running.endpoint)
        yield running
    close_session()


def failure(hubs: Hubs, endpoint: str, name: str, asked: str | None = None) -> str:
    with pytest.raises(LookupFailed) as caught:
        hubs.model(endpoint, name, asked)
    return str(caught.value)


def test_a_branch_is_a_commit_with_its_files(hub: Hub) -> None:
    found = HUBS.model(HUGGING_FACE, "org/m", None)
    assert found.commit == MAIN
    assert found.files == (
        HubFile("model.safetensors", sha256="d" * 64, blob=None, size=9_000_000_000),
        HubFile("config.json", sha256=None, blob="e" * 40, size=512),
    )
    assert HUBS.model(HUGGING_FACE, "org/m", "v2").commit == V2
    assert HUBS.model(HUGGING_FACE, "org/m", "refs/pr/1").commit == V2
    assert hub.asked[-1] == "/api/models/org/m/revision/refs%2Fpr%2F1?blobs=true"


def test_the_users_token_goes_to_the_users_hub(hub: Hub) -> None:
    HUBS.model(HUGGING_FACE, "org/m", None)
    assert hub.tokens == [f"Bearer {TOKEN}"]


def test_a_hub_that_a_manifest_names_gets_no_token(hub: Hub) -> None:
    with a_hub(Hub(branches={"org/m": {"main": V2}}, gated=frozenset({"org/g"}))) as other:
        assert HUBS.model(other.endpoint, "org/m", None).commit == V2
        assert other.tokens == [None]
        assert failure(HUBS, other.endpoint, "org/g") == (
            f"org/g is gated: accept its licence at {other.endpoint}/org/g, and ask it yourself"
            f" (no token is sent to {other.endpoint}, which a manifest names)"
        )
    assert hub.asked == []


def test_what_the_hub_refuses_is_said_with_what_to_do(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.gated = frozenset({"org/gated"})
    monkeypatch.setenv("HF_TOKEN", "hf_other")
    assert failure(HUBS, HUGGING_FACE, "org/gated") == (
        f"org/gated is gated: accept its licence at {hub.endpoint}/org/gated,"
        " and set HF_TOKEN or type: hf auth login"
    )
    assert failure(HUBS, HUGGING_FACE, "org/none") == (
        f"{hub.endpoint} has no org/none, or it is private:"
        " then set HF_TOKEN or type: hf auth login"
    )
    assert failure(HUBS, HUGGING_FACE, "org/m", "v9") == ("org/m has no branch, tag or commit 'v9'")
    assert failure(HUBS, HUGGING_FACE, "a/b/c") == "'a/b/c' is no name of a model"


def test_a_busy_hub_is_asked_again(hub: Hub) -> None:
    hub.busy = 2
    assert HUBS.model(HUGGING_FACE, "org/m", None).commit == MAIN
    hub.busy = 3
    assert failure(HUBS, HUGGING_FACE, "org/m") == f"{hub.endpoint} is busy (503) (3 attempts)"


def test_a_hub_that_never_answers_is_not_waited_for() -> None:
    with that_hangs() as host, pytest.raises(Unreachable) as caught:
        IMPATIENT.model(f"http://{host}", "org/m", None)
    assert str(caught.value) == f"http://{host} did not answer within 0.3 s (2 attempts)"
    endpoint = f"http://127.0.0.1:{free_port()}"
    assert failure(IMPATIENT, endpoint, "org/m").startswith(f"{endpoint} cannot be reached: ")
    close_session()


def test_no_hub_is_asked_where_the_user_forbids_it(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    close_session()
    words = failure(HUBS, HUGGING_FACE, "org/m")
    assert words == "HF_HUB_OFFLINE is set: unset it, or use --offline"
    assert hub.asked == []
