"""The alerts fire when they should, by Prometheus's own judgement, and each has its page."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.alerts.debian import NoPackages, program

ROOT = Path(__file__).parent.parent.parent
RULES = ROOT / "charts" / "pinfold" / "rules" / "pinfold.yaml"
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


def test_the_rules_are_rules() -> None:
    assert "SUCCESS: 14 rules found" in promtool("check", "rules", str(RULES), folder=ROOT)


def test_they_fire_when_they_should(tmp_path: Path) -> None:
    (tmp_path / RULES.name).write_text(RULES.read_text("utf-8"), "utf-8")
    tests = Path(__file__).with_name("pinfold_test.yaml").read_text("utf-8")
    (tmp_path / "pinfold_test.yaml").write_text(tests, "utf-8")
    promtool("test", "rules", "pinfold_test.yaml", folder=tmp_path)


def test_every_alert_is_put_to_the_test() -> None:
    tests = Path(__file__).with_name("pinfold_test.yaml").read_text("utf-8")
    families = ("PinfoldCertificate", "PinfoldPolicies", "PinfoldWebhook")
    assert [
        alert["alert"]
        for alert in alerts()
        if alert["alert"] not in tests and not alert["alert"].startswith(families)
    ] == []


def test_every_alert_has_a_page_and_every_page_an_alert() -> None:
    names = {alert["alert"] for alert in alerts()}
    assert {path.stem for path in RUNBOOKS.glob("Pinfold*.md")} == names
    for alert in alerts():
        link = alert["annotations"]["runbook_url"]
        assert link.endswith(f"/docs/runbooks/{alert['alert']}.md")


def test_every_severity_is_one_of_three() -> None:
    assert {a["labels"]["severity"] for a in alerts()} == {"critical", "warning", "info"}


def test_every_query_of_the_dashboard_is_one(tmp_path: Path) -> None:
    panels = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    rules = [
        {"record": f"panel:{panel['id']}", "expr": target["expr"]}
        for panel in panels
        for target in panel["targets"]
    ]
    (tmp_path / "panels.yaml").write_text(
        yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}), "utf-8"
    )
    assert f"SUCCESS: {len(rules)} rules found" in promtool(
        "check", "rules", "panels.yaml", folder=tmp_path
    )
