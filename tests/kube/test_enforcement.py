"""Which namespaces a configuration enforces: selectors as the API server reads them."""

from typing import Any

import msgspec
import pytest

from pinfold.kube.enforcement import Selector, enforcement_of

NAME = "kubernetes.io/metadata.name"
NAMESPACES = {
    "ml": {NAME: "ml", "pinfold.dev/enforce": "true"},
    "open": {NAME: "open"},
    "off": {NAME: "off", "pinfold.dev/enforce": "false"},
    "kube-system": {NAME: "kube-system", "pinfold.dev/enforce": "true"},
}


def not_in(key: str, *values: str) -> dict[str, Any]:
    return {"key": key, "operator": "NotIn", "values": list(values)}


EXCLUDED = not_in(NAME, "kube-system")
LABELLED = {"matchLabels": {"pinfold.dev/enforce": "true"}, "matchExpressions": [EXCLUDED]}
OTHERS = {"matchExpressions": [not_in("pinfold.dev/enforce", "true"), EXCLUDED]}


def configuration(**selectors: Any) -> dict[str, Any]:
    return {
        "webhooks": [
            {"name": f"{name}.pinfold.dev", "namespaceSelector": selector}
            for name, selector in selectors.items()
        ]
    }


@pytest.mark.parametrize(("value", "enforced", "judged"), [
    pytest.param(configuration(enforce=LABELLED, observe=OTHERS),
                 {"ml"}, {"ml", "open", "off"}, id="scope labelled"),
    pytest.param(configuration(enforce={"matchExpressions": [EXCLUDED]}),
                 {"ml", "open", "off"}, {"ml", "open", "off"}, id="scope all"),
    pytest.param(configuration(enforce={}), set(NAMESPACES), set(NAMESPACES), id="no selector"),
    pytest.param(configuration(other={}), set(), set(), id="somebody else's"),
    pytest.param({}, set(), set(), id="no configuration"),
])  # fmt: skip
def test_what_is_selected_is_enforced(
    value: dict[str, Any], enforced: set[str], judged: set[str]
) -> None:
    found = enforcement_of(value, NAMESPACES)
    assert (set(found.enforced), set(found.judged)) == (enforced, judged)


@pytest.mark.parametrize(("operator", "values", "selected"), [
    ("In",           ["a", "b"], ["a"]),
    ("NotIn",        ["a"],      ["c", "none"]),
    ("Exists",       None,       ["a", "c"]),
    ("DoesNotExist", None,       ["none"]),
    ("Unheard",      None,       []),
])  # fmt: skip
def test_operators_are_those_of_label_selectors(
    operator: str, values: list[str] | None, selected: list[str]
) -> None:

    requirement = {"key": "tier", "operator": operator, "values": values}
    selector = msgspec.convert({"matchExpressions": [requirement]}, Selector)
    labels: dict[str, dict[str, str]] = {"a": {"tier": "a"}, "c": {"tier": "c"}, "none": {}}
    assert [name for name, of in labels.items() if selector.selects(of)] == selected
