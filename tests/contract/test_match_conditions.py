"""When the API server asks us, and when it must not: status, labels, scale and deletion never wait.

The chart's own ValidatingWebhookConfiguration, in front of a webhook that only remembers.
"""

import json
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from tests.cluster.client import wait_until
from tests.cluster.control_plane import Cluster
from tests.contract.chart import ROOT, Document, documents, only
from tests.contract.recorder import Recorder
from tests.contract.workloads import CUSTOM, KINDS, POD_SPEC, make
from tests.custom_kinds import install

pytestmark = pytest.mark.cluster
NAMES = count(1)
IMAGE = '{"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "web:2"}]}}}}'
CRON_IMAGE = f'{{"spec": {{"jobTemplate": {IMAGE}}}}}'


@pytest.fixture(scope="module")
def recorder(cluster: Cluster) -> Iterator[Recorder]:
    install(cluster)
    with Recorder() as running:
        found = documents("--set", f"webhook.url={running.url}", "--set", "fullnameOverride=match")
        configuration = only(found, "ValidatingWebhookConfiguration")
        for webhook in configuration["webhooks"]:
            webhook["clientConfig"]["caBundle"] = running.ca_bundle
        cluster.kubectl("apply", "-f", "-", input=json.dumps(configuration))
        for namespace, labels in (("match", "pinfold.dev/enforce=true"), ("watch", "team=a")):
            cluster.kubectl("create", "namespace", namespace)
            cluster.kubectl("label", "namespace", namespace, labels)
        _wait_until_asked(cluster, running)
        yield running
        cluster.kubectl("delete", "validatingwebhookconfiguration", "match")


def _wait_until_asked(cluster: Cluster, recorder: Recorder) -> None:
    """A new configuration is known to the API server a moment later."""

    def asked() -> object:
        make(cluster, "pod", name := f"early-{next(NAMES)}", namespace="match")
        return recorder.about(name)

    wait_until("the first review", asked, seconds=30, check=lambda: None)


@pytest.fixture
def asked_by(cluster: Cluster, recorder: Recorder) -> Callable[..., list[str]]:
    """Makes an object of a kind, then asks what a kubectl command with its NAME makes happen."""

    def asked_by(kind: str, *command: str, namespace: str = "match") -> list[str]:
        name = f"{kind}-{next(NAMES)}-x"
        make(cluster, kind, name, namespace=namespace)
        before = len(recorder.about(name))
        words = [word.replace("NAME", name) for word in command]
        cluster.kubectl("-n", namespace, *words)
        return recorder.about(name)[before:]

    return asked_by


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_asked_about_when_it_is_made(
    cluster: Cluster, recorder: Recorder, kind: str
) -> None:
    make(cluster, kind, f"new-{kind}", namespace="match")
    assert f"/enforce CREATE {kind}s" in recorder.about(f"new-{kind}")


def test_an_unlabelled_namespace_is_observed(cluster: Cluster, recorder: Recorder) -> None:
    make(cluster, "pod", "seen", namespace="watch")
    assert recorder.about("seen") == ["/observe CREATE pods"]


@pytest.mark.parametrize("namespace", ["kube-system", "pinfold-system"])
def test_namespaces_of_the_system_are_left_alone(
    cluster: Cluster, recorder: Recorder, namespace: str
) -> None:
    cluster.kubectl("create", "namespace", namespace, check=False)
    make(cluster, "pod", f"in-{namespace}", namespace=namespace)
    assert recorder.about(f"in-{namespace}") == []


@pytest.mark.parametrize(
    ("kind", "command"),
    [
        pytest.param("pod", ["set", "image", "pod/NAME", "main=web:2"], id="a pod's image"),
        pytest.param("pod", ["set", "image", "pod/NAME", "first=init:2"], id="an init container's"),
        pytest.param("deployment", ["rollout", "restart", "deployment/NAME"], id="a restart"),
        *(
            pytest.param(kind, ["patch", kind, "NAME", "-p", IMAGE], id=f"the template of a {kind}")
            for kind in ("deployment", "replicaset", "statefulset", "daemonset")
        ),
        pytest.param("replicationcontroller", ["patch", "rc", "NAME", "-p", IMAGE], id="of an rc"),
        pytest.param("cronjob", ["patch", "cronjob", "NAME", "-p", CRON_IMAGE], id="of a cronjob"),
    ],
)
def test_a_change_of_what_runs_is_asked_about(
    asked_by: Callable[..., list[str]], kind: str, command: list[str]
) -> None:
    # More than once where a controller wrote in between: the API server then begins again.
    assert set(asked_by(kind, *command)) == {f"/enforce UPDATE {kind}s"}


def test_an_ephemeral_container_is_asked_about(asked_by: Callable[..., list[str]]) -> None:
    asked = asked_by("pod", "debug", "NAME", "--image=busybox:1", "--attach=false")
    assert set(asked) == {"/enforce UPDATE pods/ephemeralcontainers"}


def test_what_runs_can_be_asked_about_without_changing_it(
    cluster: Cluster, recorder: Recorder
) -> None:
    """The command of docs/install.md and of the chart's notes."""
    make(cluster, "deployment", "running", namespace="watch")
    before = generation(cluster, "deployment/running")
    words = "deployments,statefulsets,daemonsets --all --dry-run=server PINFOLD=ask"
    for text in ("docs/install.md", "charts/pinfold/templates/NOTES.txt"):
        assert f"set env {words}\n" in (ROOT / text).read_text("utf-8")
    cluster.kubectl("-n", "watch", "set", "env", *words.split())
    assert recorder.about("running")[-1] == "/observe UPDATE deployments"
    assert generation(cluster, "deployment/running") == before


def generation(cluster: Cluster, what: str) -> str:
    template = "{.metadata.generation}"
    return cluster.kubectl("get", "-n", "watch", what, "-o", f"jsonpath={template}").stdout


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["label", "KIND", "NAME", "a=b"], id="label"),
        pytest.param(["annotate", "KIND", "NAME", "a=b"], id="annotate"),
        pytest.param(
            [
                "patch",
                "KIND",
                "NAME",
                "--type=merge",
                "-p",
                '{"metadata":{"finalizers":["x.dev/y"]}}',
            ],
            id="finalizer",
        ),
        pytest.param(["delete", "KIND", "NAME", "--wait=false", "--cascade=orphan"], id="delete"),
    ],
)
def test_metadata_and_deletion_never_wait_for_us(
    asked_by: Callable[..., list[str]], kind: str, command: list[str]
) -> None:
    assert asked_by(kind, *(kind if word == "KIND" else word for word in command)) == []


@pytest.mark.parametrize("kind", CUSTOM)
def test_every_other_kind_is_asked_about_when_it_is_made(
    cluster: Cluster, recorder: Recorder, kind: str
) -> None:
    make(cluster, kind, f"other-{kind}", namespace="match")
    where = "observe" if kind == "clusterservingruntime" else "enforce"
    assert recorder.about(f"other-{kind}") == [f"/{where} CREATE {kind}s"]


@pytest.mark.parametrize(
    ("kind", "patch"),
    [
        pytest.param("leaderworkerset", {"spec": {"replicas": 2}}, id="spec"),
        pytest.param("workspace", {"inference": {"preset": {"name": "phi-4"}}}, id="inference"),
        pytest.param("workspace", {"tuning": {"preset": {"name": "phi-4"}}}, id="tuning"),
        pytest.param(
            "podtemplate", {"template": {"metadata": {"labels": {"b": "c"}}}}, id="template"
        ),
    ],
)
def test_a_change_of_another_kind_is_asked_about(
    asked_by: Callable[..., list[str]], kind: str, patch: Document
) -> None:
    words = ["patch", kind, "NAME", "--type=merge", "-p", json.dumps(patch)]
    assert asked_by(kind, *words) == [f"/enforce UPDATE {kind}s"]


_MERGE = ("--type=merge", "-p")


@pytest.mark.parametrize("kind", CUSTOM)
@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["label", "KIND", "NAME", "a=b"], id="label"),
        pytest.param(
            ["patch", "KIND", "NAME", *_MERGE, '{"metadata":{"finalizers":["x.dev/y"]}}'],
            id="finalizer",
        ),
        pytest.param(["delete", "KIND", "NAME", "--wait=false"], id="delete"),
    ],
)
def test_metadata_and_deletion_of_another_kind_never_wait_for_us(
    asked_by: Callable[..., list[str]], kind: str, command: list[str]
) -> None:
    assert asked_by(kind, *(kind if word == "KIND" else word for word in command)) == []


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(
            ["patch", "KIND", "NAME", "--subresource=status", *_MERGE, '{"status":{"a":1}}'],
            id="status",
        ),
        pytest.param(["scale", "KIND", "NAME", "--replicas=0"], id="scale"),
    ],
)
def test_subresources_of_another_kind_never_wait_for_us(
    asked_by: Callable[..., list[str]], command: list[str]
) -> None:
    kind = "leaderworkerset"
    assert asked_by(kind, *(kind if word == "KIND" else word for word in command)) == []


@pytest.mark.parametrize(
    "kind", ["deployment", "replicaset", "statefulset", "replicationcontroller"]
)
def test_scaling_never_waits_for_us(asked_by: Callable[..., list[str]], kind: str) -> None:
    assert asked_by(kind, "scale", f"{kind}/NAME", "--replicas=0") == []


def test_suspending_a_cronjob_never_waits_for_us(asked_by: Callable[..., list[str]]) -> None:
    suspend = '{"spec": {"suspend": true}}'
    assert asked_by("cronjob", "patch", "cronjob", "NAME", "-p", suspend) == []


@pytest.mark.parametrize(
    ("user", "groups", "asked"),
    [
        pytest.param("mallory", ["ml-engineers"], ["/enforce CREATE pods"], id="forged"),
        pytest.param("system:node:gpu-0", ["system:nodes"], [], id="of a kubelet"),
    ],
)
def test_a_mirror_pod_passes_only_if_a_kubelet_makes_it(
    cluster: Cluster, recorder: Recorder, user: str, groups: list[str], asked: list[str]
) -> None:
    cluster.kubectl(
        "create", "clusterrolebinding", f"mirror-{groups[0]}".replace(":", "-"),
        "--clusterrole=edit", f"--group={groups[0]}",
    )  # fmt: skip
    name = f"mirror-{len(asked)}"
    annotations = {"kubernetes.io/config.mirror": "abc"}
    document = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "annotations": annotations},
        "spec": POD_SPEC | {"nodeName": "gpu-0"},
    }
    cluster.kubectl(
        "create", "-n", "match", "-f", "-",
        input=json.dumps(document), kubeconfig=cluster.kubeconfig_as(user, groups),
    )  # fmt: skip
    assert recorder.about(name) == asked


def test_the_largest_pod_is_within_what_an_expression_may_cost(
    cluster: Cluster, recorder: Recorder
) -> None:
    """An expression that costs too much would refuse the update, whatever it changes."""
    containers = [{"name": f"c{i}", "image": "r.example.com/a:1"} for i in range(3000)]
    document = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "large"},
        "spec": {"containers": containers},
    }
    cluster.kubectl("create", "-n", "match", "-f", "-", input=json.dumps(document))
    cluster.kubectl("label", "-n", "match", "pod/large", "a=b")
    assert recorder.about("large") == ["/enforce CREATE pods"]
