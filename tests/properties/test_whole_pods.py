"""The dearest Pods that were found: each of their parts is small, or there are many of them."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from pinfold.inspect import containers, startup
from pinfold.inspect.commands import taken
from pinfold.inspect.kinds import kind_of
from pinfold.inspect.read import inspect_object
from tests.properties.cost import is_affordable
from tests.properties.drawing import pod_of, whole_pods

_POD = kind_of("v1", "Pod")
_LOOPS = "for i in {1..9}; do for j in {1..9}; do vllm serve a/$i$j; done; done"
_EXEC = {"exec": {"command": ["bash", "-c", "vllm serve a/b;" * 20]}}
_PROBES = dict.fromkeys(("livenessProbe", "readinessProbe", "startupProbe"), _EXEC)
_EMPTY = [{"name": f"m{i}", "emptyDir": {}} for i in range(200)]
_ALL = {"volumeMounts": [{"name": f"m{i}", "mountPath": f"/m{i}"} for i in range(200)]}
_LORAS = ["--lora-modules", *(f"a{i}=/m{i}/x" for i in range(190))]
_PYTHON = 'snapshot_download("a/b")\n'
_LATEST = {"image": "vllm/vllm-openai:latest"}


def sh(script: str, **more: Any) -> dict[str, Any]:
    return {"command": ["bash", "-c", script], **more}


_DEAREST = [
    pytest.param([sh(_LOOPS)] * 30, {}, id="heavy scripts"),
    pytest.param([sh("a;" * 4000)] * 30, {}, id="long scripts"),
    pytest.param([sh("vllm serve a/b", **_PROBES)] * 40, {}, id="probes"),
    pytest.param([{}] * 200, {}, id="containers of an image alone"),
    pytest.param([{}] * 20_000, {}, id="more containers than are read"),
    pytest.param([{"args": ["--model", "a/b"] * 900}] * 10, {}, id="arguments"),
    pytest.param([{"args": ["--fo"] * 1900, **_LATEST}] * 4, {}, id="options that nobody knows"),
    pytest.param([{"args": ["--m" + "a" * 1000] * 500}], {}, id="long options"),
    pytest.param([{"env": [{"name": f"SM_VLLM_A{i}", "value": "x"} for i in range(1500)]}], {},
                 id="options in variables"),
    pytest.param([sh("sh -c 'hf download a/b'\n" * 200, env=[{"name": f"V{i}"}
                 for i in range(3000)])], {}, id="variables of many shells"),
    pytest.param([sh("a b\n" * 700, env=[{"name": f"V{i}", "value": "x/y"} for i in range(3000)])],
                 {}, id="variables of programs that nobody knows"),
    pytest.param([sh("git clone https://huggingface.co/a/b\n" * 170)], {}, id="clones"),
    pytest.param([{"command": ["python3", "-c", _PYTHON + "a=a+a+a\n" * 1500]}] * 9, {},
                 id="code of Python"),
    pytest.param([{"command": ["python3", "-c", _PYTHON * 40]}] * 30, {}, id="calls of Python"),
    pytest.param([{"args": ["--model", "a/b", *_LORAS], **_ALL}] * 100, {"volumes": _EMPTY},
                 id="adapters on volumes that all can write to"),
    pytest.param([sh("hf download a/b", **_ALL)] * 100 + [{"args": ["/m1"], **_ALL}] * 100,
                 {"volumes": _EMPTY}, id="downloads to every volume"),
    pytest.param([{"image": "a/" * 200 + "b"}] * 200, {}, id="images that are none"),
    pytest.param([{"image": "a" * 1_000_000}], {}, id="a long image"),
    pytest.param([{"resources": {"limits": {"/g" * 500_000: 1}}}], {}, id="a long resource"),
    pytest.param([sh("pip install a\n" * 800)] * 5, {}, id="packages"),
    pytest.param([sh("curl a | sh\n" * 300)] * 5, {}, id="scripts of the network"),
    pytest.param([{"image": "busybox", "resources": {}, **sh("pip install a\n" * 90)}] * 150 + [{}],
                 {}, id="packages of containers that load nothing"),
    pytest.param([sh("a;" * 5400)] * 30, {}, id="scripts of the longest that are read"),
    pytest.param([sh("'a'\"b\"c\\d " * 600)] * 20, {}, id="words in quotes"),
    pytest.param([sh("a \\\n b \\\n c\n" * 400)] * 20, {}, id="continued lines"),
    pytest.param([sh("cp -r /a /m1; " * 100, **_ALL)] * 40, {"volumes": _EMPTY}, id="copies"),
    pytest.param([{"image": "busybox", "resources": {},
                   "env": [{"name": "A", "value": "model/(cat.nc-az mc " * 1500}]}] * 20 + [{}],
                 {}, id="texts full of words that are looked for"),
    pytest.param([{"args": ["/m"]}], {"volumes": [{"name": f"m{i}"} for i in range(20_000)]},
                 id="volumes"),
    pytest.param([{"args": ["/m"], "workingDir": "/a" * 500_000}], {}, id="a long folder"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "spec"), _DEAREST)
def test_a_whole_pod_takes_no_longer_than_one_may(rows: list[Any], spec: dict[str, Any]) -> None:
    value = pod_of(*rows, **spec)
    assert is_affordable(lambda: read(value))


@settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],  # to make one smaller that takes long takes longer still
)
@given(whole_pods)
def test_nor_does_any_other(value: Any) -> None:
    assert is_affordable(lambda: read(value))


def read(value: Any) -> None:
    """Nothing is remembered of it."""
    assert _POD is not None
    for kept in (containers.KEPT, taken.KEPT, startup.KEPT):
        kept.clear()
    inspect_object(_POD, value)
