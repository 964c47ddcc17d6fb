"""`pinfold inspect`: what a person or a program gets from it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pinfold.cli.main import main

COMMIT = "9f3c" * 10
DIGEST = "sha256:" + "9f3c" * 16
PINNED = f"""\
apiVersion: v1
kind: Pod
metadata:
  name: llama
  namespace: ml
spec:
  initContainers:
  - name: wait
    image: busybox:1.37@{DIGEST}
  containers:
  - name: vllm
    image: vllm/vllm-openai:v0.14.1
    args:
    - --model=org/m
    - --revision={COMMIT}
    - --trust-remote-code
"""
READER = """\
apiVersion: v1
kind: Pod
metadata: {name: reader, namespace: ml}
spec:
  containers:
  - name: vllm
    image: vllm/vllm-openai:v0.14.1
    args: [--model=$(MODEL)]
    env:
    - name: MODEL
      valueFrom: {configMapKeyRef: {name: llama, key: model}}
"""
CONFIG_MAP = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: llama, namespace: ml}
data: {model: org/m}
"""


def inspect(*arguments: str, stdin: str | bytes = "") -> Result:
    return CliRunner().invoke(main, ["inspect", *arguments], input=stdin)


def facts(*arguments: str, stdin: str | bytes = "") -> dict[str, Any]:
    result = inspect("--output", "json", *arguments, stdin=stdin)
    assert result.exit_code in (0, 2), result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def names(found: dict[str, Any]) -> list[tuple[str, int, str]]:
    return [(row["source"], row["document"], row["name"]) for row in found["workloads"]]


def models(found: dict[str, Any]) -> list[str | None]:
    return [row["id"] for workload in found["workloads"] for row in workload["artefacts"]]


def test_json_is_the_documented_schema_with_its_keys_in_order(tmp_path: Path) -> None:
    path = tmp_path / "pod.yaml"
    path.write_text(PINNED)
    result = inspect("-o", "json", str(path))
    assert result.exit_code == 0
    expected = {
        "schema": "pinfold.dev/inspect/v1",
        "workloads": [
            {
                "source": str(path),
                "document": 0,
                "kind": "Pod",
                "namespace": "ml",
                "name": "llama",
                "images": [
                    {
                        "container": "wait",
                        "role": "init",
                        "pod": "spec",
                        "place": "spec.initContainers[0].image",
                        "image": f"busybox:1.37@{DIGEST}",
                        "canonical": f"docker.io/library/busybox:1.37@{DIGEST}",
                        "digest": DIGEST,
                        "problem": None,
                    },
                    {
                        "container": "vllm",
                        "role": "container",
                        "pod": "spec",
                        "place": "spec.containers[0].image",
                        "image": "vllm/vllm-openai:v0.14.1",
                        "canonical": "docker.io/vllm/vllm-openai:v0.14.1",
                        "digest": None,
                        "problem": None,
                    },
                ],
                "artefacts": [
                    {
                        "container": "vllm",
                        "pod": "spec",
                        "server": "vllm",
                        "act": "load",
                        "artefact": "model",
                        "id": "org/m",
                        "origin": "hub",
                        "endpoint": "https://huggingface.co",
                        "revision": COMMIT,
                        "state": "pinned",
                        "place": "spec.containers[0].args[0]",
                        "where": "arg",
                        "via": [],
                        "reading": None,
                        "pin": {"write": "--revision", "place": "spec.containers[0].args[1]"},
                        "provenance": None,
                    }
                ],
                "hazards": [
                    {
                        "container": "vllm",
                        "hazard": "trust-remote-code",
                        "place": "spec.containers[0].args[2]",
                    }
                ],
                "opaque": [],
            }
        ],
        "errors": [],
    }
    assert result.stdout == json.dumps(expected, indent=2) + "\n"


def test_an_image_that_is_none_says_why() -> None:
    found = facts("-", stdin=PINNED.replace("vllm/vllm-openai:v0.14.1", '"vllm/vllm openai"'))
    (_, image) = found["workloads"][0]["images"]
    assert (image["canonical"], image["digest"], image["problem"]) == (
        None,
        None,
        "it contains white space",
    )


def test_a_local_path_says_where_its_content_comes_from() -> None:
    pod = f"""\
apiVersion: v1
kind: Pod
metadata: {{name: a}}
spec:
  containers:
  - name: vllm
    image: vllm/vllm-openai:v0.14.1
    args: [--model=/models/m]
    volumeMounts: [{{name: m, mountPath: /models}}]
  volumes:
  - name: m
    image: {{reference: "ghcr.io/acme/m@{DIGEST}"}}
"""
    (artefact,) = facts("-", stdin=pod)["workloads"][0]["artefacts"]
    assert artefact["state"] == "local"
    assert artefact["provenance"] == {
        "volume": "m",
        "by": "spec.volumes[0].image.reference",
        "state": "pinned",
    }


def test_standard_input_is_named_by_a_dash() -> None:
    assert names(facts("-", stdin=PINNED)) == [("-", 0, "llama")]


def test_documents_are_counted_in_their_file() -> None:
    stream = f"{CONFIG_MAP}---\n{PINNED}---\n# nothing\n---\n{READER}"
    assert names(facts("-", stdin=stream)) == [("-", 1, "llama"), ("-", 2, "reader")]


def test_a_folder_is_searched_by_name_and_what_is_hidden_left_out(tmp_path: Path) -> None:
    for name in ("b/x.yml", "b/a.json", "a.yaml", "c.txt", ".hidden.yaml", ".git/x.yaml"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(PINNED)
    assert [source for source, _, _ in names(facts(str(tmp_path)))] == [
        str(tmp_path / "a.yaml"),
        str(tmp_path / "b/a.json"),
        str(tmp_path / "b/x.yml"),
    ]


def test_a_file_named_by_hand_may_end_in_anything(tmp_path: Path) -> None:
    path = tmp_path / "pod.txt"
    path.write_text(PINNED)
    assert names(facts(str(path))) == [(str(path), 0, "llama")]


def test_a_list_is_taken_apart() -> None:
    pods = [{"metadata": {"name": name}, "spec": {"containers": []}} for name in ("a", "b")]
    stream = json.dumps({"apiVersion": "v1", "kind": "PodList", "items": pods})
    assert names(facts("-", stdin=stream)) == [("-", 0, "a"), ("-", 0, "b")]


@pytest.mark.parametrize(
    "stream",
    [
        pytest.param("", id="nothing"),
        pytest.param(CONFIG_MAP, id="another kind"),
        pytest.param("kind: Pod\nspec: {}", id="no apiVersion"),
        pytest.param("apiVersion: 1\nkind: Pod", id="an apiVersion that is none"),
        pytest.param("version: 3\nservices: {}", id="not Kubernetes"),
        pytest.param("# Title\n\nSome prose.\n", id="no mapping"),
    ],
)
def test_what_holds_no_pods_is_left_out_silently(stream: str) -> None:
    result = inspect("-o", "json", "-", stdin=stream)
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "schema": "pinfold.dev/inspect/v1",
        "workloads": [],
        "errors": [],
    }


def test_a_broken_document_is_a_row_and_hides_no_other() -> None:
    result = inspect("-o", "json", "-", stdin=f"a: [\n---\n{PINNED}---\n\nb: {{{{ .x }}}}\n")
    found = json.loads(result.stdout)
    assert result.exit_code == 2
    assert names(found) == [("-", 1, "llama")]
    assert found["errors"] == [
        {
            "source": "-",
            "document": 0,
            "line": 2,
            "message": "it is no YAML:"
            " did not find expected node content while parsing a flow node",
        },
        {
            "source": "-",
            "document": 2,
            "line": 21,
            "message": "it is a Helm template, not a manifest; render it first:"
            " helm template RELEASE CHART > rendered.yaml",
        },
    ]


def test_a_file_that_cannot_be_opened_is_a_row_too(tmp_path: Path) -> None:
    found = facts(str(tmp_path / "no.yaml"), "-", stdin=PINNED)
    assert names(found) == [("-", 0, "llama")]
    assert found["errors"] == [
        {
            "source": str(tmp_path / "no.yaml"),
            "document": 0,
            "line": 1,
            "message": "it cannot be opened: No such file or directory",
        }
    ]


@pytest.mark.parametrize(
    ("field", "line", "message"),
    [
        pytest.param(
            "args: [--port, 8000]",
            8,
            "spec.containers[0].args[1]: expected text, found a number: put it in quotes",
            id="number",
        ),
        pytest.param(
            "env: [{name: A, value: yes}]",
            8,
            "spec.containers[0].env[0].value: expected text, found true or false: put it in quotes",
            id="true or false",
        ),
        pytest.param(
            "\n    args: --port",
            9,
            "spec.containers[0].args: expected a list, found text",
            id="text",
        ),
        pytest.param(
            "env: [{value: a}]",
            8,
            "spec.containers[0].env[0]: Object missing required field `name`",
            id="a field that must be there",
        ),
    ],
)
def test_a_field_of_the_wrong_type_is_named_with_its_line(
    field: str, line: int, message: str
) -> None:
    pod = f"""\
apiVersion: v1
kind: Pod
metadata: {{}}
spec:
  containers:
  - name: a
    image: a
    {field}
"""
    (error,) = facts("-", stdin=pod)["errors"]
    assert (error["line"], error["message"]) == (line, message)


def test_a_spec_that_is_missing_is_told_by_the_document() -> None:
    stream = f"{CONFIG_MAP}---\napiVersion: apps/v1\nkind: Deployment\nspec: {{}}\n"
    (error,) = facts("-", stdin=stream)["errors"]
    assert (error["document"], error["line"], error["message"]) == (
        1,
        6,
        (
            "spec.template.spec is missing: nothing here says what a pod would run; if it is a"
            " patch, build it first: kustomize build FOLDER | pinfold check -"
        ),
    )


def test_a_null_is_a_field_that_is_not_there() -> None:
    pod = PINNED.replace("    args:", "    workingDir:\n    command: null\n    args:")
    assert facts("-", stdin=pod)["errors"] == []


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        pytest.param(f"{CONFIG_MAP}---\n{READER}", ["org/m"], id="before the pod"),
        pytest.param(f"{READER}---\n{CONFIG_MAP}", ["org/m"], id="after the pod"),
        pytest.param(f"{READER}---\n{CONFIG_MAP}---\n{CONFIG_MAP}", ["org/m"], id="twice the same"),
        pytest.param(READER, [], id="nowhere"),
        pytest.param(
            f"{READER}---\n{CONFIG_MAP.replace(': ml', ': dev')}", [], id="in another namespace"
        ),
        pytest.param(
            f"{READER}---\n{CONFIG_MAP.replace(', namespace: ml', '')}", [], id="in no namespace"
        ),
        pytest.param(f"{READER}---\n{CONFIG_MAP.replace(': llama', ': l')}", [], id="another name"),
        pytest.param(
            f"{READER}---\n{CONFIG_MAP}---\n{CONFIG_MAP.replace('org/m', 'org/n')}",
            [],
            id="two that differ: nobody knows which is meant",
        ),
        pytest.param(
            f"{READER}---\n{CONFIG_MAP.replace('{model: org/m}', '[]')}",
            [],
            id="data that are none",
        ),
        pytest.param(
            f"{READER}---\n{CONFIG_MAP.replace('org/m', '1')}", [], id="a number: it is refused"
        ),
        pytest.param(
            f"{READER}---\n{CONFIG_MAP}binaryData: {{a: AA==}}\n",
            [],
            id="with data that are no text",
        ),
        pytest.param(
            f"{READER}---\n{CONFIG_MAP.replace('data: {model: org/m}', '')}",
            [],
            id="without data: the variable is not set",
        ),
    ],
)
def test_config_maps_serve_the_pods_of_their_namespace(stream: str, expected: list[str]) -> None:
    assert [name for name in models(facts("-", stdin=stream)) if name] == expected


def test_a_name_that_is_no_utf_8_can_be_told_of(tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.yaml")
    Path(path).write_text("a: [")
    (error,) = facts(str(tmp_path))["errors"]
    assert error["source"] == f"{tmp_path}/\ufffd.yaml"


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param([], id="no path"),
        pytest.param(["--output", "xml", "-"], id="no such output"),
        pytest.param(["--nothing", "-"], id="no such option"),
    ],
)
def test_wrong_use_ends_with_2_and_a_hint(arguments: list[str]) -> None:
    result = inspect(*arguments)
    assert result.exit_code == 2
    assert "Try 'main inspect --help'" in result.stderr


def test_text_in_an_encoding_that_lacks_a_letter_is_printed_all_the_same() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    result = subprocess.run(
        [sys.executable, "-c", "from pinfold.cli.main import main; main()", "inspect", "-"],
        input=PINNED.replace("name: llama", "name: läma").encode(),
        capture_output=True,
        env={**environment, "PYTHONPATH": "controller"},
        check=True,
    )
    assert result.stdout.startswith(b"Pod ml/l?ma  standard input, line 1\n")


def test_help_is_there_at_once() -> None:
    """300 ms of CPU is ten times what it takes; a client of Kubernetes alone takes more."""
    before = os.times()
    subprocess.run(
        [sys.executable, "-c", "from pinfold.cli.main import main; main()", "--version"],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": "controller"},
        check=True,
    )
    after = os.times()
    used = after.children_user + after.children_system
    assert used - before.children_user - before.children_system < 0.3


def test_inspect_loads_nothing_that_only_a_cluster_needs() -> None:
    program = (
        "import sys, pinfold.cli.inspect;"
        "print([name for name in ('kopf', 'kubernetes', 'aiohttp', 'cryptography')"
        " if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": "controller"},
        check=True,
        text=True,
    )
    assert result.stdout == "[]\n"
