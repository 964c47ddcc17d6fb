"""docs/operate.md and the code say the same; its metrics are in test_metrics.py."""

import dataclasses

from pinfold.settings import ScanSettings
from tests.alerts.test_alerts import ROOT, alerts

PAGE = (ROOT / "docs" / "operate.md").read_text("utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, without its head."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    table = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


def test_every_setting_is_in_the_table_with_its_default() -> None:
    table = {name.strip("`"): default for name, default, _ in rows("Settings")}
    fields = {field.name: field.default for field in dataclasses.fields(ScanSettings)}
    assert table.keys() == fields.keys()
    for name, default in fields.items():
        if isinstance(default, float):
            assert float(table[name]) == default
        elif isinstance(default, str):
            assert table[name] == default


def test_every_alert_is_in_the_table_with_its_severity() -> None:
    table = {name.partition("]")[0].strip("["): severity for name, severity, _ in rows("Alerts")}
    assert table == {alert["alert"]: alert["labels"]["severity"] for alert in alerts()}
