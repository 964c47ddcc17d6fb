"""What the policies say of a matter, remembered: replicas of a workload are one matter."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal

import msgspec

from pinfold.inspect.changes import is_all_unchanged, only_news, unchanged_places
from pinfold.inspect.kinds import CUSTOM, WorkloadKind
from pinfold.inspect.podspec import PodSpec
from pinfold.inspect.read import inspect_parts, inspect_pods
from pinfold.inspect.resources.listed import parts_of
from pinfold.inspect.resources.parts import Part, container_count
from pinfold.inspect.resources.paths import UnreadableWorkload, without_nulls
from pinfold.policy.evaluate import NOTHING, Report, evaluate
from pinfold.policy.policy_set import PolicySet
from pinfold.policy.verdict import ADMITTED, Verdict, enforced, observed
from pinfold.webhook.request import UNDECODABLE, Unreadable, words_for
from pinfold.webhook.subject import Matter, Subject

# The two entries of our ValidatingWebhookConfiguration. Plain strings: an enum's member costs a
# call of Python's wherever it is a key.
Endpoint = Literal["enforce", "observe"]
Judge = Callable[[Matter, PolicySet, datetime], Report]

_REMEMBERED = 1024
_LONGEST = 32 * 1024  # bytes of a matter that is remembered; so 32 MiB at the most
# A manifest has room for 15,000, which would keep all others waiting for seconds.
_MOST_CONTAINERS = 500
_CUSTOM = {row.name: row for row in CUSTOM}
_decode_spec = msgspec.json.Decoder(PodSpec).decode


class Judgement(msgspec.Struct, frozen=True):
    """A report, and the verdict that an endpoint draws from it."""

    report: Report = NOTHING
    verdict: Verdict = ADMITTED


_NOTHING_FOUND = Judgement()


def judge(matter: Matter, policies: PolicySet, now: datetime) -> Report:
    """All that the policies object to in what is brought in. Raises Unreadable."""
    if (row := _CUSTOM.get(matter.kind)) is not None:
        return _judge_object(row, matter, policies, now)
    pods = {path: _read(path, spec) for path, spec in matter.specs}
    unchanged: tuple[str, ...] = ()
    if matter.old:
        [(path, new)] = pods.items()
        unchanged = unchanged_places(_read(path, matter.old), new, path)
        if is_all_unchanged(unchanged, new):
            return NOTHING
    # Without its name, which is generated and which no rule reads.
    workload = inspect_pods(
        matter.kind, matter.namespace, "", pods, hints=policies.hints(matter.namespace)
    )
    if unchanged:
        workload = only_news(workload, unchanged)
    return evaluate(workload, policies.policies, policies.exemptions, now)


def _judge_object(row: WorkloadKind, matter: Matter, policies: PolicySet, now: datetime) -> Report:
    """The same of a kind that is not Kubernetes' own: of its parts only those that are new."""
    [(_, new)] = matter.specs
    parts = _parts(row, new)
    if matter.old:
        before = _parts_before(row, matter.old)
        parts = tuple(part for part in parts if not any(map(part.says_the_same, before)))
    count = container_count(parts)
    if count > _MOST_CONTAINERS:
        raise Unreadable(f"it has {count} containers; no more than {_MOST_CONTAINERS} are read")
    hints = policies.hints(matter.namespace)
    workload = inspect_parts(row.kind, matter.namespace, "", parts, hints=hints)
    return evaluate(workload, policies.policies, policies.exemptions, now)


def _parts(row: WorkloadKind, raw: bytes) -> tuple[Part, ...]:
    try:
        return parts_of(row, without_nulls(msgspec.json.decode(raw)))
    except UnreadableWorkload as error:
        raise Unreadable(str(error)) from error
    except UNDECODABLE as error:
        raise Unreadable(words_for(error)) from error


def _parts_before(row: WorkloadKind, raw: bytes) -> tuple[Part, ...]:
    try:
        return _parts(row, raw)
    except Unreadable:
        return ()  # what could not be read was not judged: all of it is new


def _read(path: str, spec: bytes) -> PodSpec:
    try:
        read = _decode_spec(spec)
    except UNDECODABLE as error:
        raise Unreadable(words_for(error, path)) from error
    if not read.containers:
        raise Unreadable(f"{path}.containers is empty")
    lists = (read.containers, read.init_containers, read.ephemeral_containers)
    count = sum(len(containers or ()) for containers in lists)
    if count > _MOST_CONTAINERS:
        raise Unreadable(f"{path} has {count} containers; no more than {_MOST_CONTAINERS} are read")
    return read


class Judgements:
    """Judges each matter once, as long as the policies are the same.

    Source of the size: 32 KiB hold every Pod that we have seen, ten times over.
    """

    def __init__(self, judge: Judge = judge) -> None:
        self._judge = judge
        self._start_anew(PolicySet(), datetime.min.replace(tzinfo=UTC))

    def of(
        self, endpoint: Endpoint, subject: Subject, policies: PolicySet, now: datetime
    ) -> Judgement:
        """What `endpoint` says. Raises Unreadable, and whatever a broken rule raises."""
        if policies is not self._policies:
            self._start_anew(policies, now)
        matter = subject.matter
        # An exemption ends by the second; where there is none, time changes nothing.
        moment = now.replace(microsecond=0) if policies.exemptions else self._since
        size = len(matter.old) + sum(len(spec) for _, spec in matter.specs)
        reckon = self._remembered if size <= _LONGEST else self._reckon
        return reckon(endpoint, matter, subject.owned, moment)

    def remembered(self) -> float:
        """Matters that are remembered now."""
        return float(self._remembered.cache_info().currsize)

    def _start_anew(self, policies: PolicySet, now: datetime) -> None:
        self._policies, self._since = policies, now
        self._remembered = lru_cache(_REMEMBERED)(self._reckon)

    def _reckon(
        self,
        endpoint: Endpoint,
        matter: Matter,
        owned: bool,  # noqa: FBT001 - part of the cache's key
        now: datetime,
    ) -> Judgement:
        report = self._judge(matter, self._policies, now)
        if not report.findings:
            return _NOTHING_FOUND
        enforcing = endpoint == "enforce"
        return Judgement(report, enforced(report, owned=owned) if enforcing else observed(report))
