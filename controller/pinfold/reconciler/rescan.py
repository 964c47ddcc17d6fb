"""One scan: every running pod once, page by page, and out of it a small value."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from msgspec.structs import replace

from pinfold.inspect.accelerators import Accelerators
from pinfold.inspect.workload import Workload as Loads
from pinfold.kube.client import Api
from pinfold.kube.enforcement import Enforcement
from pinfold.kube.errors import Gone
from pinfold.kube.nodes import Nodes
from pinfold.kube.owners import Found, Ref, read_owners
from pinfold.kube.pods import UNMARKED, Page, Pod, pod_pages, without_collector
from pinfold.policy.evaluate import Report, evaluate
from pinfold.policy.model import Policy
from pinfold.policy.policy_set import PolicySet
from pinfold.policy.violation import Mode
from pinfold.reconciler.covered import is_covered
from pinfold.reconciler.drift import Outcome, Seen, Site, Status, judge
from pinfold.reconciler.facts import Facts, Shape, shape_of
from pinfold.reconciler.images import Aliases, Difference, differences
from pinfold.reconciler.memory import Memory, wanted
from pinfold.reconciler.read import CountedConfigMaps, Read
from pinfold.reconciler.readings import Readings
from pinfold.reconciler.workloads import Group, Mark, Workload, gather

_log = logging.getLogger(__name__)
_MOST_LISTS = 3  # where the server forgets one in the midst of it


@dataclass(frozen=True, slots=True)
class Judged:
    """What is the same for all pods of one shape."""

    loads: Loads
    report: Report
    is_covered: bool
    refused_by: tuple[str, ...]  # policies that would refuse it, were they enforced


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What one scan found. `marks` are the annotations that are not what they should be."""

    workloads: Sequence[Workload]
    marks: Sequence[Mark]
    right: int  # annotations that are
    would_refuse: Mapping[str, int]  # pods, by policy
    forged: int
    seen: frozenset[str]  # uids of all that is annotated
    read: Read


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a scan: by which policies, since when they hold, and where."""

    policies: PolicySet
    site: Site
    enforcement: Enforcement


class Scanner:
    """Scans as often as it is asked; what it keeps in between is of use, and may be lost."""

    def __init__(self, api: Api, memory: Memory, accelerators: Sequence[str]) -> None:
        self._api = api
        self.memory = memory
        self.accelerators = Accelerators(accelerators)
        self.aliases = Aliases()
        self.readings = Readings()

    async def scan(self, question: Question) -> Scan:
        """Raises ApiError: then nothing was found, and what stands may go on standing."""
        for attempt in range(_MOST_LISTS):
            try:
                return await self._once(question)
            except Gone:
                if attempt == _MOST_LISTS - 1:
                    raise
                _log.info("the list of pods was forgotten in the midst of it: once more")
        raise AssertionError

    async def _once(self, question: Question) -> Scan:
        under_way = _UnderWay(self._api, self, question)
        with without_collector():
            async for page in pod_pages(self._api):
                await under_way.take(page)
            self.readings.scanned()
            return under_way.finish(await read_owners(self._api, under_way.controllers()))


@dataclass(slots=True)
class _Found:
    groups: dict[str, Group] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    would_refuse: Counter[str] = field(default_factory=Counter)
    seen: set[str] = field(default_factory=set)
    right: int = 0
    forged: int = 0
    read: Read = field(default_factory=Read)


class _UnderWay:
    """A scan that is not over."""

    def __init__(
        self,
        api: Api,
        scanner: Scanner,
        question: Question,
    ) -> None:
        self._memory = scanner.memory
        self._accelerators = scanner.accelerators
        self._aliases = scanner.aliases
        self._policies = question.policies
        self._site = question.site
        self._enforcement = question.enforcement
        self._nodes = Nodes(api)
        self._found = _Found()
        self._strict = tuple(_strict(policy) for policy in self._policies.policies)
        maps = CountedConfigMaps(api, self._found.read)
        self._facts: Facts[Judged] = Facts(
            maps, self._policies.hints, self._judge, scanner.readings
        )
        self._is_for_somebody = lru_cache(maxsize=None)(self._has_policy)

    async def take(self, page: Page) -> None:
        """One more page."""
        read = self._found.read
        read.bytes += page.size
        read.unreadable += page.unreadable
        read.pods += len(page.pods)
        for pod in page.pods:
            await self._take(pod)

    def controllers(self) -> set[str]:
        """The uids of the owners of covered pods."""
        return {g.controller.uid for g in self._found.groups.values() if g.controller}

    def finish(self, found: Found) -> Scan:
        """All of it, with what stands above the pods."""
        result = self._found
        result.read.bytes += found.size
        workloads, marks = gather(result.groups.values(), found.owners, self._memory)
        marks += [Mark(ref, UNMARKED, there) for ref, there in found.stale]
        for mark in marks:
            self._note(mark)
        return Scan(
            workloads=tuple(workloads),
            marks=tuple(result.marks),
            right=result.right,
            would_refuse=dict(result.would_refuse),
            forged=result.forged,
            seen=frozenset(result.seen),
            read=result.read,
        )

    async def _take(self, pod: Pod) -> None:
        metadata = pod.metadata
        judged = await self._facts.of(shape_of(metadata.namespace, pod.spec))
        if metadata.namespace in self._enforcement.judged:
            self._found.would_refuse.update(judged.refused_by)
        ref = Ref("v1", "Pod", metadata.namespace, metadata.name, metadata.uid)
        if not judged.is_covered:
            self._note(Mark(ref, UNMARKED, metadata.marks))
            return
        before = self._memory.before(metadata.uid, metadata.marks)
        outcome = await self._judged(pod, judged, before)
        self._note(Mark(ref, wanted(outcome), metadata.marks))
        controller = metadata.controller
        key = metadata.uid if controller is None else controller.uid
        group = self._found.groups.get(key)
        if group is None:
            group = self._found.groups[key] = Group(ref, controller)
        group.add(outcome, before)

    async def _judged(self, pod: Pod, judged: Judged, before: Status | None) -> Outcome:
        namespace = pod.metadata.namespace
        seen = Seen(
            namespace=namespace,
            created=pod.metadata.creation_timestamp or self._site.now,
            report=judged.report,
            is_enforced=namespace in self._enforcement.enforced,
            opaque=judged.loads.opaque,
            images=await self._images(pod, judged.loads),
            before=before,
        )
        return judge(seen, self._site)

    def _note(self, mark: Mark) -> None:
        if mark.wanted == UNMARKED and mark.found == UNMARKED:
            return
        self._found.seen.add(mark.ref.uid)
        if mark.wanted == mark.found:
            self._found.right += 1
            self._memory.written(mark.ref.uid, mark.wanted)
            return
        self._found.forged += self._memory.is_forged(mark.ref.uid, mark.found)
        self._found.marks.append(mark)

    async def _images(self, pod: Pod, loads: Loads) -> Sequence[Difference]:
        """Nodes are asked only where there is a doubt that no node has resolved before."""
        generation, knows = pod.metadata.generation, self._aliases.knows
        found = differences(loads.images, pod.status, generation, None, knows)
        if not found:
            return found
        node = await self._nodes.images(pod.spec.node_name)
        self._aliases.learn(node or ())
        return differences(loads.images, pod.status, generation, node, knows)

    def _judge(self, shape: Shape, loads: Loads) -> Judged:
        exemptions, now = self._site.exemptions, self._site.now
        report = evaluate(loads, self._policies.policies, exemptions, now)
        strict = evaluate(loads, self._strict, exemptions, now)
        covered = self._is_for_somebody(shape.namespace) and is_covered(
            shape.spec, loads, self._accelerators
        )
        refused_by = sorted({finding.policy for finding in strict.of(Mode.ENFORCE)})
        return Judged(loads, report, covered, tuple(refused_by))

    def _has_policy(self, namespace: str) -> bool:
        return any(p.spec.match.covers(namespace) for p in self._policies.policies)


def _strict(policy: Policy) -> Policy:
    """The policy as it would be if it were enforced; a rule's own mode stays."""
    return replace(policy, spec=replace(policy.spec, mode=Mode.ENFORCE))
