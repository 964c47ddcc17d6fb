"""A manifest before the cluster, its review by the API server, the pod that runs: one verdict.

Several hundred workloads go through `pinfold check`, through the webhook over HTTPS, called by the
real API server, and through the rescan's reading of the pods that the API server then keeps.
What the API server refuses by itself is no workload, and is counted. ConfigMaps are withheld: the
webhook has none.
"""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from pinfold.cli.judge import check_documents
from pinfold.documents.read import read_documents
from pinfold.inspect.workload import Workload
from pinfold.kube.client import Api
from pinfold.kube.enforcement import Enforcement
from pinfold.kube.pods import Pod, pod_pages
from pinfold.policy.evaluate import evaluate
from pinfold.policy.policy_set import PolicySet, read_policy_set
from pinfold.policy.violation import Mode, Violation
from pinfold.reconciler.drift import PolicyTimes, Site
from pinfold.reconciler.facts import Facts, Shape, shape_of
from pinfold.reconciler.memory import Memory
from pinfold.reconciler.readings import Readings
from pinfold.reconciler.rescan import Question, Scan, Scanner
from tests.bypass.rows import DIGEST
from tests.contract.test_samples import EVERY_RULE
from tests.e2e.conftest import enforce
from tests.e2e.reviews import Denial, Said, Server, connected
from tests.e2e.workloads import Case, cases, pod_case
from tests.installation import Installation
from tests.policy.facts import NOON

pytestmark = pytest.mark.cluster
NAME = "same-verdict"
PROBE = pod_case("probe", {"containers": [{"name": "a", "image": f"probe.invalid/x@{DIGEST}"}]})
POLICY: dict[str, Any] = {
    "apiVersion": "pinfold.dev/v1alpha1",
    "kind": "SupplyChainPolicy",
    "metadata": {"name": NAME, "uid": "1"},
    "spec": {"mode": "Enforce", "rules": EVERY_RULE},
}


@dataclass(frozen=True, slots=True)
class Checked:
    """What `pinfold check` objects to, and what of it would be refused; `count` is of the latter.

    Two violations can have one rule, container and place.
    """

    all: frozenset[Said]
    refused: frozenset[Said]
    count: int


def by_check(case: Case, policies: PolicySet, namespace: str) -> Checked | None:
    """None: it cannot be read."""
    documents = read_documents(json.dumps(case.manifest).encode(), "manifest.json")
    check = check_documents(documents, policies, NOON, namespace=namespace)
    if check.errors:
        return None
    found = [objection for judged in check.workloads for objection in judged.objections]
    refused = [o.violation for o in found if o.mode is Mode.ENFORCE]
    return Checked(said([o.violation for o in found]), said(refused), len(refused))


def said(violations: Sequence[Violation]) -> frozenset[Said]:
    return frozenset((v.rule, v.container, v.place) for v in violations)


class _Withheld:
    async def read(self, _namespace: str, _name: str) -> Mapping[str, str] | None:
        return None


async def by_the_rescan(pods: Sequence[Pod], policies: PolicySet) -> dict[str, frozenset[Said]]:
    """By the pod's name, read and remembered as a scan does it."""

    def judge(_shape: Shape, loads: Workload) -> frozenset[Said]:
        report = evaluate(loads, policies.policies, (), NOON)
        return said([finding.violation for finding in report.findings])

    facts = Facts(_Withheld(), policies.hints, judge, Readings())
    return {
        pod.metadata.name: await facts.of(shape_of(pod.metadata.namespace, pod.spec))
        for pod in pods
    }


@dataclass(slots=True)
class Answers:
    """By name: what the webhook says of each case, and the rescan of each pod."""

    reviews: dict[str, Denial | None]
    running: dict[str, frozenset[Said]]
    scan: Scan


async def ask(
    pinfold: Installation, asked: Sequence[Case], places: tuple[str, str], policies: PolicySet
) -> Answers:
    closed, opened = places
    async with connected(pinfold.cluster) as (server, api):
        await until_in_force(server, closed)
        denials = await asyncio.gather(*(server.review(case, closed) for case in asked))
        pods = [case for case in asked if case.kind == "Pod"]
        await asyncio.gather(*(server.create(case, opened) for case in pods))
        pages = [page async for page in pod_pages(api)]
        scan = await scanned(api, opened, policies)
    kept = [pod for page in pages for pod in page.pods if pod.metadata.namespace == opened]
    names = [case.name for case in asked]
    found = await by_the_rescan(kept, policies)
    return Answers(dict(zip(names, denials, strict=True)), found, scan)


async def scanned(api: Api, namespace: str, policies: PolicySet) -> Scan:
    """A whole scan, as if the namespace were one that can be enforced and is not yet."""
    times = {NAME: PolicyTimes(made=NOON, spec_since=NOON)}
    site = Site(now=NOON, policies={p.name: p for p in policies.policies}, times=times)
    enforcement = Enforcement(enforced=frozenset(), judged=frozenset({namespace}))
    return await Scanner(api, Memory(), ()).scan(Question(policies, site, enforcement))


async def until_in_force(server: Server, namespace: str) -> None:
    """The webhook learns of a policy, and the API server of a label, in a moment."""
    for _ in range(150):
        if await server.review(PROBE, namespace) not in (None, Denial()):
            return
        await asyncio.sleep(0.2)
    raise AssertionError("the policy is not in force")


@pytest.fixture
def places(pinfold: Installation, namespace: Callable[..., str]) -> tuple[str, str]:
    """A namespace where everything is refused, and one where nothing is."""
    closed, opened = namespace(enforced=False), namespace(enforced=False)
    enforce(pinfold.cluster, closed)
    return closed, opened


@pytest.fixture
def policies(pinfold: Installation, places: tuple[str, str]) -> Iterator[PolicySet]:
    match = {"namespaces": list(places)}
    policy = {**POLICY, "metadata": {"name": NAME}, "spec": {**POLICY["spec"], "match": match}}
    pinfold.cluster.kubectl("apply", "-f", "-", input=json.dumps(policy))
    yield read_policy_set([{**policy, "metadata": POLICY["metadata"]}], [], PolicySet())
    pinfold.cluster.kubectl("delete", "supplychainpolicy", NAME)


def test_the_three_say_the_same(
    pinfold: Installation, places: tuple[str, str], policies: PolicySet
) -> None:
    knows_image_volumes = pinfold.cluster.version >= (1, 35)
    asked = [case for case in cases() if knows_image_volumes or not has_image_volume(case)]
    found = {case.name: by_check(case, policies, places[1]) for case in asked}
    expected = {name: said for name, said in found.items() if said is not None}
    answers = asyncio.run(ask(pinfold, asked, places, policies))
    compared = {name: denial for name, denial in answers.reviews.items() if denial is not None}
    assert compared.keys() <= expected.keys()
    assert differing_reviews(compared, expected) == {}
    assert differing_pods(answers.running, expected) == {}
    compare_scan(answers, expected)
    refused = sum(denial.count > 0 for denial in compared.values())
    left_out = len(asked) - len(compared)
    whole = sum(denial.is_whole for denial in compared.values())
    print(f"{whole} told whole;", end=" ")
    print(f"{len(compared)} reviews ({refused} refused), {len(answers.running)} pods; {left_out}")
    assert whole >= 200
    assert len(answers.running) >= 100
    assert left_out <= len(asked) // 4


def has_image_volume(case: Case) -> bool:
    """Older API servers drop such a volume's reference before anybody sees it."""
    return '"reference"' in json.dumps(case.manifest)


Expected = Mapping[str, Checked]


def agree(denial: Denial, checked: Checked) -> bool:
    if denial.count != checked.count:
        return False
    if denial.is_whole:
        return denial.shown == checked.refused
    return denial.shown <= checked.refused


def differing_reviews(compared: Mapping[str, Denial], expected: Expected) -> dict[str, Any]:
    return {
        name: (denial, expected[name])
        for name, denial in compared.items()
        if not agree(denial, expected[name])
    }


def compare_scan(answers: Answers, expected: Expected) -> None:
    """A scan counts the pods that would be refused, and names the rules of those it covers."""
    scan = answers.scan
    refused = sum(expected[name].count > 0 for name in answers.running)
    assert scan.would_refuse == {NAME: refused}
    told = {w.ref.name: set(w.outcome.rules) for w in scan.workloads}
    assert told == {name: {rule for rule, _, _ in expected[name].refused} for name in told}
    assert len(told) >= 200


def differing_pods(running: Mapping[str, frozenset[Said]], expected: Expected) -> dict[str, Any]:
    return {
        name: (found, expected[name].all)
        for name, found in running.items()
        if found != expected[name].all
    }
