"""Calls to the API server: what is raised for which answer, and how long anything may take."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from pinfold.kube.client import MERGE_PATCH, Api, LoginFailed
from pinfold.kube.errors import (
    ApiError,
    ApiUnavailable,
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    NotFound,
    NotLeading,
    Unauthorized,
)
from tests.kube.fake_api import FakeApi, Reply, failure


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (400, Invalid),
        (401, Unauthorized),
        (403, Forbidden),
        (404, NotFound),
        (409, Conflict),
        (410, Gone),
        (422, Invalid),
        (429, ApiUnavailable),
        (500, ApiUnavailable),
        (503, ApiUnavailable),
    ],
)
def test_each_refusal_has_its_error(code: int, error: type[ApiError]) -> None:
    async def scenario() -> None:
        async with FakeApi([Reply("GET /x", failure(code), code)]) as fake:
            with pytest.raises(error, match=f"GET /x: {code}: no"):
                await fake.api.get("/x")

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("headers", "details", "seconds"),
    [
        ({"Retry-After": "7"}, {}, 7.0),
        ({}, {"retryAfterSeconds": 3}, 3.0),
        ({"Retry-After": "soon"}, {}, None),
        ({}, {}, None),
    ],
)
def test_a_throttled_call_tells_how_long_to_wait(
    headers: dict[str, str], details: dict[str, Any], seconds: float | None
) -> None:
    async def scenario() -> None:
        reply = Reply("GET /x", failure(429, **details), 429, headers)
        async with FakeApi([reply]) as fake:
            with pytest.raises(ApiUnavailable) as error:
                await fake.api.get("/x")
            assert error.value.retry_after_seconds == seconds

    asyncio.run(scenario())


def test_an_answer_that_does_not_come_is_given_up() -> None:
    async def scenario() -> None:
        reply = Reply("GET /x", events=[], silent_seconds=5)
        async with FakeApi([reply]) as fake:
            with pytest.raises(ApiUnavailable, match="GET /x"):
                await fake.api.get("/x", deadline_seconds=0.2)

    asyncio.run(scenario())


def test_an_answer_that_is_no_json_is_an_error_and_no_crash() -> None:
    async def scenario() -> None:
        reply = Reply("GET /x", events=["half"], silent_seconds=0)
        async with FakeApi([reply]) as fake:
            # A JSON text is fine; a page must be an object.
            with pytest.raises(ApiUnavailable, match="cannot be read"):
                [page async for page in fake.api.pages("/x")]

    asyncio.run(scenario())


def test_a_list_comes_in_pages() -> None:
    async def scenario() -> list[bytes]:
        first = {"metadata": {"continue": "next"}, "items": [1]}
        replies = [
            Reply("GET /x?limit=500", first),
            Reply("GET /x?limit=500&continue=next", {"metadata": {}, "items": [2]}),
        ]
        async with FakeApi(replies) as fake:
            return [page async for page in fake.api.pages("/x")]

    pages = asyncio.run(scenario())
    assert [b"1" in page for page in pages] == [True, False]


def test_writes_name_their_writer_and_carry_their_body() -> None:
    async def scenario() -> list[object]:
        replies = [
            Reply("POST /x?fieldManager=pinfold", {}, 201),
            Reply("PUT /x/y?fieldManager=pinfold", {}),
            Reply("PATCH /x/y?fieldManager=pinfold", {}),
        ]
        async with FakeApi(replies) as fake:
            await fake.api.create("/x", {"a": 1})
            await fake.api.replace("/x/y", {"a": 2})
            await fake.api.patch("/x/y", {"a": 3}, MERGE_PATCH)
            return fake.bodies

    assert asyncio.run(scenario()) == [{"a": 1}, {"a": 2}, {"a": 3}]


def test_who_may_not_write_may_read() -> None:
    async def scenario() -> None:
        replies = [Reply("GET /x", {}), Reply("POST /x", {}, 201), Reply("PUT /x", {})]
        async with FakeApi(replies) as fake:
            leads = False
            fenced = fake.api.writing_only_while(lambda: leads)
            await fenced.get("/x")
            for write in (
                fenced.create("/x", {}),
                fenced.replace("/x", {}),
                fenced.patch("/x", {}, MERGE_PATCH),
            ):
                with pytest.raises(NotLeading, match="/x: another replica may be at work"):
                    await write
            leads = True
            await fenced.create("/x", {})
            leads = False
            await fake.api.replace("/x", {})  # the one that it was made of is free

    asyncio.run(scenario())


def test_without_credentials_the_message_says_where_they_were_looked_for(tmp_path: Path) -> None:
    with pytest.raises(LoginFailed, match=r"no credentials from .*missing\.yaml"):
        asyncio.run(Api.login(tmp_path / "missing.yaml"))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("- 1", id="a list"),
        pytest.param("a: [", id="no YAML"),
        pytest.param("\x00", id="bytes"),
        pytest.param("apiVersion: v1\nkind: Config\ncurrent-context: x\n", id="no such context"),
    ],
)
def test_a_kubeconfig_that_cannot_be_read_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(text)
    with pytest.raises(LoginFailed, match=r"no credentials from .*broken\.yaml"):
        asyncio.run(Api.login(path))
