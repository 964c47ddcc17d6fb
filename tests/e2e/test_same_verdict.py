"""One engine, three programs: `pinfold check`, the webhook and the rescan find the same.

Every pod of the corpus, of the samples and of the ways round is checked as a file, sent to a real
API server as a dry run where it is enforced, and made for real where it is not, to be found there
by the rescan. ConfigMaps are withheld: the webhook never has them.
"""

import asyncio
import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml

from pinfold.cli.judge import Judged, check_documents
from pinfold.documents.read import read_documents
from pinfold.inspect.kinds import BUILT_IN, kind_of
from pinfold.kube.client import Api, _Call
from pinfold.kube.errors import ApiError
from pinfold.policy.policy_set import PolicySet, read_policy_set
from pinfold.policy.violation import Mode
from tests.bypass.rows import rows
from tests.contract.test_samples import EVERY_RULE, SAMPLES
from tests.corpus.manifests import manifests
from tests.e2e.rescanned import SCAN_STATUS, Place

pytestmark = pytest.mark.cluster
ENFORCED, OPEN = "same-enforced", "same-open"
FOUND = re.compile(r'container "([^"]*)", (\S+): ')
SHOWN = re.compile(r'^\[([a-z-]+)\] container "([^"]*)", (\S+): ', re.MULTILINE)
COUNT = re.compile(r'polic(?:y|ies) "[^:]*: (\d+) violations?$', re.MULTILINE)
AT_LEAST = 200  # pods that all three judge
# What this cluster does not have, and what the rescan keeps of one workload at the most.
ABSENT = ("serviceAccountName", "serviceAccount", "priorityClassName", "runtimeClassName")
MOST_REASONS = 16

Finding = tuple[str, str, str]  # rule, container, place


def objects() -> Iterator[Any]:
    for manifest in manifests():
        try:
            yield from yaml.safe_load_all(manifest.path.read_text("utf-8"))
        except (yaml.YAMLError, UnicodeDecodeError, ValueError):
            continue  # tests/corpus has files that nobody can read
    for path in sorted(SAMPLES.rglob("*.yaml")):
        yield from yaml.safe_load_all(path.read_text("utf-8"))
    for row in rows():
        yield from filter(None, (row.before, row.apply))


def pods() -> list[dict[str, Any]]:
    """The pods that they would make, each once."""
    found: dict[str, Any] = {}
    for value in objects():
        for spec in specs_of(value):
            kept = {key: field for key, field in spec.items() if key not in ABSENT}
            found.setdefault(json.dumps(kept, sort_keys=True, default=str), kept)
    return [
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"pod-{number}"}, "spec": spec}
        for number, spec in enumerate(found.values())
    ]


def specs_of(value: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(value, dict) or not isinstance(value.get("apiVersion"), str):
        return
    row = kind_of(value["apiVersion"], str(value.get("kind")))
    for path in row.pods if row in BUILT_IN else ():
        node: Any = value
        for step in path.split("."):
            node = node.get(step) if isinstance(node, dict) else None
        if isinstance(node, dict):
            yield node


@dataclass(frozen=True, slots=True)
class Told:
    """What one program says: so many findings, and those of them that it names."""

    count: int
    named: tuple[Finding, ...]


class Asked:
    """The three programs, asked about the same pods."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.pods = {pod["metadata"]["name"]: pod for pod in pods()}
        self.policies = self._policies()

    def _policies(self) -> PolicySet:
        self.place.cluster.kubectl("create", "namespace", ENFORCED)
        self.place.cluster.kubectl("label", "namespace", ENFORCED, "pinfold.dev/enforce=true")
        self.place.cluster.kubectl("create", "namespace", OPEN)
        policy = {
            "apiVersion": "pinfold.dev/v1alpha1",
            "kind": "SupplyChainPolicy",
            "metadata": {"name": "same"},
            "spec": {"mode": "Enforce", "match": {"namespaces": ["same-*"]}, "rules": EVERY_RULE},
        }
        self.place.cluster.kubectl("apply", "-f", "-", input=json.dumps(policy))
        listed = self.place.get("supplychainpolicies")["items"]
        return read_policy_set(listed, [], PolicySet())

    def check(self, namespace: str) -> dict[str, Judged]:
        text = "\n---\n".join(json.dumps(pod, default=str) for pod in self.pods.values())
        found = check_documents(
            read_documents(text.encode(), "pods.yaml"),
            self.policies,
            datetime.now(UTC),
            namespace=namespace,
        )
        return {one.read.document.value["metadata"]["name"]: one for one in found.workloads}

    def webhook(self) -> dict[str, Told]:
        """By dry runs; what the API server itself has against a pod is left out."""
        return {name: told for name, said in self._made(ENFORCED, dry=True) if (told := read(said))}

    def rescan(self) -> dict[str, frozenset[Finding]]:
        """What reports say of the pods that are covered."""
        for _ in self._made(OPEN, dry=False):
            pass
        items = self._settled()
        reports = self.place.get("reports.openreports.io", "-n", OPEN)["items"]
        said = {one["scope"]["name"]: frozenset(map(finding_of, one["results"])) for one in reports}
        return {name: said.get(name, frozenset()) - {None} for name in items}  # type: ignore[misc]

    def _settled(self) -> list[str]:
        """The names of the pods that have a status, once no more of them get one."""
        before: list[str] = []
        since = time.monotonic()
        while len(before) < AT_LEAST or time.monotonic() - since < 12:
            items = self.place.get("pods", "-n", OPEN)["items"]
            now = [
                item["metadata"]["name"]
                for item in items
                if SCAN_STATUS in item["metadata"].get("annotations", {})
            ]
            if len(now) != len(before):
                before, since = now, time.monotonic()
            assert time.monotonic() - since < 90, f"{len(now)} pods have a status"
            time.sleep(1)
        return before

    def _made(self, namespace: str, *, dry: bool) -> list[tuple[str, str]]:
        """The name of each pod, and what the API server has against it; "" where nothing."""

        async def main() -> list[tuple[str, str]]:
            async with await Api.login(self.place.cluster.kubeconfig) as api:
                limit = asyncio.Semaphore(8)

                async def one(name: str) -> tuple[str, str]:
                    query = {"dryRun": "All"} if dry else {}
                    path = f"/api/v1/namespaces/{namespace}/pods"
                    body = json.loads(json.dumps(self.pods[name], default=str))
                    body["metadata"]["namespace"] = namespace
                    async with limit:
                        try:
                            await api._raw(_Call("POST", path, query, body), 30)
                        except ApiError as error:
                            return name, str(error)
                    return name, ""

                return await asyncio.gather(*map(one, self.pods))

        with ThreadPoolExecutor(1) as pool:  # pytest may run a loop of its own
            return pool.submit(lambda: asyncio.run(main())).result()


def read(said: str) -> Told | None:
    """A refusal of the webhook, taken apart; None where somebody else refused."""
    if not said:
        return Told(0, ())
    count = COUNT.search(said)
    return Told(int(count[1]), tuple(SHOWN.findall(said))) if count else None


def finding_of(result: dict[str, Any]) -> Finding | None:
    if result["rule"] == "image-drift":
        return None  # of what runs, and no file can say that
    found = FOUND.match(result["message"])
    assert found, result
    return result["rule"], found[1], found[2]


def findings_of(judged: Judged, *, enforced: bool) -> list[Finding]:
    return [
        (one.violation.rule, one.violation.container, one.violation.place)
        for one in judged.objections
        if not enforced or one.mode is Mode.ENFORCE
    ]


@pytest.fixture(scope="module")
def asked(place: Place) -> Iterator[Asked]:
    asked = Asked(place)
    yield asked
    place.cluster.kubectl("delete", "supplychainpolicy", "same")
    place.cluster.kubectl("delete", "namespace", ENFORCED, OPEN, "--wait=false")


def test_the_webhook_refuses_what_check_objects_to(asked: Asked) -> None:
    checked, refused = asked.check(ENFORCED), asked.webhook()
    compared = refused.keys() & checked.keys()
    assert len(compared) >= AT_LEAST
    whole = 0
    for name in sorted(compared):
        expected = findings_of(checked[name], enforced=True)
        told = refused[name]
        assert told.count == len(expected), (name, asked.pods[name], expected, told)
        assert set(told.named) <= set(expected), (name, asked.pods[name])
        if len(told.named) == told.count > 0:
            assert sorted(told.named) == sorted(expected), (name, asked.pods[name])
            whole += 1
    assert whole >= 100  # refusals that fit into a message


def test_the_rescan_finds_what_check_objects_to(asked: Asked) -> None:
    checked, said = asked.check(OPEN), asked.rescan()
    few = {
        n
        for n, one in checked.items()
        if sum(len(o.findings) for o in one.objections) <= MOST_REASONS
    }
    compared = said.keys() & few
    assert len(compared) >= AT_LEAST
    for name in sorted(compared):
        assert said[name] == set(findings_of(checked[name], enforced=False)), asked.pods[name]
