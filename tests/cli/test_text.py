"""What `pinfold inspect` shows to people."""

import io
from typing import Any

import pytest

from pinfold.cli.config_maps import Beside
from pinfold.cli.output.style import Mark, Style, style_of
from pinfold.cli.output.text import as_text
from pinfold.cli.report import Inspected, Report, report_on
from pinfold.documents.model import Document
from pinfold.documents.read import read_documents
from pinfold.inspect.kinds import BUILT_IN
from pinfold.inspect.resources.runtimes import Runtimes
from pinfold.inspect.workload import (
    Act,
    Artefact,
    Kind,
    Origin,
    Pin,
    PinForm,
    Provenance,
    State,
    Where,
    Workload,
)

COMMIT = "9f3c" * 10
DIGEST = "sha256:" + "9f3c" * 16
OTHER_DIGEST = (
    "a digest that containerd cannot pull by: what runs can change; append @sha256:<digest>"
)
ESCAPED = (
    'no image reference: "a\\x1b[31m" is no name: lower-case letters and digits, joined by ".",'
    ' "_", "__" or any number of "-"'
)
VLLM = "spec.template.spec.containers[0]"
PLAIN = Style(rich=False)
RICH = Style(rich=True)
HEADER = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: ml}\nspec:\n"


def shown(manifest: str, source: str = "pod.yaml", style: Style = PLAIN) -> list[str]:
    return as_text(report_on(read_documents(manifest.encode(), source)), style).splitlines()


def loaded(**fields: Any) -> list[str]:
    """What is told of one artefact, below its heading."""
    (document,) = read_documents(b"spec: {args: [a, b]}\n", "pod.yaml")
    assert isinstance(document, Document)
    known: dict[str, Any] = {
        "container": "main",
        "pod": "spec",
        "server": "vllm",
        "act": Act.LOAD,
        "kind": Kind.MODEL,
        "id": "org/m",
        "origin": Origin.HUB,
        "endpoint": "https://huggingface.co",
        "revision": None,
        "state": State.UNPINNED,
        "place": "spec.args[0]",
        "where": Where.ARG,
    }
    artefact = Artefact(**{**known, **fields})
    workload = Workload("Pod", "ml", "a", artefacts=(artefact,))
    inspected = Inspected(document, workload, BUILT_IN[0], Runtimes(), Beside({}))
    report = Report((inspected,), (), 0)
    return [line.strip() for line in as_text(report, PLAIN).splitlines()[2:-2]]


def test_a_workload_is_told_as_what_it_runs_loads_risks_and_hides() -> None:
    manifest = f"""\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: llama
  namespace: ml
spec:
  template:
    spec:
      initContainers:
      - name: fetch
        image: busybox@{DIGEST}
        restartPolicy: Always
      containers:
      - name: vllm
        image: vllm/vllm-openai:v0.14.1
        args: [--model=org/m, --trust-remote-code, --tokenizer=org/t, --tokenizer-revision={COMMIT}]
      - name: tgi
        image: ghcr.io/huggingface/text-generation-inference:3.3.6
        args: ["--model-id", "$(MODEL)"]
        env:
        - name: MODEL
          valueFrom: {{secretKeyRef: {{name: s, key: k}}}}
"""
    assert shown(manifest) == [
        "Deployment ml/llama  pod.yaml, line 1",
        "  Runs",
        "    [+] busybox@sha256:9f3c9f3c9f3c...",
        "        sidecar fetch, line 11: spec.template.spec.initContainers[0].image",
        "    [x] vllm/vllm-openai:v0.14.1",
        "        container vllm, line 15: spec.template.spec.containers[0].image",
        "        no digest: what runs can change; append @sha256:<digest>",
        "    [x] ghcr.io/huggingface/text-generation-inference:3.3.6",
        "        container tgi, line 18: spec.template.spec.containers[1].image",
        "        no digest: what runs can change; append @sha256:<digest>",
        "  Loads",
        "    [x] model org/m",
        f"        loaded by vllm in container vllm, line 16: {VLLM}.args[0]",
        "        no revision: its files can change; add --revision=<40-hex commit>",
        "    [+] tokenizer org/t at 9f3c9f3c9f3c...",
        f"        loaded by vllm in container vllm, line 16: {VLLM}.args[2]",
        "  Takes risks",
        "    [!] trust-remote-code: --trust-remote-code",
        "        container vllm, line 16: spec.template.spec.containers[0].args[1]",
        "  Cannot be told",
        "    [?] $MODEL comes from Secret s and can add arguments (secret)",
        "        container tgi, line 19: spec.template.spec.containers[1].args[1]",
        "",
        "1 workload, 3 images (2 without a digest), 2 artefacts (1 not pinned), 1 not to be told.",
    ]


@pytest.mark.parametrize(
    ("image", "lines"),
    [
        pytest.param(
            f"a@{DIGEST}",
            ["[+] a@sha256:9f3c9f3c9f3c...", "container m, line 6: spec.containers[0].image"],
            id="a digest",
        ),
        pytest.param(
            "a@sha512:" + "9f3c" * 32,
            [
                "[x] a@sha512:9f3c9f3c9f3c...",
                "container m, line 6: spec.containers[0].image",
                OTHER_DIGEST,
            ],
            id="a digest of another kind",
        ),
        pytest.param(
            "a b",
            [
                "[x] a b",
                "container m, line 6: spec.containers[0].image",
                "no image reference: it contains white space",
            ],
            id="no reference",
        ),
        pytest.param(
            '"a\\e[31m"',
            [
                "[x] a\\x1b[31m",
                "container m, line 6: spec.containers[0].image",
                ESCAPED,
            ],
            id="control characters are shown, not sent to the terminal",
        ),
    ],
)
def test_an_image_is_told_with_what_is_wrong_with_it(image: str, lines: list[str]) -> None:
    manifest = f"{HEADER}  containers:\n  - {{name: m, image: {image}}}\n"
    assert [line.strip() for line in shown(manifest)[2:-2]] == lines


def test_a_place_that_nobody_wrote_is_told_by_the_nearest_that_stands_there() -> None:
    assert shown(HEADER + "  containers:\n  - name: a\n")[2:5] == [
        '    [x] ""',
        "        container a, line 6: spec.containers[0].image",
        "        no image reference: it is empty",
    ]


@pytest.mark.parametrize(
    ("fields", "lines"),
    [
        pytest.param(
            {"state": State.PINNED, "revision": COMMIT, "act": Act.FETCH, "server": "hf-download"},
            [
                "[+] model org/m at 9f3c9f3c9f3c...",
                "fetched by hf-download in container main, line 1: spec.args[0]",
            ],
            id="pinned, and fetched",
        ),
        pytest.param(
            {"revision": "main", "pin": Pin(PinForm.SUFFIX, "@", None)},
            [
                "[x] model org/m at main",
                "loaded by vllm in container main, line 1: spec.args[0]",
                "main is no full commit id: its files can change; add @<40-hex commit>",
            ],
            id="a branch",
        ),
        pytest.param(
            {"via": ("$(MODEL)", "sh -c"), "reading": "vllm serve"},
            [
                "[x] model org/m",
                "loaded by vllm in container main, line 1: spec.args[0], via $(MODEL), via sh -c",
                "if it is read as vllm serve",
                "no revision: its files can change",
            ],
            id="the steps on the way, and the reading",
        ),
        pytest.param(
            {"state": State.UNPINNABLE, "kind": Kind.ADAPTER},
            [
                "[x] adapter org/m",
                "loaded by vllm in container main, line 1: spec.args[0]",
                "vllm offers no way to pin it here",
            ],
            id="unpinnable",
        ),
        pytest.param(
            {"endpoint": "https://mirror.example.com", "state": State.PINNED, "revision": COMMIT},
            [
                "[+] model org/m at 9f3c9f3c9f3c...",
                "loaded by vllm in container main, line 1: spec.args[0]",
                "asked of https://mirror.example.com",
            ],
            id="another hub",
        ),
        pytest.param(
            {"state": State.OPAQUE, "id": None, "origin": Origin.UNKNOWN, "endpoint": None},
            [
                "[?] model of a name that is not known",
                "loaded by vllm in container main, line 1: spec.args[0]",
                "what it is cannot be told from the manifest",
            ],
            id="opaque",
        ),
        pytest.param(
            {"state": State.OPAQUE, "id": None, "where": Where.IMAGE, "endpoint": None},
            [
                "[?] model in the image",
                "loaded by vllm in container main, line 1: spec.args[0]",
                "what it is cannot be told from the manifest",
            ],
            id="what the image holds",
        ),
        pytest.param(
            {"state": State.LOCAL, "id": "/m", "origin": Origin.LOCAL},
            [
                "[?] model /m",
                "loaded by vllm in container main, line 1: spec.args[0]",
                "a local path",
            ],
            id="a path that nobody traced",
        ),
        pytest.param(
            {
                "state": State.LOCAL,
                "id": "/m",
                "provenance": Provenance("models", "spec.args[1]", "pinned"),
            },
            [
                "[+] model /m",
                "loaded by vllm in container main, line 1: spec.args[0]",
                "a local path on volume models, filled from line 1: spec.args[1] (pinned)",
            ],
            id="a path on a volume that a download fills",
        ),
        pytest.param(
            {
                "state": State.LOCAL,
                "id": "/m",
                "provenance": Provenance(None, "spec.image", "unpinned"),
            },
            [
                "[x] model /m",
                "loaded by vllm in container main, line 1: spec.args[0]",
                "a local path in the image, line 1: spec.image (unpinned)",
            ],
            id="a path in an image that can change",
        ),
        pytest.param(
            {"state": State.LOCAL, "id": "/m", "provenance": Provenance("pvc", None, "unknown")},
            [
                "[?] model /m",
                "loaded by vllm in container main, line 1: spec.args[0]",
                "a local path on volume pvc: nothing here says what that holds (unknown)",
            ],
            id="a path on a volume of which nothing is known",
        ),
        pytest.param(
            {"state": State.LOCAL, "id": "/m", "provenance": Provenance(None, None, "unknown")},
            [
                "[?] model /m",
                "loaded by vllm in container main, line 1: spec.args[0]",
                "a local path in the image: nothing here says what that holds (unknown)",
            ],
            id="a path of which nothing is known",
        ),
    ],
)
def test_an_artefact_is_told_with_what_follows(fields: dict[str, Any], lines: list[str]) -> None:
    assert loaded(**fields) == lines


def test_what_was_not_read_stands_at_the_end_with_its_line() -> None:
    assert shown("a: 1\n---\nb: [", source="-") == [
        "Not read",
        "    [?] standard input, line 3",
        "        it is no YAML: did not find expected node content while parsing a flow node",
        "",
        "0 workloads, 0 images, 0 artefacts, 1 document not read.",
    ]


@pytest.mark.parametrize(
    ("manifest", "line"),
    [
        pytest.param("", "Nothing to inspect: no workload.", id="nothing at all"),
        pytest.param(
            "a: 1\n---\nb: 2\n", "Nothing to inspect: no workload among 2 documents.", id="others"
        ),
        pytest.param("a: 1\n", "Nothing to inspect: no workload among 1 document.", id="one other"),
    ],
)
def test_where_there_is_no_workload_that_is_said(manifest: str, line: str) -> None:
    assert shown(manifest) == [line]


def test_a_workload_without_a_name_is_told_by_its_file() -> None:
    lines = shown("apiVersion: v1\nkind: Pod\nspec: {}\n", source="-")
    assert lines[0] == "Pod (no name)  standard input, line 1"


def test_a_terminal_gets_signs_and_colours() -> None:
    manifest = f"{HEADER}  containers:\n  - {{name: m, image: a@{DIGEST}}}\n"
    assert shown(manifest, style=RICH)[:4] == [
        "\x1b[1mPod ml/a\x1b[0m  \x1b[2mpod.yaml, line 1\x1b[0m",
        "  Runs",
        "    \x1b[32m✓\x1b[0m a@sha256:9f3c9f3c9f3c…",
        "      \x1b[2mcontainer m, line 6: spec.containers[0].image\x1b[0m",
    ]


def test_a_long_text_is_cut() -> None:
    assert PLAIN.quote("x" * 1000) == "x" * 240 + "..."
    assert RICH.quote("x" * 1000) == "x" * 240 + "…"


class Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("encoding", "environ", "rich"),
    [
        pytest.param("utf-8", {}, True, id="a terminal"),
        pytest.param("utf-8", {"NO_COLOR": "1"}, False, id="NO_COLOR"),
        pytest.param("utf-8", {"NO_COLOR": ""}, True, id="NO_COLOR, but empty"),
        pytest.param("utf-8", {"TERM": "dumb"}, False, id="a dumb terminal"),
        pytest.param("ascii", {}, False, id="a terminal without UTF-8"),
    ],
)
def test_only_a_terminal_that_can_gets_signs(
    encoding: str, environ: dict[str, str], rich: bool
) -> None:
    assert style_of(Terminal(io.BytesIO(), encoding=encoding), environ) == Style(rich=rich)


def test_a_pipe_gets_plain_ascii() -> None:
    style = style_of(io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), {})
    assert [style.mark(mark) for mark in Mark] == ["[+]", "[x]", "[?]", "[!]"]
