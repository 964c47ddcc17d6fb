"""`pinfold check`: what is judged, by what, and how it ends."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pinfold.cli.main import main

DIGEST = "sha256:" + "9f3c" * 16
GOOD = f"""\
apiVersion: v1
kind: Pod
metadata: {{name: good}}
spec: {{containers: [{{name: web, image: "nginx@{DIGEST}"}}]}}
"""
BAD = GOOD.replace("name: good", "name: bad").replace(f"@{DIGEST}", ":1.29")
TEMPLATE = """\
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: bad, ownerReferences: [{kind: Deployment, name: a, controller: true}]}
spec: {template: {spec: {containers: [{name: web, image: nginx}]}}}
"""
READER = f"""\
apiVersion: v1
kind: Pod
metadata: {{name: reader}}
spec:
  containers:
  - name: vllm
    image: vllm/vllm-openai@{DIGEST}
    args: [--model=$(MODEL)]
    env:
    - name: MODEL
      valueFrom: {{configMapKeyRef: {{name: llama, key: model}}}}
"""
CONFIG_MAP = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: llama, namespace: default}
data: {model: org/m}
"""
OWN_IMAGE = GOOD.replace("nginx", "registry.example.com/our-llm").replace(
    "}]}", ", args: [--model, org/m]}]}"
)
POLICY = """\
apiVersion: pinfold.dev/v1alpha1
kind: SupplyChainPolicy
metadata: {name: mine}
spec:
  mode: Enforce
  match: {namespaces: [default]}
  rules: {imageDigest: {}}
"""
SERVERS = """\
apiVersion: pinfold.dev/v1alpha1
kind: SupplyChainPolicy
metadata: {name: mine}
spec:
  mode: Enforce
  match: {namespaces: [ml]}
  rules: {modelRevision: {}}
  servers: [{image: "*/our-llm*", server: vllm}]
"""


def check(*arguments: str, stdin: str | bytes = "") -> Result:
    return CliRunner().invoke(main, ["check", *arguments], input=stdin)


def found(*arguments: str, stdin: str | bytes = "") -> dict[str, Any]:
    result = check("--output", "json", *arguments, stdin=stdin)
    assert result.exit_code in (0, 1, 2), result.output
    rows: dict[str, Any] = json.loads(result.stdout)
    return rows


def objections(*arguments: str, stdin: str = "") -> list[tuple[str, str, str]]:
    """Name of the workload, rule and place of each violation."""
    rows = found(*arguments, stdin=stdin)["violations"]
    return [(row["name"], row["rule"], row["place"]) for row in rows]


def written(folder: Path, text: str, name: str = "policies.yaml") -> str:
    path = folder / name
    path.write_text(text, "utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("stdin", "arguments", "code"),
    [
        pytest.param(GOOD, [], 0, id="nothing to object to"),
        pytest.param("", [], 0, id="nothing at all"),
        pytest.param("a: 1\n", [], 0, id="nothing of Kubernetes"),
        pytest.param(BAD, [], 1, id="a violation"),
        pytest.param("a: [", [], 2, id="a document that cannot be read"),
        pytest.param(f"{BAD}---\na: [", [], 2, id="both: what was not read may hide anything"),
        pytest.param(READER, [], 0, id="a warning"),
        pytest.param(READER, ["--fail-on", "warn"], 1, id="a warning, where those count"),
        pytest.param(READER, ["--fail-on", "audit"], 1, id="a warning, where all counts"),
        pytest.param(BAD, ["--fail-on", "audit"], 1, id="a violation, where all counts"),
        pytest.param(GOOD, ["--fail-on", "audit"], 0, id="nothing, where all counts"),
        pytest.param(GOOD, ["--fail-on", "never"], 2, id="no such mode"),
        pytest.param(GOOD, ["--output", "xml"], 2, id="no such output"),
        pytest.param(GOOD, ["--policy", "-"], 2, id="standard input twice"),
        pytest.param(GOOD, ["--policy", "/no/such/file.yaml"], 2, id="no such policy"),
    ],
)
def test_the_exit_code_says_what_came_of_it(stdin: str, arguments: list[str], code: int) -> None:
    assert check("-", *arguments, stdin=stdin).exit_code == code


def test_without_a_path_there_is_a_hint() -> None:
    result = check()
    assert result.exit_code == 2
    assert "Try 'main check --help'" in result.stderr


@pytest.mark.parametrize("metadata", ["[]", "text", "1", "{name: [], ownerReferences: {}}"])
def test_a_template_with_metadata_that_are_none_is_judged(metadata: str) -> None:
    before, after = TEMPLATE.index("metadata: "), TEMPLATE.index("spec:")
    manifest = f"{TEMPLATE[:before]}metadata: {metadata}\n{TEMPLATE[after:]}"
    assert [rule for _, rule, _ in objections("-", stdin=manifest)] == ["image-digest"]


def test_a_broken_document_hides_no_other() -> None:
    rows = found("-", stdin=f"a: [\n---\n{BAD}---\n{{{{ .Values.x }}}}\n---\n{GOOD}---\n{BAD}")
    assert [(row["document"], row["line"]) for row in rows["violations"]] == [(1, 6), (4, 18)]
    assert [(row["document"], row["line"]) for row in rows["errors"]] == [(0, 2), (2, 8)]


def test_ten_thousand_documents_are_all_judged() -> None:
    rows = found("-", stdin="---\n".join([BAD] * 10_000))
    assert rows["summary"]["workloads"] == 10_000
    assert rows["violations"][-1]["line"] == 49_999


def test_a_folder_is_searched(tmp_path: Path) -> None:
    written(tmp_path, BAD, "a.yaml")
    written(tmp_path, BAD, "b.json")
    written(tmp_path, BAD, "c.txt")
    sources = [row["source"] for row in found(str(tmp_path))["violations"]]
    assert sources == [str(tmp_path / "a.yaml"), str(tmp_path / "b.json")]


def test_a_list_is_taken_apart() -> None:
    pod = {"metadata": {"name": "a"}, "spec": {"containers": [{"name": "m", "image": "nginx"}]}}
    stream = json.dumps({"apiVersion": "v1", "kind": "PodList", "items": [pod, pod]})
    assert [row["line"] for row in found("-", stdin=stream)["violations"]] == [1, 1]


@pytest.mark.parametrize(
    ("stdin", "expected"),
    [
        pytest.param(
            f"{READER}---\n{CONFIG_MAP}",
            [("reader", "model-revision", "spec.containers[0].args[0]")],
            id="beside the pod",
        ),
        pytest.param(
            f"{READER}---\n{CONFIG_MAP.replace(', namespace: default', '')}",
            [("reader", "model-revision", "spec.containers[0].args[0]")],
            id="neither names its namespace",
        ),
        pytest.param(
            f"{READER}---\n{CONFIG_MAP.replace(': default', ': ml')}",
            [("reader", "command-understood", "spec.containers[0].args[0]")] * 2,
            id="in another namespace",
        ),
    ],
)
def test_config_maps_of_the_input_serve_its_pods(
    stdin: str, expected: list[tuple[str, str, str]]
) -> None:
    assert objections("-", stdin=stdin) == expected


@pytest.mark.parametrize(
    ("manifest", "namespace", "judged"),
    [
        pytest.param(BAD, [], True, id="the default namespace"),
        pytest.param(BAD, ["--namespace", "ml"], False, id="the one that is given"),
        pytest.param(
            BAD.replace("{name: bad}", "{name: bad, namespace: ml}"), [], False, id="its own"
        ),
        pytest.param(
            BAD.replace("{name: bad}", "{name: bad, namespace: default}"),
            ["--namespace", "ml"],
            True,
            id="its own, whatever is given",
        ),
        pytest.param(BAD.replace("metadata: {name: bad}\n", ""), [], True, id="no metadata"),
        pytest.param(BAD.replace("{name: bad}", ""), [], True, id="empty metadata"),
        pytest.param(BAD.replace("{name: bad}", "text"), [], False, id="metadata that are none"),
    ],
)
def test_a_policy_is_asked_for_its_namespaces(
    tmp_path: Path, manifest: str, namespace: list[str], judged: bool
) -> None:
    policy = written(tmp_path, POLICY)
    rows = objections("-", "--policy", policy, *namespace, stdin=manifest)
    assert bool(rows) is judged


@pytest.mark.parametrize(
    ("namespace", "expected"),
    [
        pytest.param("ml", [("good", "model-revision", "spec.containers[0].args[1]")], id="there"),
        pytest.param("dev", [], id="elsewhere"),
    ],
)
def test_a_policy_says_which_server_is_in_an_image_of_ones_own(
    tmp_path: Path, namespace: str, expected: list[tuple[str, str, str]]
) -> None:
    policy = written(tmp_path, SERVERS)
    assert objections("-", "--policy", policy, "-n", namespace, stdin=OWN_IMAGE) == expected


@pytest.mark.parametrize(
    ("manifest", "judged"),
    [
        pytest.param(TEMPLATE, False, id="made by a controller: its pods are judged"),
        pytest.param(TEMPLATE.replace(", controller: true", ""), True, id="owned, not controlled"),
        pytest.param(TEMPLATE.replace("controller: true", "controller: false"), True, id="false"),
        pytest.param(
            TEMPLATE.replace("[{kind", "{kind").replace("true}]", "true}"), True, id="no list"
        ),
        pytest.param(
            TEMPLATE.replace("[{kind: Deployment, name: a, controller: true}]", "[a]"),
            True,
            id="no owners",
        ),
        pytest.param(
            BAD.replace("{name: bad}", "{name: bad, ownerReferences: [{controller: true}]}"),
            True,
            id="a Pod is judged whatever it says of itself",
        ),
    ],
)
def test_a_template_of_a_controller_is_left_to_its_pods(manifest: str, judged: bool) -> None:
    assert bool(objections("-", stdin=manifest)) is judged


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        pytest.param(
            "{containers: []}", "spec.containers is empty: a pod runs something", id="none"
        ),
        pytest.param("{}", "spec.containers is empty: a pod runs something", id="no field"),
        pytest.param(
            "{containers: [" + ", ".join(["{name: a, image: a}"] * 501) + "]}",
            "spec has 501 containers; no more than 500 are read",
            id="far too many",
        ),
    ],
)
def test_what_the_webhook_refuses_unread_is_not_read(spec: str, message: str) -> None:
    stream = f"{CONFIG_MAP}---\napiVersion: v1\nkind: Pod\nspec: {spec}\n"
    rows = found("-", stdin=stream)
    assert rows["violations"] == []
    assert rows["errors"] == [{"source": "-", "document": 1, "line": 8, "message": message}]


def test_policies_of_the_input_are_not_asked() -> None:
    """Whoever writes a manifest could write the exemption beside it."""
    lines = check("-", stdin=f"{BAD}---\n{POLICY}---\n{POLICY}").stdout.splitlines()
    assert lines[-2:] == [
        "2 policies or exemptions of the input not asked: name the file with --policy.",
        "1 workload, 1 violation (1 refused).",
    ]


def test_check_loads_nothing_of_a_cluster() -> None:
    program = (
        "import sys, pinfold.cli.check;"
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
