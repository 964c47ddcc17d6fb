"""Documents, scripts and commands that hypothesis draws, near to real ones and far from them."""

import copy
from typing import Any

from hypothesis import strategies as st

from pinfold.documents.model import Document
from tests.corpus.manifests import manifests

# What has a meaning somewhere: to a shell, to Kubernetes, to a server's parser, to JSON and YAML.
PIECES = (
    "vllm serve", "org/m", "--revision", "--model", "1" * 40, "$(", ")", "$", "${", "}", "`", "'",
    '"', "\\", "\n", " ", ";", "&&", "|", "&", "<<E\n", "\nE\n", "(", "((", "))", "{", "[", "[[",
    "]]", "ARGS+=(", '"${ARGS[@]}"', "$@", "$0", "$$", "$(X)", "eval ", "exec ", "if ", "then ",
    "fi", "for i in ", "do ", "done", "case x in ", "esac", "f() {", "--speculative-config.model=",
    '{"model": "a/b", "revision": "', "=", "--", "-", "\x00", "\ufffc", "é", "\U0001f600", ":-",
    "bash -c ", "sh -c ", "python3 -c ", "snapshot_download(", "import os", "hf download ", "@",
    "git clone https://huggingface.co/a/b", "s3://b/k", "hf://a/b:", "[" * 50, "{" * 50, "a" * 200,
)  # fmt: skip

texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=24).map("".join)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | texts | st.sampled_from(PIECES)
json_like = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
words = st.lists(texts, max_size=8)

_VALUES = tuple(
    document.value
    for manifest in manifests()
    for document in manifest.documents()
    if isinstance(document, Document) and isinstance(document.value, dict)
)


def _places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [at] if at else []
    if isinstance(value, dict):
        for key, inner in value.items():
            found += _places(inner, (*at, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            found += _places(inner, (*at, index))
    return found


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """A manifest of the corpus, of which a few places hold something else."""
    value = copy.deepcopy(draw(st.sampled_from(_VALUES)))
    for _ in range(draw(st.integers(1, 4))):
        places = _places(value)
        if not places:
            break
        *path, last = draw(st.sampled_from(places))
        node = value
        for step in path:
            node = node[step]
        old = node[last]
        if isinstance(old, str):
            node[last] = draw(texts | scalars | texts.map(old.__add__))
        elif isinstance(old, list) and old and draw(st.booleans()):
            node[last] = draw(st.permutations(old)) + draw(st.lists(scalars, max_size=2))
        else:
            node[last] = draw(json_like)
    return value


def pod(**container: Any) -> dict[str, Any]:
    """A Pod of one container, on an accelerator, so that all of it is read."""
    resources = {"limits": {"nvidia.com/gpu": 1}}
    base = {"name": "c", "image": "vllm/vllm-openai:v0.33.0", "resources": resources}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p"},
        "spec": {"containers": [base | container]},
    }


def pod_of(*containers: Any, **spec: Any) -> dict[str, Any]:
    """A Pod of several containers, each on an accelerator, with fields of the spec beside them."""
    resources = {"limits": {"nvidia.com/gpu": 1}}
    rows = [
        {"name": f"c{i}", "image": "vllm/vllm-openai", "resources": resources, **one}
        for i, one in enumerate(containers)
    ]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p"},
        "spec": {"containers": rows, **spec},
    }


_HOOKS = st.fixed_dictionaries(
    {},
    optional={
        "lifecycle": st.builds(lambda c: {"postStart": {"exec": {"command": c}}}, words),
        "livenessProbe": st.builds(lambda c: {"exec": {"command": c}}, words),
        "env": st.builds(
            lambda values: [{"name": f"V{i}", "value": v} for i, v in enumerate(values)], words
        ),
        "volumeMounts": st.just([{"name": "m", "mountPath": "/m"}]),
    },
)
_SCRIPTS = st.builds(
    lambda script, times: ["bash", "-c", f"{script}\n" * times], texts, st.integers(1, 60)
)
_CONTAINERS = st.builds(
    lambda command, more: {"command": command, **more}, _SCRIPTS | words, _HOOKS
)
whole_pods = st.builds(
    lambda rows, times: pod_of(*rows * times, volumes=[{"name": "m", "emptyDir": {}}]),
    st.lists(_CONTAINERS, min_size=1, max_size=6),
    st.integers(1, 12),
)

pods = st.one_of(
    st.builds(pod, command=words),
    st.builds(pod, args=words),
    st.builds(lambda text: pod(command=["bash", "-c", text]), texts),
    st.builds(lambda text: pod(command=["python3", "-c", text]), texts),
    st.builds(pod, command=json_like, env=json_like, volumeMounts=json_like),
    st.builds(
        lambda values, command: pod(
            command=command, env=[{"name": f"V{i}", "value": v} for i, v in enumerate(values)]
        ),
        words,
        words,
    ),
    st.builds(lambda spec: {"apiVersion": "v1", "kind": "Pod", "spec": spec}, json_like),
)
