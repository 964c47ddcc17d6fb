"""Whatever the style of a manifest: only what was to be pinned differs, and then it is pinned."""

import json
from collections.abc import Callable
from difflib import SequenceMatcher

from hypothesis import given
from hypothesis import strategies as st

from pinfold.cli.pinning.outcome import Fate
from pinfold.cli.report import report_on
from pinfold.documents.model import Document
from pinfold.documents.read import read_documents
from pinfold.inspect.workload import State
from tests.cli.pin.outside import COMMIT, DIGEST, pinned

COMMENTS = st.sampled_from(["", " # ours", ' # it\'s: [odd] "x"', "  #"])
IMAGES = st.sampled_from(
    ["vllm/vllm-openai:v0.33.0", "vllm/vllm-openai", "a.b:5000/vllm/vllm-openai:v0.33.0"]
)
QUOTES = st.sampled_from(["{}", "'{}'", '"{}"', ">-\n        {}", "!!str {}", "&a{n} {}"])
FLOW_QUOTES = st.sampled_from(["{}", "'{}'", '"{}"'])


@st.composite
def containers(draw: st.DrawFn, number: int) -> str:
    """One container that serves a model, in some style."""
    image = draw(QUOTES).format(draw(IMAGES), n=number) + "\n"
    if not image.startswith(">"):
        image = image.rstrip("\n") + draw(COMMENTS) + "\n"
    model = draw(st.sampled_from([["--model=org/m"], ["--model", "org/m"]]))
    words = draw(st.permutations([model, ["--port", "80"], ["--seed=1"]]))
    flat = [word for group in words for word in group]
    quoted = ["'80'" if word == "80" else draw(FLOW_QUOTES).format(word) for word in flat]
    if draw(st.booleans()):
        args = f" [{', '.join(quoted)}]\n"
    else:
        dash = draw(st.sampled_from(["      - ", "      -   ", "    - "]))
        args = "\n" + "".join(f"{dash}{word}{draw(COMMENTS)}\n" for word in quoted)
    parts = [f"image: {image}", f"args:{args}", "tty: yes # n\n"]
    order = draw(st.permutations(parts))
    return f"  - name: c{number}\n" + "".join(f"    {part}" for part in order)


@st.composite
def manifests(draw: st.DrawFn) -> str:
    """A stream of pods, between other documents."""
    others = st.sampled_from(["", "# nothing\n", "a: [1, 2]\n", "b: {\n", "--- # x\nk: 'v'\n"])
    documents = []
    for _ in range(draw(st.integers(1, 3))):
        count = draw(st.integers(1, 3))
        body = "".join(draw(containers(number)) for number in range(count))
        documents.append(f"apiVersion: v1\nkind: Pod\nspec:\n  containers:\n{body}")
        documents.append(draw(others))
    text = draw(st.sampled_from(["", "\ufeff", "# first\n"])) + "---\n".join(documents)
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


def _check(before: str) -> None:
    after, outcome = pinned(before)
    rows = [row for row in outcome.rows if row.fate is Fate.PINNED]
    assert len(rows) == len(outcome.rows)
    added = []
    matcher = SequenceMatcher(None, before.split(), after.split(), autojunk=False)
    for kind, _, _, start, end in matcher.get_opcodes():
        if kind != "equal":
            added += after.split()[start:end]
    assert sum(DIGEST in word for word in added) == before.count("vllm-openai")
    assert after.count(f"--revision={COMMIT}") == before.count("org/m")
    _is_the_same_without(before, after)
    assert pinned(after)[0] == after


def _is_the_same_without(before: str, after: str) -> None:
    """Taken out again, what was written leaves the file as it was, and it is pinned."""
    old, new = (read_documents(text.encode(), "x") for text in (before, after))
    assert len(old) == len(new)
    for one, other in zip(old, new, strict=True):
        assert isinstance(one, Document) is isinstance(other, Document)
        if isinstance(one, Document) and isinstance(other, Document):
            shown = json.dumps(other.value).replace(f"@{DIGEST}", "")
            cut = shown.replace(f', "--revision={COMMIT}"', "")
            assert cut == json.dumps(one.value)
    for read in report_on(new).workloads:
        assert all(use.reference and use.reference.digest for use in read.workload.images)
        assert {artefact.state for artefact in read.workload.artefacts} == {State.PINNED}


@given(manifests())
def test_yaml(before: str) -> None:
    _check(before)


@given(
    st.lists(IMAGES, min_size=1, max_size=3),
    st.sampled_from([None, 0, 1, 2, "\t"]),
    st.booleans(),
    st.sampled_from([lambda text: text, lambda text: f"{text}\n{text}"]),
)
def test_json(
    images: list[str], spaces: int | str | None, ascii_only: bool, more: Callable[[str], str]
) -> None:
    rows = [
        {"name": f"é{at}", "image": image, "args": ["--model", "org/m", "--port", "80"]}
        for at, image in enumerate(images)
    ]
    pod = {"apiVersion": "v1", "kind": "Pod", "spec": {"containers": rows}}
    value = {"kind": "List", "apiVersion": "v1", "items": [pod, pod]}
    _check(more(json.dumps(value, indent=spaces, ensure_ascii=ascii_only)))
