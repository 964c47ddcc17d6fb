"""Digests, from the registry that Debian packages."""

import base64
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from pinfold.evidence.credentials import Logins
from pinfold.evidence.failures import LookupFailed, Patience, Unreachable
from pinfold.evidence.registry import Registries
from tests.alerts.debian import NoPackages
from tests.cli.pin.debian import registry_program
from tests.cli.pin.registries import (
    PASSWORD,
    USER,
    free_port,
    registry,
    that_hangs,
    with_password,
    with_tokens,
)

IMPATIENT = Patience(timeout_seconds=0.5, attempts=2, wait_seconds=0.01)


@pytest.fixture(autouse=True)
def _needs_debian() -> None:
    try:
        registry_program()
    except NoPackages as error:
        pytest.skip(str(error))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def registries(home: Path) -> Iterator[Registries]:
    environ = {"DOCKER_CONFIG": str(home), "HOME": str(home), "PATH": f"{home}:{os.defpath}"}
    asking = Registries(Logins.of_user(environ), Patience(timeout_seconds=5, wait_seconds=0.01))
    yield asking
    asking.close()


def log_in(home: Path, host: str, password: str = PASSWORD) -> None:
    auth = base64.b64encode(f"{USER}:{password}".encode()).decode()
    (home / "config.json").write_text(json.dumps({"auths": {host: {"auth": auth}}}), "utf-8")


def log_in_by_helper(home: Path, host: str, user: str, secret: str) -> None:
    """A credential helper as docker calls it: `docker-credential-tests get`, the host on input."""
    (home / "config.json").write_text(json.dumps({"credHelpers": {host: "tests"}}), "utf-8")
    answer = json.dumps({"ServerURL": host, "Username": user, "Secret": secret})
    program = home / "docker-credential-tests"
    program.write_text(f"#!/bin/sh\nread host\n[ $host = {host} ] && echo '{answer}'\n", "utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


def failure(registries: Registries, repository: str, tag: str = "v1") -> str:
    with pytest.raises(LookupFailed) as caught:
        registries.digest_of(repository, tag)
    return str(caught.value)


def test_a_tag_of_several_architectures_is_its_index(
    tmp_path: Path, registries: Registries
) -> None:
    with registry(tmp_path) as here:
        one, two = here.push("team/llm", "v1"), here.push("team/llm", "v2")
        assert one != two
        assert registries.digest_of(f"{here.host}/team/llm", "v1").text == one
        assert registries.digest_of(f"{here.host}/team/llm", "v2").text == two
        assert here.push("team/llm", "v1") == one
        missing = failure(registries, f"{here.host}/team/llm", "v9")
        assert missing == f"{here.host} has no team/llm:v9"


def test_a_password_is_sent_to_who_asks_for_it(
    tmp_path: Path, home: Path, registries: Registries
) -> None:
    with with_password(tmp_path) as here:
        digest = here.push("team/llm", "v1")
        name = f"{here.host}/team/llm"
        assert failure(registries, name) == (
            f"{here.host} wants a login to read team/llm (there is no {home}/config.json);"
            f" it may not exist, or type: docker login {here.host}"
        )
        log_in(home, here.host, "wrong")
        assert failure(registries, name) == (
            f"{here.host} does not let you read team/llm as user (login from {home}/config.json);"
            f" it may not exist, or type: docker login {here.host}"
        )
        log_in(home, f"https://{here.host}/v2/")
        assert registries.digest_of(name, "v1").text == digest
        log_in_by_helper(home, here.host, USER, PASSWORD)
        assert registries.digest_of(name, "v1").text == digest


def test_a_token_is_fetched_from_where_the_registry_says(
    tmp_path: Path, home: Path, registries: Registries
) -> None:
    with with_tokens(tmp_path) as (here, service):
        digest = here.push("team/llm", "v1")
        name = f"{here.host}/team/llm"
        assert f"{here.host} wants a login to read team/llm" in failure(registries, name)
        log_in(home, here.host)
        assert registries.digest_of(name, "v1").text == digest
        assert service.asked[-1] == {"scope": "repository:team/llm:pull", "service": "registry"}
        log_in_by_helper(home, here.host, "<token>", "identity")
        assert registries.digest_of(name, "v1").text == digest
        assert service.asked[-1]["grant_type"] == "refresh_token"
        log_in_by_helper(home, here.host, "<token>", "ended")
        assert "(login from docker-credential-tests)" in failure(registries, name)


def test_who_never_answers_is_not_waited_for(home: Path) -> None:
    waits: list[float] = []
    asking = Registries(Logins((), {}), IMPATIENT, waits.append)
    with that_hangs() as host, pytest.raises(Unreachable) as caught:
        asking.digest_of(f"{host}/team/llm", "v1")
    asking.close()
    assert str(caught.value) == f"{host} did not answer within 0.5 s (2 attempts)"
    assert waits[:1] == [0.01]


def test_who_is_not_there_is_said_to_be_so() -> None:
    asking = Registries(Logins((), {}), IMPATIENT, lambda _: None)
    host = f"127.0.0.1:{free_port()}"
    assert failure(asking, f"{host}/team/llm").startswith(f"{host} cannot be reached: ")
    asking.close()


@pytest.mark.parametrize(
    ("config", "registry_name", "user"),
    [
        pytest.param({"auths": {"a.b": {"auth": "dTpw"}}}, "a.b", "u", id="by its host"),
        pytest.param({"auths": {"https://a.b": {"auth": "dTpw"}}}, "a.b", "u", id="as an address"),
        pytest.param(
            {"auths": {"https://index.docker.io/v1/": {"auth": "dTpw"}}}, "docker.io", "u",
            id="docker hub, as docker login writes it",
        ),
        pytest.param({"auths": {"a.b": {"auth": "dTpw"}}}, "a.b:5000", None, id="another port"),
        pytest.param({"auths": {"a.b": {"auth": "%"}}}, "a.b", None, id="no base64"),
        pytest.param({"auths": {"a.b": {}}, "credsStore": "x"}, "a.b", None, id="no such helper"),
        pytest.param({"credsStore": "../x"}, "a.b", None, id="a helper that is a path"),
        pytest.param([], "a.b", None, id="no configuration"),
    ],
)  # fmt: skip
def test_logins_are_found_as_docker_finds_them(
    home: Path, config: object, registry_name: str, user: str | None
) -> None:
    (home / "config.json").write_text(json.dumps(config), "utf-8")
    environ = {"DOCKER_CONFIG": str(home), "PATH": str(home), "HOME": str(home)}
    login, tried = Logins.of_user(environ).find(registry_name)
    assert (login.user if login else None) == user
    assert bool(tried) is (user is None)
