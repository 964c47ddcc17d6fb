"""What `pinfold check` prints: word for word in tests/cli/golden, and held to schemas here."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from click.testing import CliRunner

from pinfold.cli.main import main
from pinfold.cli.output.sarif import uri_of
from tests.cli.xsd import Schema

GOLDEN = Path(__file__).with_name("golden")
SCHEMAS = Path(__file__).with_name("schemas")
ASKED = ["manifests.yaml", "--policy", "policies.yaml"]
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: m, image: a}]}\n"


def said(*arguments: str, stdin: str | bytes = "") -> str:
    result = CliRunner().invoke(main, [*arguments], input=stdin)
    assert result.exit_code in (0, 1, 2), result.output
    return result.stdout


def golden(name: str) -> str:
    return (GOLDEN / name).read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("check.txt", ["check", *ASKED]),
        ("check.json", ["check", *ASKED, "-o", "json"]),
        ("check.sarif", ["check", *ASKED, "-o", "sarif"]),
        ("check.xml", ["check", *ASKED, "-o", "junit"]),
        ("explain.txt", ["explain", *ASKED]),
    ],
)
def test_the_output_is_that_in_golden(
    name: str, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(GOLDEN)
    assert said(*arguments) == golden(name)


def sarif_schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((SCHEMAS / "sarif-2.1.0-rtm.5.json").read_text("utf-8"))
    return schema


def regions(log: dict[str, Any]) -> list[tuple[int, int, int, int]]:
    found = [row["locations"][0]["physicalLocation"] for row in log["runs"][0]["results"]]
    keys = ("startLine", "startColumn", "endLine", "endColumn")
    return [tuple(row["region"][key] for key in keys) for row in found]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(golden("check.sarif"), id="violations of every mode, and a broken document"),
        pytest.param(said("check", "-", "-o", "sarif", stdin=""), id="nothing at all"),
        pytest.param(said("check", "-", "-o", "sarif", stdin=POD), id="standard input"),
        pytest.param(said("check", "no.yaml", "-o", "sarif"), id="a file that is not there"),
    ],
)
def test_sarif_is_valid_by_the_official_schema(text: str) -> None:
    jsonschema.Draft4Validator(sarif_schema()).validate(json.loads(text))


def test_sarif_points_at_the_very_characters() -> None:
    lines = golden("manifests.yaml").splitlines()
    found = regions(json.loads(golden("check.sarif")))
    assert [lines[line - 1][column - 1 : end - 1] for line, column, _, end in found] == [
        "busybox:1.37",
        "vllm/vllm-openai:v0.33.0",
        "meta-llama/Llama-3.1-8B-Instruct",
        "/scripts/run.sh",
        "quay.io/acme/vllm-openai@sha256:" + "9f3c" * 16,
    ]


@pytest.mark.parametrize(
    ("manifest", "region"),
    [
        pytest.param(POD, (4, 38, 4, 39), id="plain"),
        pytest.param(POD.replace("image: a", 'image: "ä😀"'), (4, 38, 4, 42), id="beyond ASCII"),
        pytest.param(POD.replace("\n", "\r\n"), (4, 38, 4, 39), id="CRLF"),
        pytest.param(
            '\ufeff{"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"image": "a"}]}}',
            (1, 71, 1, 74),
            id="a byte order mark is no column",
        ),
        pytest.param("a: 1\n---\n" + POD, (6, 38, 6, 39), id="the second document"),
        pytest.param(
            POD.replace(", image: a", ""), (4, 21, 4, 30), id="nowhere: what stands around it"
        ),
        pytest.param(
            "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: |\n      a\n      b\n",
            (5, 12, 7, 8),
            id="several lines",
        ),
        pytest.param(
            "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: &i a\n  - image: *i\n",
            (5, 15, 5, 16),
            id="an anchor",
        ),
    ],
)
def test_a_region_is_where_an_editor_shows_the_value(
    manifest: str, region: tuple[int, int, int, int]
) -> None:
    log = json.loads(said("check", "-", "-o", "sarif", stdin=manifest))
    assert regions(log)[0] == region


def test_an_alert_stays_the_same_when_lines_come_above_it() -> None:
    def prints(manifest: str) -> list[str]:
        log = json.loads(said("check", "-", "-o", "sarif", stdin=manifest))
        return [row["partialFingerprints"]["pinfold/v1"] for row in log["runs"][0]["results"]]

    assert prints(POD) == prints("# more\n" + POD)
    assert prints(POD) != prints(POD.replace("image: a", "image: b"))


@pytest.mark.parametrize(
    ("source", "uri"),
    [
        ("k8s/a b.yaml", "k8s/a%20b.yaml"),
        ("./k8s/../a.yaml", "a.yaml"),
        ("../a.yaml", "../a.yaml"),
        ("/k8s/ä.yaml", "file:///k8s/%C3%A4.yaml"),
        ("-", "stdin"),
    ],
)
def test_a_path_is_an_address_from_where_the_check_ran(source: str, uri: str) -> None:
    assert uri_of(source) == uri


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(golden("check.xml"), id="violations of every mode, and a broken document"),
        pytest.param(said("check", "-", "-o", "junit", stdin=""), id="nothing at all"),
        pytest.param(said("check", "-", "-o", "junit", stdin=POD), id="standard input"),
        pytest.param(
            said("check", "-", "-o", "junit", stdin=POD.replace("image: a", 'image: "\\x1b<&"')),
            id="characters that no XML has",
        ),
    ],
)
def test_junit_is_valid_by_the_schema_of_jenkins(text: str) -> None:
    root = ET.fromstring(text)
    assert Schema.read(SCHEMAS / "junit-10.xsd").problems(root) == []


@pytest.mark.parametrize(
    ("report", "problem"),
    [
        ("<testsuites><suite/></testsuites>", "testsuites holds suite"),
        ('<testsuites time="now"><failure/></testsuites>', "testsuites holds failure"),
        ('<testsuites day="1"/>', "testsuites has day"),
        ("<testsuite name='a' tests='1' errors='0'/>", "testsuite lacks failures"),
        ("<testsuites>text</testsuites>", "testsuites holds text"),
        ("<suites/>", "suites is unknown"),
    ],
)
def test_the_schema_refuses_what_it_should(report: str, problem: str) -> None:
    assert problem in Schema.read(SCHEMAS / "junit-10.xsd").problems(ET.fromstring(report))


def test_what_fails_in_junit_follows_fail_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN)
    root = ET.fromstring(said("check", *ASKED, "-o", "junit", "--fail-on", "audit"))
    assert root.get("failures") == "2"
    assert [case.get("name") for case in root.iter("testcase") if case.find("failure") is None] == [
        "Pod ml/good",
        "document 3",
    ]
