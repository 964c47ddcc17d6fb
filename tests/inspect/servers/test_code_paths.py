"""Code that a volume brings into a server, past the digest of its image."""

from typing import Any

import pytest

from pinfold.inspect.servers.code_paths import holds_code
from tests.inspect.servers.reading import S1, SECRET, codes, env, facts_of, rows

SERVE = ["vllm", "serve", "org/m", f"--revision={S1}"]
PACKAGES = "/usr/local/lib/python3.12/dist-packages"
CLAIM: dict[str, Any] = {"persistentVolumeClaim": {"claimName": "w"}}


def told(container: dict[str, Any], volume: dict[str, Any] | None = None) -> list[tuple[str, str]]:
    """The place and the text of each hazard of a container with a volume `v`."""
    facts = facts_of({"command": SERVE, **container}, volumes=[{"name": "v", **(volume or CLAIM)}])
    assert {one.hazard for one in facts.hazards} <= {"code-path"}
    return [(one.place, one.text) for one in facts.hazards]


def mount(path: str, **more: Any) -> dict[str, Any]:
    return {"volumeMounts": [{"name": "v", "mountPath": path, **more}]}


@pytest.mark.parametrize(("path", "over"), [
    pytest.param(PACKAGES, True, id="all packages"),
    pytest.param(f"{PACKAGES}/vllm", True, id="the server's own package"),
    pytest.param(f"{PACKAGES}/vllm/envs.py", True, id="one file of it"),
    pytest.param("/opt/venv/lib/python3.11/site-packages", True, id="an environment's packages"),
    pytest.param("/opt/venv", True, id="an environment"),
    pytest.param("/opt/venv/", True, id="a slash at the end"),
    pytest.param("opt/venv", True, id="no slash at the beginning"),
    pytest.param("//opt/./x/../venv", True, id="a detour"),
    pytest.param("/srv/.venv/bin", True, id="a part of an environment elsewhere"),
    pytest.param("/usr/local/lib/python3.12", True, id="the standard library"),
    pytest.param("/usr/lib/python3", True, id="the system's packages"),
    pytest.param("/usr/local/lib", True, id="above the packages"),
    pytest.param("/usr", True, id="far above the packages"),
    pytest.param("/opt", True, id="above an environment"),
    pytest.param("/root/.local", True, id="packages of the user"),
    pytest.param("/home/vllm/.local/lib/python3.12", True, id="packages of another user"),
    pytest.param("/sgl-workspace", True, id="above sources that run in place"),
    pytest.param("/sgl-workspace/sglang/python", True, id="sources that run in place"),
    pytest.param("/root/.cache/huggingface", False, id="a cache"),
    pytest.param("/root", False, id="a home"),
    pytest.param("/models", False, id="a model"),
    pytest.param("/opt/models", False, id="a model beside an environment"),
    pytest.param("/usr/local/nvidia", False, id="the node's driver"),
    pytest.param("/usr/local/bin", False, id="programs, which are told by themselves"),
    pytest.param("/srv/site-packages-of-acme", False, id="a name that only begins so"),
    pytest.param("/opt/venvs", False, id="another name that only begins so"),
    pytest.param("/dev/shm", False, id="shared memory"),
])  # fmt: skip
def test_a_mount_that_lies_over_code(path: str, over: bool) -> None:
    assert holds_code(path) is over


@pytest.mark.parametrize("volume", [
    pytest.param(CLAIM, id="a claim"),
    pytest.param({"hostPath": {"path": "/x"}}, id="a folder of the node"),
    pytest.param({"emptyDir": {}}, id="a folder that the pod fills"),
    pytest.param({"configMap": {"name": "c"}}, id="a ConfigMap"),
    pytest.param({"image": {"reference": f"r.example/x@sha256:{'0' * 64}"}}, id="an image volume"),
])  # fmt: skip
@pytest.mark.parametrize("read_only", [False, True])
def test_every_volume_brings_code(volume: dict[str, Any], read_only: bool) -> None:
    place = "spec.containers[0].volumeMounts[0].mountPath"
    container = mount(f"{PACKAGES}/vllm", readOnly=read_only)
    assert told(container, volume) == [(place, f"{PACKAGES}/vllm on volume v")]


@pytest.mark.parametrize(("container", "is_told"), [
    pytest.param({"image": "vllm/vllm-openai:v0.33.0", "command": None, "args": ["org/m"]}, True,
                 id="an image's own server"),
    pytest.param({"command": ["python3", "-m", "sglang.launch_server", "--model-path=org/m"]}, True,
                 id="a module"),
    pytest.param({"command": ["sh", "-c", "pip list; vllm serve org/m"]}, True, id="a script"),
    pytest.param({"command": ["hf", "download", "org/m"]}, False, id="a download is no server"),
    pytest.param({"command": ["nginx"]}, False, id="another program"),
    pytest.param({"command": None, "image": "ollama/ollama:0.9"}, True, id="no command"),
])  # fmt: skip
def test_it_matters_where_a_server_is_read(container: dict[str, Any], is_told: bool) -> None:
    assert bool(told({**mount(PACKAGES), **container})) is is_told


def test_a_server_whose_program_lies_there_too_is_not_sure_and_told() -> None:
    facts = facts_of({"command": SERVE, **mount("/opt/venv")}, volumes=[{"name": "v", **CLAIM}])
    assert rows(facts) == [("model", "org/m", S1, "opaque")]
    assert (codes(facts), [one.text for one in facts.hazards]) == (
        ["volume"],
        ["/opt/venv on volume v"],
    )


@pytest.mark.parametrize(("name", "value", "texts"), [
    pytest.param("PYTHONPATH", "/v/lib", ["PYTHONPATH=/v/lib on volume v"], id="onto a volume"),
    pytest.param("PYTHONPATH", "/app:/v/a:/v/b",
                 ["PYTHONPATH=/v/a on volume v", "PYTHONPATH=/v/b on volume v"],
                 id="each path that leads there"),
    pytest.param("PYTHONPATH", "/app:/opt", ["PYTHONPATH=/app:/opt"], id="into the image"),
    pytest.param("PYTHONPATH", ".", ["PYTHONPATH=. on volume v"], id="the working directory"),
    pytest.param("PYTHONPATH", "/app:", ["PYTHONPATH= on volume v"],
                 id="nothing behind a colon is the working directory"),
    pytest.param("PYTHONPATH", "/app:$(NONE)", ["PYTHONPATH=$(NONE) on volume v"],
                 id="no such variable: a name in the working directory"),
    pytest.param("LD_PRELOAD", "libtcmalloc.so:/v/x.so", ["LD_PRELOAD=/v/x.so on volume v"],
                 id="a library"),
    pytest.param("LD_PRELOAD", "libtcmalloc.so", ["LD_PRELOAD=libtcmalloc.so"],
                 id="a library that is searched for"),
    pytest.param("LD_PRELOAD", "a.so /v/x.so", ["LD_PRELOAD=/v/x.so on volume v"],
                 id="a blank between libraries"),
    pytest.param("PYTHONSTARTUP", "/v/s.py", ["PYTHONSTARTUP=/v/s.py on volume v"],
                 id="a script that Python starts with"),
    pytest.param("PYTHONPATH", SECRET, ["PYTHONPATH=… on any volume"], id="a Secret's text"),
    pytest.param("PYTHONPATH", {"fieldRef": {"fieldPath": "metadata.name"}}, ["PYTHONPATH=…"],
                 id="the pod's own name"),
    pytest.param("PYTHONPATH", "", [], id="nothing"),
])  # fmt: skip
def test_where_a_variable_leads(name: str, value: Any, texts: list[str]) -> None:
    container = {"env": env(**{name: value}), "workingDir": "/v/work", **mount("/v")}
    assert [text for _, text in told(container)] == texts


@pytest.mark.parametrize(("container", "texts"), [
    pytest.param({"env": env(PYTHONPATH=SECRET)}, ["PYTHONPATH=…"], id="no volume to lead to"),
    pytest.param({"env": env(PYTHONPATH="lib"), **mount("/v")}, ["PYTHONPATH=lib"],
                 id="a working directory that the image tells"),
    pytest.param({"env": env(PYTHONPATH="/app"), **mount("/app/acme.py", subPath="acme.py")},
                 ["PYTHONPATH=/app on volume v"], id="a module mounted into the image's folder"),
    pytest.param({"env": env(PYTHONPATH="/app"), **mount("/app/conf.yaml", subPath="x")},
                 ["PYTHONPATH=/app"], id="settings mounted there are no code"),
    pytest.param({"env": env(PYTHONPATH="/app"), **mount("/srv/acme.py", subPath="acme.py")},
                 ["PYTHONPATH=/app"], id="a module elsewhere"),
    pytest.param({"command": ["sh", "-c", "cd $X; PYTHONPATH=lib vllm serve org/m"],
                  **mount("/v")}, ["PYTHONPATH=lib"], id="below a folder that is not known"),
    pytest.param({"env": env(PYTHONPATH="/v/a.py"), **mount("/v/a.py", subPath="a.py")},
                 ["PYTHONPATH=/v/a.py on volume v"], id="a file itself, once"),
    pytest.param({"command": ["sh", "-c", 'PYTHONPATH="/v/x:$PYTHONPATH" vllm serve org/m'],
                  **mount("/v")}, ["PYTHONPATH=/v/x on volume v"], id="set in a script"),
])  # fmt: skip
def test_a_variable_elsewhere(container: dict[str, Any], texts: list[str]) -> None:
    assert [text for _, text in told(container)] == texts


def test_a_long_path_is_cut_and_the_volume_is_still_named() -> None:
    ((_, text),) = told({"env": env(PYTHONPATH=f"/v/{'x' * 200}"), **mount("/v")})
    assert (text[:14], text[-14:], len(text)) == ("PYTHONPATH=/v/", "x… on volume v", 92)


def test_paths_beyond_all_bounds_are_too_much_work() -> None:
    paths = ":".join(f"/{number}" for number in range(50_000))
    facts = facts_of(
        {"command": SERVE, "env": env(PYTHONPATH=paths), **mount("/v")},
        volumes=[{"name": "v", **CLAIM}],
    )
    assert "too-large" in codes(facts)
