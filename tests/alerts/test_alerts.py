"""The alerts fire when they should, by Prometheus's own judgement, and each has its page."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.alerts.debian import NoPackages, program

ROOT = Path(__file__).parent.parent.parent
RULES = ROOT / "charts" / "pinfold" / "rules" / "pinfold.yaml"
TESTS = sorted((Path(__file__).parent / "rules").glob("*.yaml"))
RUNBOOKS = ROOT / "docs" / "runbooks"
DASHBOARD = ROOT / "charts" / "pinfold" / "dashboards" / "pinfold.json"


def promtool(*arguments: str, folder: Path) -> str:
    try:
        tool = program("promtool")
    except NoPackages as error:
        pytest.skip(f"no promtool: {error}")
    done = subprocess.run(
        [str(tool), *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def alerts() -> list[dict[str, Any]]:
    groups = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def promtool_tests() -> list[dict[str, Any]]:
    return [test for path in TESTS for test in yaml.safe_load(path.read_text("utf-8"))["tests"]]


def test_the_rules_are_rules() -> None:
    assert "SUCCESS: 15 rules found" in promtool("check", "rules", str(RULES), folder=ROOT)


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_they_fire_when_they_should_and_only_then(path: Path, tmp_path: Path) -> None:
    for copied in (RULES, path):
        (tmp_path / copied.name).write_text(copied.read_text("utf-8"), "utf-8")
    promtool("test", "rules", path.name, folder=tmp_path)


def test_every_alert_is_seen_to_fire_and_to_be_silent() -> None:
    names = {alert["alert"] for alert in alerts()}
    cases = [case for test in promtool_tests() for case in test.get("alert_rule_test", ())]
    assert {case["alertname"] for case in cases if case["exp_alerts"]} == names
    assert {case["alertname"] for case in cases if not case["exp_alerts"]} == names


def test_every_alert_has_a_page_and_every_page_an_alert() -> None:
    names = {alert["alert"] for alert in alerts()}
    assert {path.stem for path in RUNBOOKS.glob("Pinfold*.md")} == names
    for alert in alerts():
        link = alert["annotations"]["runbook_url"]
        assert link.endswith(f"/docs/runbooks/{alert['alert']}.md")


@pytest.mark.parametrize("path", sorted(RUNBOOKS.glob("Pinfold*.md")), ids=lambda path: path.stem)
def test_a_page_says_what_it_is_how_to_look_what_to_do_and_when_it_is_over(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.startswith(f"# {path.stem}\n\n")
    assert re.findall("^## (.*)$", text, re.MULTILINE) == [
        "What it means", "How to look", "What to do", "How to know it is over",
    ]  # fmt: skip
    assert commands(path) != []
    for command in commands(path):
        done = subprocess.run(["bash", "-n", "-c", command], capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b""), command


def commands(page: Path) -> list[str]:
    """What a person copies from a runbook, with something where `<…>` stands."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return [re.sub(r"<[a-z ]+>", "x", line) for block in blocks for line in block.splitlines()]


def test_values_of_the_chart_that_pages_name_are_there() -> None:
    values = yaml.safe_load((ROOT / "charts" / "pinfold" / "values.yaml").read_text("utf-8"))
    for page in RUNBOOKS.glob("*.md"):
        text = page.read_text("utf-8")
        for path in re.findall(r"(?:--set |`)([a-zA-Z]+(?:[.][a-zA-Z]+)+)(?:=|`)", text):
            section, _, name = path.partition(".")
            assert name in values.get(section, {name: None}), f"{page.name}: {path}"


def test_every_link_of_a_page_leads_somewhere() -> None:
    for page in RUNBOOKS.glob("*.md"):
        for link in re.findall(r"\]\(([^)#]+)", page.read_text("utf-8")):
            assert (RUNBOOKS / link).is_file(), f"{page.name}: {link}"


def test_every_severity_is_one_of_three() -> None:
    assert {a["labels"]["severity"] for a in alerts()} == {"critical", "warning", "info"}


def test_every_query_of_the_dashboard_is_one(tmp_path: Path) -> None:
    panels = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    rules = [
        {"record": f"panel:{panel['id']}:{target['refId']}", "expr": target["expr"]}
        for panel in panels
        for target in panel["targets"]
    ]
    (tmp_path / "panels.yaml").write_text(
        yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}), "utf-8"
    )
    assert f"SUCCESS: {len(rules)} rules found" in promtool(
        "check", "rules", "panels.yaml", folder=tmp_path
    )
