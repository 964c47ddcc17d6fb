"""A LIST and WATCH that never gives up, never loses an object and never runs hot."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from pinfold.kube.watch import Collection, WatchTimes
from tests.kube.fake_api import FakeApi, Reply, failure

LIST = "GET /x?limit=500"
WATCH = "GET /x?watch=1"


def thing(name: str, version: str, **fields: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "resourceVersion": version}, **fields}


def listed(version: str, *names: str) -> dict[str, Any]:
    return {
        "metadata": {"resourceVersion": version},
        "items": [thing(name, version) for name in names],
    }


def event(kind: str, name: str, version: str, **fields: Any) -> dict[str, Any]:
    return {"type": kind, "object": thing(name, version, **fields)}


def bookmark(version: str) -> dict[str, Any]:
    return {"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": version}}}


def gone() -> dict[str, Any]:
    return {"type": "ERROR", "object": failure(410, "too old")}


def watched(replies: list[Reply], **times: Any) -> tuple[Collection, FakeApi]:
    """The collection after all replies were sent, and the server that sent them."""

    async def scenario() -> tuple[Collection, FakeApi]:
        async with FakeApi([*replies, Reply(WATCH, events=[], silent_seconds=30)]) as fake:
            collection = Collection(fake.api, "/x", lambda: None, times=WatchTimes(**times))
            task = asyncio.create_task(collection.run())
            await until(lambda: len(fake.calls) > len(replies))
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            fake._replies.clear()
        return collection, fake

    return asyncio.run(scenario())


async def until(holds: Callable[[], bool], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.01)


def names(collection: Collection) -> list[str]:
    assert collection.objects is not None
    return sorted(collection.objects)


def test_events_are_applied_to_what_was_listed() -> None:
    replies = [
        Reply(LIST, listed("1", "a", "b")),
        Reply(
            WATCH,
            events=[
                event("ADDED", "c", "2"),
                event("MODIFIED", "a", "3", spec=1),
                event("DELETED", "b", "4"),
                bookmark("9"),
            ],
        ),
    ]
    collection, fake = watched(replies)
    assert names(collection) == ["a", "c"]
    assert collection.objects is not None
    assert collection.objects["a"]["spec"] == 1
    assert "resourceVersion=9" in fake.calls[-1]
    assert collection.age_seconds() is not None


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(Reply(WATCH, events=[gone()]), id="410 as an event"),
        pytest.param(Reply(WATCH, failure(410), 410), id="410 as an answer"),
        pytest.param(Reply(WATCH, failure(503), 503), id="503"),
        pytest.param(Reply(WATCH, failure(403), 403), id="403"),
        pytest.param(Reply(WATCH, events=["no event"]), id="a line that is no event"),
        pytest.param(Reply(WATCH, events=[{"type": "ADDED", "object": {}}]), id="an odd object"),
    ],
)
def test_after_trouble_everything_is_listed_anew(broken: Reply) -> None:
    replies = [Reply(LIST, listed("1", "a", "b")), broken, Reply(LIST, listed("2", "b"))]
    collection, _fake = watched(replies)
    assert names(collection) == ["b"]


def test_while_a_list_fails_the_last_one_stays() -> None:
    replies = [
        Reply(LIST, listed("1", "a")),
        Reply(WATCH, events=[gone()]),
        Reply(LIST, failure(503), 503),
        Reply(LIST, listed("2", "a", "b")),
    ]
    collection, _fake = watched(replies)
    assert names(collection) == ["a", "b"]


def test_a_silent_watch_is_given_up() -> None:
    replies = [
        Reply(LIST, listed("1", "a")),
        Reply(WATCH, events=[], silent_seconds=30),
        Reply(LIST, listed("2", "b")),
    ]
    collection, _fake = watched(replies, silence_seconds=0.3)
    assert names(collection) == ["b"]


@pytest.mark.parametrize(
    ("again", "most"),
    [
        # Waits of 0.5, 1 and 2 s, and jitter.
        pytest.param([Reply(LIST, listed("1", "a")), Reply(WATCH, events=[gone()])], 8, id="410"),
        pytest.param(
            [Reply(LIST, listed("1", "a")), Reply(WATCH, events=[bookmark("2"), gone()])],
            8,
            id="410 after an event",
        ),
        # The list once, then waits of 0.5 s: what comes with an event is news, so not longer.
        pytest.param([Reply(WATCH, events=[bookmark("2")])], 8, id="an end after an event"),
        pytest.param([Reply(WATCH, events=[])], 5, id="an end after nothing"),
    ],
)
def test_what_goes_wrong_for_ever_is_no_hot_loop(again: list[Reply], most: int) -> None:
    async def scenario() -> int:
        first = [] if again[0].call == LIST else [Reply(LIST, listed("1", "a"))]
        async with FakeApi([*first, *again * 40]) as fake:
            task = asyncio.create_task(Collection(fake.api, "/x", lambda: None).run())
            await asyncio.sleep(3)
            await fake.quiet()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            fake._replies.clear()
            fake.unexpected.clear()
            return len(fake.calls)

    assert asyncio.run(scenario()) <= most


def test_a_failure_after_a_good_while_is_the_first_again() -> None:
    async def scenario() -> float:
        listed_at: list[float] = []
        failures = [Reply(LIST, failure(503), 503)] * 3
        good = [Reply(LIST, listed("1", "a")), Reply(WATCH, events=[1.2, bookmark("2"), gone()])]
        async with FakeApi([*failures, *good, Reply(LIST, listed("3", "b"))]) as fake:
            clock = asyncio.get_running_loop().time
            collection = Collection(fake.api, "/x", lambda: listed_at.append(clock()))
            task = asyncio.create_task(collection.run())
            await until(lambda: len(listed_at) == 2)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await fake.quiet()
            fake.unexpected.clear()
        return listed_at[1] - listed_at[0]

    # 1.2 s of a watch and one wait: of 0.5 s, where it would be 4 s after the failures before.
    assert asyncio.run(scenario()) < 3


def test_a_throttled_list_waits_as_long_as_it_is_asked_to() -> None:
    async def scenario() -> float:
        replies = [
            Reply(LIST, failure(429), 429, {"Retry-After": "2"}),
            Reply(LIST, listed("1", "a")),
        ]
        async with FakeApi(replies) as fake:
            started = asyncio.get_running_loop().time()
            task = asyncio.create_task(Collection(fake.api, "/x", lambda: None).run())
            await asyncio.wait_for(fake.done.wait(), 20)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            fake.unexpected.clear()
            return asyncio.get_running_loop().time() - started

    assert asyncio.run(scenario()) >= 2
