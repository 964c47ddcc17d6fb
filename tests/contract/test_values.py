"""The chart's values: described, documented, and refused where they make no sense."""

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import yaml

from hack.generate_crds import CHART, VALUES_SCHEMA
from tests.contract.chart import FOLDER, ROOT, Document

SCHEMA = json.loads(VALUES_SCHEMA.read_text("utf-8"))
DEFAULTS = yaml.safe_load((CHART / "values.yaml").read_text("utf-8"))


def with_value(path: str, value: Any) -> Document:
    """The chart's values with another one at `path`."""
    values = json.loads(json.dumps(DEFAULTS))
    *steps, leaf = path.split(".")
    below = values
    for step in steps:
        below = below[step]
    below[leaf] = value
    return values  # type: ignore[no-any-return]


def merged(values: Any, over: Any) -> Any:
    """As Helm merges a values file; null takes a default out."""
    if not isinstance(values, dict) or not isinstance(over, dict):
        return over
    keys = {**values, **over}
    both = {key: merged(values.get(key), over[key]) if key in over else values[key] for key in keys}
    return {key: value for key, value in both.items() if value is not None}


def values() -> Iterator[tuple[str, Document]]:
    """Each value by its path, with its schema; what is in one of them is Kubernetes' own."""
    for name, schema in SCHEMA["properties"].items():
        if "properties" in schema:
            for below, inner in schema["properties"].items():
                yield f"{name}.{below}", inner
        elif name != "global":
            yield name, schema


def default_of(path: str) -> Any:
    value = DEFAULTS
    for step in path.split("."):
        value = value[step]
    return value


def test_the_schema_is_one() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", [None, *sorted((FOLDER / "values").glob("*.yaml"))])
def test_good_values_pass(name: Any) -> None:
    over = yaml.safe_load(name.read_text("utf-8")) if name else {}
    jsonschema.validate(merged(DEFAULTS, over), SCHEMA)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param("replicas", 2, id="a value that does not exist"),
        pytest.param("webhook.replica", 2, id="a typing error below one"),
        pytest.param("image.digest", "sha256:abc", id="half a digest"),
        pytest.param("image.digest", "SHA256:" + "a" * 64, id="a digest in upper case"),
        pytest.param("image.repository", "a/b@sha256:" + "a" * 64, id="a digest as repository"),
        pytest.param("image.tag", 1.1, id="a tag that YAML read as a number"),
        pytest.param("enforcement.scope", "none", id="a scope that does not exist"),
        pytest.param("excludedNamespaces", ["gpu-*"], id="a pattern where names are asked for"),
        pytest.param("excludedNamespaces", "gpu-operator", id="a text where a list is asked for"),
        pytest.param("registries", ["https://registry.example.com"], id="a registry with scheme"),
        pytest.param("registries", ["registry.example.com/*"], id="a registry with a star"),
        pytest.param("defaultPolicy.mode", "Block", id="a mode that does not exist"),
        pytest.param("defaultPolicy.rules", {"imageDigests": {}}, id="a rule that does not exist"),
        pytest.param("defaultPolicy.rules", {"imageDigest": {"tags": []}}, id="an option likewise"),
        pytest.param(
            "defaultPolicy.rules",
            {"imageRegistry": {"allowed": ["docker.io"]}},
            id="a list of registries beside `registries`",
        ),
        pytest.param("webhook.url", "http://pinfold.example.com", id="an address without TLS"),
        pytest.param("webhook.url", "https://a@b.example.com", id="an address with a user"),
        pytest.param("webhook.url", "https://b.example.com/?a=b", id="an address with a query"),
        pytest.param("webhook.url", "https://b.example.com/hooks", id="one that nobody answers at"),
        pytest.param("webhook.replicas", 0, id="no replica"),
        pytest.param("webhook.logLevel", "loud", id="a log level that does not exist"),
        pytest.param("webhook.terminationGracePeriodSeconds", 1, id="no time to end"),
        pytest.param("podMonitor.interval", "30", id="an interval without a unit"),
        pytest.param("serviceMonitor.interval", 30, id="an interval that YAML read as a number"),
        pytest.param("dashboards.labels", {"grafana_dashboard": 1}, id="a label that is a number"),
        pytest.param("prometheusRule.enabled", "yes", id="a word where true is asked for"),
        pytest.param("fullnameOverride", "Guard", id="a name in upper case"),
    ],
)
def test_nonsense_is_refused(path: str, value: Any) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(with_value(path, value), SCHEMA)


def test_every_value_is_described_and_closed() -> None:
    assert [path for path, schema in values() if not schema.get("description")] == []
    sections = [SCHEMA, *(s for s in SCHEMA["properties"].values() if "properties" in s)]
    assert [section["additionalProperties"] for section in sections] == [False] * len(sections)


def test_the_documentation_has_a_row_for_every_value_with_its_default() -> None:
    text = (ROOT / "docs" / "install.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `([\w.]+)` \| `(.*?)` \|", text, re.MULTILINE))
    assert rows == {path: json.dumps(default_of(path)) for path, _ in values()}
