"""Events: a name made of what is said, and never more bytes than the API server takes."""

import asyncio

import pytest

from pinfold.kube.events import Happening, clipped, tell
from pinfold.kube.owners import Ref
from tests.kube.fake_api import FakeApi, Reply, failure
from tests.policy.facts import NOON

REF = Ref("apps/v1", "Deployment", "ml", "llama", "uid-1")
EVENTS = "/api/v1/namespaces/ml/events"


@pytest.mark.parametrize(("text", "most", "expected"), [
    pytest.param("short", 10, "short", id="as it is"),
    pytest.param("x" * 12, 10, "x" * 7 + "…", id="cut"),
    pytest.param("ü" * 6, 10, "üüü…", id="not in the midst of a letter"),
])  # fmt: skip
def test_a_message_fits(text: str, most: int, expected: str) -> None:
    found = clipped(text, most)
    assert found == expected
    assert len(found.encode()) <= most


def test_the_same_thing_again_is_counted() -> None:
    happening = Happening(REF, "Drifted", "because", is_warning=True)

    async def scenario() -> None:
        replies = [
            Reply(f"POST {EVENTS}", failure(409), 409),
            Reply(f"GET {EVENTS}/llama.", {"count": 4}),
            Reply(f"PATCH {EVENTS}/llama.", {}),
        ]
        async with FakeApi(replies) as fake:
            await tell(fake.api, happening, NOON)
            made, _, again = fake.bodies
            assert made["type"] == "Warning"
            assert made["involvedObject"]["uid"] == "uid-1"
            assert again == {"count": 5, "lastTimestamp": "2026-11-25T12:00:00Z"}
            assert made["metadata"]["name"] in fake.calls[1]

    asyncio.run(scenario())
