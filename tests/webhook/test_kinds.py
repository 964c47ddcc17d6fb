"""Kinds that are not Kubernetes' own, from the bytes of a review to those of its answer."""

from typing import Any

import pytest

from pinfold.inspect.kinds import CUSTOM, WorkloadKind
from tests.kinds import manifest_around, place_of
from tests.webhook.material import (
    CONTROLLED,
    PINNED,
    UNPINNED,
    Object,
    answer_to,
    as_bytes,
    response,
    review,
)

RAY = next(row for row in CUSTOM if row.kind == "RayService")
LWS = next(row for row in CUSTOM if row.kind == "LeaderWorkerSet")
KAITO = next(row for row in CUSTOM if row.kind == "Workspace")
RUNTIME = next(row for row in CUSTOM if row.kind == "ClusterServingRuntime")
CONFIG = "applications: [{args: {llm_configs: [{model_loading_config: {model_id: org/m}}]}}]"


def asked(row: WorkloadKind, new: Object, old: Object | None = None, **fields: Any) -> Object:
    """The response to a review about a kind."""
    kind = {"group": row.group, "version": "v1", "kind": row.kind}
    return response(answer_to(review(new, old, kind=kind, **fields)))


def lws(*containers: Object, **spec: Any) -> Object:
    """A LeaderWorkerSet with a group of its own for each container."""
    paths = LWS.pods[: len(containers)]
    made: Object = {"apiVersion": "x/v1", "kind": LWS.kind, "metadata": {"name": "a"}}
    templates: Object = {}
    for path, container in zip(paths, containers, strict=True):
        templates[path.split(".")[2]] = {"spec": {"containers": [container]}}
    return {**made, "spec": {"leaderWorkerTemplate": templates, **spec}}


@pytest.mark.parametrize(
    ("row", "path"),
    [pytest.param(row, path, id=f"{row.name} {path}") for row in CUSTOM for path in row.pods],
)
def test_every_pod_is_judged(row: WorkloadKind, path: str) -> None:
    refused = asked(row, manifest_around(row, path, {"containers": [UNPINNED]}))
    assert refused["allowed"] is False
    assert f"{place_of(path)}.containers[0].image" in refused["status"]["message"]
    assert asked(row, manifest_around(row, path, {"containers": [PINNED]}))["allowed"] is True


def test_a_cluster_scoped_kind_has_no_namespace() -> None:
    made = manifest_around(RUNTIME, "spec", {"containers": [UNPINNED]})
    assert asked(RUNTIME, made, namespace="")["allowed"] is False
    message = asked(LWS, lws(UNPINNED), namespace="")["status"]["message"]
    assert "the review names no namespace for this LeaderWorkerSet" in message


@pytest.mark.parametrize(
    ("new", "blamed"),
    [
        pytest.param(lws(UNPINNED, PINNED), [], id="nothing"),
        pytest.param(lws(UNPINNED, PINNED, replicas=3), [], id="replicas"),
        pytest.param(lws(PINNED, UNPINNED), [], id="a template in another place"),
        pytest.param(lws(UNPINNED, {**UNPINNED, "name": "new"}), ["new"], id="one template of two"),
        pytest.param(
            lws({**UNPINNED, "name": "new"}, {**UNPINNED, "name": "two"}),
            ["new", "two"],
            id="both templates",
        ),
    ],
)
def test_an_update_is_blamed_for_the_templates_that_it_brings_in(
    new: Object, blamed: list[str]
) -> None:
    found = asked(LWS, new, lws(UNPINNED, PINNED))
    assert found["allowed"] is not bool(blamed)
    message = found.get("status", {}).get("message", "")
    names = ("vllm", "new", "two")
    assert [name for name in names if f'container "{name}"' in message] == blamed


def test_an_update_of_what_could_not_be_read_is_judged_whole() -> None:
    broken = lws({**UNPINNED, "args": [1]})
    assert asked(LWS, lws(UNPINNED), broken)["allowed"] is False
    assert asked(LWS, lws(PINNED), broken)["allowed"] is True
    assert asked(LWS, lws(UNPINNED), None, operation="UPDATE")["allowed"] is False


def test_fields_are_grandfathered_as_pods_are() -> None:
    old: Object = {"kind": RAY.kind, "metadata": {"name": "a"}, "spec": {"serveConfigV2": CONFIG}}
    assert asked(RAY, old)["allowed"] is False
    assert asked(RAY, {**old, "spec": {**old["spec"], "x": 1}}, old)["allowed"] is True
    changed = {**old, "spec": {"serveConfigV2": CONFIG.replace("org/m", "org/n")}}
    assert '"org/n"' in asked(RAY, changed, old)["status"]["message"]


def test_what_a_controller_made_is_left_to_its_pods_unless_they_do_not_show_all() -> None:
    owned = {"name": "a", "ownerReferences": CONTROLLED}
    assert asked(LWS, {**lws(UNPINNED), "metadata": owned})["allowed"] is True
    service = {"kind": RAY.kind, "metadata": owned, "spec": {"serveConfigV2": CONFIG}}
    assert asked(RAY, service)["allowed"] is False


def test_a_kind_may_have_no_spec() -> None:
    made = {"kind": KAITO.kind, "metadata": {}, "tuning": {"input": {"image": "a"}}}
    assert '"a" has no digest' in asked(KAITO, made)["status"]["message"]
    assert asked(KAITO, made, {**made, "status": {"a": 1}})["allowed"] is True


def test_a_null_is_as_good_as_absent() -> None:
    made = lws({**PINNED, "env": None, "ports": [None]})
    made["spec"]["leaderWorkerTemplate"]["workerTemplate"] = None
    assert asked(LWS, made)["allowed"] is True


@pytest.mark.parametrize(
    ("new", "words"),
    [
        pytest.param(lws({"args": [1]}), "Expected `str`, got `int`", id="another type"),
        pytest.param({**lws(PINNED), "spec": []}, "spec: Expected `object`", id="a list"),
        pytest.param({**lws(PINNED), "kind": "Pod"}, "its object is a 'Pod'", id="another kind"),
        pytest.param({"kind": LWS.kind}, "missing required field `metadata`", id="no metadata"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(new: Object, words: str) -> None:
    message = asked(LWS, new)["status"]["message"]
    assert message.startswith("pinfold cannot read this LeaderWorkerSet: ")
    assert words in message


def test_too_many_containers_are_refused_unread() -> None:
    made = lws(PINNED, PINNED)
    for template in made["spec"]["leaderWorkerTemplate"].values():
        template["spec"]["containers"] *= 251
    message = asked(LWS, made)["status"]["message"]
    assert "it has 502 containers; no more than 500 are read" in message


@pytest.mark.parametrize("depth", [100, 900, 5000, 100_000])
def test_what_nests_deep_gets_an_answer(depth: int) -> None:
    kind = {"group": LWS.group, "version": "v1", "kind": LWS.kind}
    body = as_bytes(review(lws(UNPINNED, x="DEEP"), kind=kind))
    answer = answer_to(body.replace(b'"DEEP"', b"[" * depth + b"]" * depth))
    assert answer.status in (200, 400)
    assert b'"allowed":true' not in answer.body
    assert answer.outcome in ("refused", "unreadable")
