"""The rights of both programs, row by row: a new right is a new row here."""

from typing import Any

import pytest

from tests.contract.chart import Document, documents, only

pytestmark = pytest.mark.cluster  # Helm is one of its programs

RIGHTS = [
    "ClusterRole pinfold-webhook: get,list,watch pinfold.dev/supplychainpolicies,policyexemptions",
    "ClusterRole pinfold-webhook: get apiextensions.k8s.io/customresourcedefinitions"
    " named supplychainpolicies.pinfold.dev,policyexemptions.pinfold.dev",
    "Role pinfold-reconciler: create coordination.k8s.io/leases",
    "Role pinfold-reconciler: get,update,patch coordination.k8s.io/leases named pinfold-reconciler",
    "Role pinfold-reconciler: create /secrets",
    "Role pinfold-reconciler: get,update,patch /secrets named pinfold-ca,pinfold-webhook-tls",
    "ClusterRole pinfold-reconciler: get,list,watch,patch"
    " admissionregistration.k8s.io/validatingwebhookconfigurations named pinfold",
    "ClusterRole pinfold-reconciler:"
    " get,list,watch pinfold.dev/supplychainpolicies,policyexemptions",
    "ClusterRole pinfold-reconciler:"
    " patch pinfold.dev/supplychainpolicies/status,policyexemptions/status",
]


def rights(found: list[Document]) -> list[str]:
    return [
        f"{one['kind']} {one['metadata']['name']}: {_words(rule)}"
        for one in found
        if one["kind"] in ("Role", "ClusterRole")
        for rule in one["rules"]
    ]


def _words(rule: dict[str, Any]) -> str:
    (group,) = rule["apiGroups"]
    named = f" named {','.join(rule['resourceNames'])}" if "resourceNames" in rule else ""
    assert rule.keys() <= {"apiGroups", "resources", "resourceNames", "verbs"}
    return f"{','.join(rule['verbs'])} {group}/{','.join(rule['resources'])}{named}"


def test_there_are_these_rights_and_no_others() -> None:
    assert sorted(rights(documents())) == sorted(RIGHTS)


@pytest.mark.parametrize("values", [(), ("--set", "fullnameOverride=guard")])
def test_nothing_is_granted_wholesale(values: tuple[str, ...]) -> None:
    assert "*" not in "".join(rights(documents(*values)))


def test_each_program_has_its_own_account_and_that_alone() -> None:
    found = documents()
    for program in ("webhook", "reconciler"):
        name = f"pinfold-{program}"
        pod = only(found, "Deployment", name)["spec"]["template"]["spec"]
        assert pod["serviceAccountName"] == name
        assert only(found, "ServiceAccount", name)["metadata"]["namespace"] == "pinfold-system"
    for one in found:
        if one["kind"] in ("RoleBinding", "ClusterRoleBinding"):
            name = one["metadata"]["name"]
            account = {"kind": "ServiceAccount", "name": name, "namespace": "pinfold-system"}
            assert one["subjects"] == [account]
            assert one["roleRef"]["name"] == name
