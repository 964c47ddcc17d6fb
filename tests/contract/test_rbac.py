"""The rights of both programs, row by row: a new right is a new row here."""

import pytest

from tests.contract.chart import Document, documents, only

pytestmark = pytest.mark.cluster  # Helm is one of its programs

WEBHOOK = "ClusterRole pinfold-webhook"
LOCAL, GLOBAL = "Role pinfold-reconciler", "ClusterRole pinfold-reconciler"
OURS = "supplychainpolicies,policyexemptions"
STATUS = "supplychainpolicies/status,policyexemptions/status"
CONFIGURATIONS = "validatingwebhookconfigurations"
# role, verbs, group, resources, names ("": any)
RIGHTS = [
    (WEBHOOK, "list,watch", "pinfold.dev", OURS, ""),
    (LOCAL, "create", "coordination.k8s.io", "leases", ""),
    (LOCAL, "get,update", "coordination.k8s.io", "leases", "pinfold-reconciler"),
    (LOCAL, "create", "", "secrets", ""),
    (LOCAL, "get,update", "", "secrets", "pinfold-ca,pinfold-webhook-tls"),
    (GLOBAL, "list,watch,patch", "admissionregistration.k8s.io", CONFIGURATIONS, "pinfold"),
    (GLOBAL, "list,watch", "pinfold.dev", OURS, ""),
    (GLOBAL, "patch", "pinfold.dev", STATUS, ""),
    (GLOBAL, "list", "", "namespaces,replicationcontrollers", ""),
    (GLOBAL, "list", "apps", "replicasets", ""),
    (GLOBAL, "list", "batch", "cronjobs", ""),
    (GLOBAL, "get", "", "nodes", ""),
    (GLOBAL, "get", "", "configmaps", ""),
    (GLOBAL, "list,patch", "", "pods", ""),
    (GLOBAL, "list,patch", "apps", "daemonsets,deployments,statefulsets", ""),
    (GLOBAL, "list,patch", "batch", "jobs", ""),
    (GLOBAL, "create,get,patch", "", "events", ""),
    (GLOBAL, "list,create,update,delete", "openreports.io", "reports", ""),
    (GLOBAL, "list,create,update,delete", "wgpolicyk8s.io", "policyreports", ""),
]


def rights(found: list[Document]) -> list[tuple[str, ...]]:
    return [
        (f"{one['kind']} {one['metadata']['name']}", *_row(rule))
        for one in found
        if one["kind"] in ("Role", "ClusterRole")
        for rule in one["rules"]
    ]


def _row(rule: dict[str, list[str]]) -> list[str]:
    columns = ("verbs", "apiGroups", "resources", "resourceNames")
    assert rule.keys() <= set(columns)
    return [",".join(rule.get(column, ())) for column in columns]


def test_there_are_these_rights_and_no_others() -> None:
    assert sorted(rights(documents())) == sorted(RIGHTS)


@pytest.mark.parametrize(
    ("value", "away"),
    [
        ("rescan.readConfigMaps=false", {"configmaps"}),
        ("rescan.reports=openreports.io", {"policyreports"}),
        ("rescan.reports=wgpolicyk8s.io", {"reports"}),
        ("rescan.reports=none", {"reports", "policyreports"}),
    ],
)
def test_what_is_turned_off_is_not_granted(value: str, away: set[str]) -> None:
    left = {row[3] for row in rights(documents("--set", value))}
    assert {row[3] for row in RIGHTS} - left == away


@pytest.mark.parametrize("values", [(), ("--set", "fullnameOverride=guard")])
def test_nothing_is_granted_wholesale(values: tuple[str, ...]) -> None:
    assert "*" not in str(rights(documents(*values)))


def test_each_program_has_its_own_account_and_that_alone() -> None:
    found = documents()
    for program in ("webhook", "reconciler"):
        name = f"pinfold-{program}"
        pod = only(found, "Deployment", name)["spec"]["template"]["spec"]
        assert pod["serviceAccountName"] == name
        account = only(found, "ServiceAccount", name)
        assert account["metadata"]["namespace"] == "pinfold-system"
        # Asked for by the pod alone: others that go by this account get no token unasked.
        assert account["automountServiceAccountToken"] is False
        assert pod["automountServiceAccountToken"] is True
    for one in found:
        if one["kind"] in ("RoleBinding", "ClusterRoleBinding"):
            name = one["metadata"]["name"]
            account = {"kind": "ServiceAccount", "name": name, "namespace": "pinfold-system"}
            assert one["subjects"] == [account]
            assert one["roleRef"]["name"] == name
