"""What answers in place of the hub."""

from typing import Any

import pytest

from tests.inspect.servers.reading import S1, SECRET, VLLM, env, facts_of

CLAIM = {"name": "v", "persistentVolumeClaim": {"claimName": "c"}}
MODEL = ["org/m", "--revision", S1]
OFFLINE = "HF_HUB_OFFLINE"


def found(*words: str, variables: dict[str, Any], **more: Any) -> list[tuple[str, str, str]]:
    container = {"image": VLLM, "command": ["vllm", "serve"], "args": [*MODEL, *words]}
    mounts = more.pop("mounts", [])
    facts = facts_of({**container, "env": env(**variables), "volumeMounts": mounts}, **more)
    return [(row.hazard, row.text, row.place) for row in facts.hazards]


@pytest.mark.parametrize(
    ("variables", "hazard", "text"),
    [
        pytest.param(
            {"HF_ENDPOINT": "https://h.corp/"},
            "hub-endpoint",
            "HF_ENDPOINT=https://h.corp",
            id="a mirror",
        ),
        pytest.param(
            {"HUGGINGFACE_CO_STAGING": "1"},
            "hub-endpoint",
            "HUGGINGFACE_CO_STAGING=https://hub-ci.huggingface.co",
            id="the hub's own tests",
        ),
        pytest.param(
            {"HF_ENDPOINT": SECRET}, "hub-endpoint", "HF_ENDPOINT=$HF_ENDPOINT", id="not known"
        ),
        pytest.param(
            {"VLLM_USE_MODELSCOPE": "1"}, "other-hub", "VLLM_USE_MODELSCOPE", id="ModelScope"
        ),
        pytest.param(
            {"LMDEPLOY_USE_OPENMIND_HUB": "1"},
            "other-hub",
            "LMDEPLOY_USE_OPENMIND_HUB",
            id="OpenMind",
        ),
        pytest.param(
            {"VLLM_MODEL_REDIRECT_PATH": "/r"},
            "model-redirect",
            "VLLM_MODEL_REDIRECT_PATH",
            id="a file of names",
        ),
    ],
)
def test_settings_that_redirect(variables: dict[str, Any], hazard: str, text: str) -> None:
    assert [row[:2] for row in found(variables=variables)] == [(hazard, text)]


def test_what_is_switched_off_redirects_nothing() -> None:
    off = {"VLLM_USE_MODELSCOPE": "0", "VLLM_MODEL_REDIRECT_PATH": ""}
    assert found(variables=off) == []
    assert found(variables={"HF_ENDPOINT": "https://huggingface.co/"}) == []


@pytest.mark.parametrize(
    ("variables", "path", "folder"),
    [
        ({"HF_HOME": "/hf"}, "/hf", "/hf"),
        ({"HF_HUB_CACHE": "/hf/hub/", "HF_HOME": "/x"}, "/hf", "/hf/hub"),
        ({"HUGGINGFACE_HUB_CACHE": "/hf"}, "/hf", "/hf"),
        ({"XDG_CACHE_HOME": "/cache"}, "/cache", "/cache/huggingface"),
        ({}, "/root/.cache", "/root/.cache/huggingface"),
    ],
)
def test_a_cache_that_anybody_filled(variables: dict[str, str], path: str, folder: str) -> None:
    mounts = [{"name": "v", "mountPath": path}]
    assert found(variables={OFFLINE: "1", **variables}, mounts=mounts, volumes=[CLAIM]) == [
        (
            "offline-cache",
            f"HF_HUB_OFFLINE with {folder} on volume v",
            "spec.containers[0].env[0].value",
        )
    ]


def test_a_folder_for_downloads_is_the_cache() -> None:
    mounts = [{"name": "v", "mountPath": "/d"}]
    rows = found("--download-dir", "/d", variables={OFFLINE: "1"}, mounts=mounts, volumes=[CLAIM])
    assert [row[:2] for row in rows] == [("offline-cache", "HF_HUB_OFFLINE with /d on volume v")]


@pytest.mark.parametrize(
    ("offline", "home", "mount", "volume"),
    [
        pytest.param("0", "/hf", {}, CLAIM, id="the hub is asked"),
        pytest.param("1", "/other", {}, CLAIM, id="the cache lies elsewhere"),
        pytest.param("1", "hf", {}, CLAIM, id="no path"),
        pytest.param("1", "/hf", {"readOnly": True}, CLAIM, id="it cannot be written to"),
        pytest.param("1", "/hf", {}, {"name": "v", "emptyDir": {}}, id="the pod fills it"),
        pytest.param("1", "/hf", {}, {"name": "w", "emptyDir": {}}, id="a volume that is missing"),
    ],
)
def test_a_cache_that_is_none_of_that(
    offline: str, home: str, mount: dict[str, Any], volume: dict[str, Any]
) -> None:
    mounts = [{"name": "v", "mountPath": "/hf", **mount}]
    variables = {OFFLINE: offline, "HF_HOME": home}
    assert found(variables=variables, mounts=mounts, volumes=[volume]) == []


def test_without_the_hub_a_cache_is_nothing() -> None:
    mounts = [{"name": "v", "mountPath": "/hf"}]
    facts = facts_of(
        {
            "image": VLLM,
            "args": ["--model", "/m"],
            "env": env(HF_HUB_OFFLINE="1", HF_HOME="/hf"),
            "volumeMounts": mounts,
        },
        volumes=[CLAIM],
    )
    assert facts.hazards == ()
