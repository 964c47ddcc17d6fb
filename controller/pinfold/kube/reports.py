"""Reports in the form that the cluster serves, which Policy Reporter and its like show.

OpenReports (openreports.io/v1alpha1) or its forerunner (wgpolicyk8s.io/v1alpha2): the results are
alike. Sources: openreports/reports-api, apis/openreports.io/v1alpha1/report_types.go;
kubernetes-sigs/wg-policy-prototypes, policy-report/pkg/api/wgpolicyk8s.io/v1alpha2.
"""

from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from pinfold.kube.client import Api
from pinfold.kube.errors import NotFound
from pinfold.kube.owners import Ref

_LABEL = "app.kubernetes.io/managed-by"
_OURS = {_LABEL: "pinfold"}
_SOURCE = "pinfold"
_PREFIX = "pinfold-"


@dataclass(frozen=True, slots=True)
class ReportApi:
    """One of the two."""

    group: str
    version: str
    kind: str
    resource: str
    has_source: bool  # at the top of the report, beside that of each result

    @property
    def path(self) -> str:
        """Of the whole cluster."""
        return f"/apis/{self.group}/{self.version}/{self.resource}"

    def collection(self, namespace: str) -> str:
        """Of one namespace."""
        return f"/apis/{self.group}/{self.version}/namespaces/{namespace}/{self.resource}"


APIS = (
    ReportApi("openreports.io", "v1alpha1", "Report", "reports", has_source=True),
    ReportApi("wgpolicyk8s.io", "v1alpha2", "PolicyReport", "policyreports", has_source=False),
)


class Result(msgspec.Struct, frozen=True):
    """One entry of `results`; what `result` and `severity` may be is a closed list."""

    policy: str = ""
    rule: str = ""
    result: str = ""
    severity: str = ""
    message: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What is to be reported of one workload."""

    about: Ref
    results: tuple[Result, ...]

    @property
    def name(self) -> str:
        """One for each workload, for as long as it lives."""
        return _PREFIX + self.about.uid


class _Owner(msgspec.Struct, frozen=True):
    uid: str = ""


class _Metadata(msgspec.Struct, frozen=True, rename="camel"):
    name: str
    namespace: str = ""
    uid: str = ""
    resource_version: str = ""
    owner_references: tuple[_Owner, ...] | None = None


class _Scope(msgspec.Struct, frozen=True):
    uid: str = ""


class _Held(msgspec.Struct, frozen=True):
    metadata: _Metadata
    scope: _Scope | None = None
    results: tuple[Result, ...] | None = None
    summary: dict[str, int] | None = None


class _List(msgspec.Struct):
    items: list[_Held] | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be written: a report that is new or other, or one that is to go."""

    report: Report | None
    namespace: str
    name: str
    uid: str = ""
    version: str = ""


async def served(api: Api, wanted: str) -> ReportApi | None:
    """The report API to write to: `wanted` is a group, "auto" or "none". Raises ApiError."""
    for one in APIS:
        if wanted not in ("auto", one.group):
            continue
        try:
            await api.get(one.path, {"limit": "1"})
        except NotFound:
            continue
        return one
    return None


async def changes(api: Api, of: ReportApi, wanted: Sequence[Report]) -> list[Change]:
    """What makes the cluster's reports be `wanted`; nothing where they are. Raises ApiError."""
    missing = {(report.about.namespace, report.name): report for report in wanted}
    found: list[Change] = []
    selector = {"labelSelector": f"{_LABEL}=pinfold"}
    async with aclosing(api.pages(of.path, selector, deadline_seconds=60.0)) as pages:
        async for raw in pages:
            for held in msgspec.json.decode(raw, type=_List).items or ():
                found += _change(held, missing)
    found += [Change(report, *key) for key, report in missing.items()]
    return found


def _change(held: _Held, missing: dict[tuple[str, str], Report]) -> list[Change]:
    """Of a report that there is; what is found is no longer missing."""
    metadata = held.metadata
    if not metadata.name.startswith(_PREFIX):
        return []
    report = missing.pop((metadata.namespace, metadata.name), None)
    if report is not None and _is_as_wanted(held, report):
        return []
    where = (metadata.namespace, metadata.name, metadata.uid, metadata.resource_version)
    return [Change(report, *where)]


def _is_as_wanted(held: _Held, report: Report) -> bool:
    uid = report.about.uid
    return (
        held.results == report.results
        and held.summary == _summary(report)
        and held.scope == _Scope(uid)
        and held.metadata.owner_references == (_Owner(uid),)
    )


def body_of(change: Change, of: ReportApi, now: datetime) -> Mapping[str, Any]:
    """The report as it is sent."""
    report = change.report
    assert report is not None
    about = report.about
    scope = {
        "apiVersion": about.api_version,
        "kind": about.kind,
        "name": about.name,
        "uid": about.uid,
    }
    version = {"resourceVersion": change.version} if change.version else {}
    metadata = {
        "name": change.name,
        "namespace": change.namespace,
        "labels": _OURS,
        "ownerReferences": [scope],  # the cluster clears it away with the workload
        **version,
    }
    at = {"seconds": int(now.timestamp()), "nanos": 0}
    every = {"source": _SOURCE, "scored": True, "timestamp": at}
    return {
        "apiVersion": f"{of.group}/{of.version}",
        "kind": of.kind,
        "metadata": metadata,
        **({"source": _SOURCE} if of.has_source else {}),
        "scope": {**scope, "namespace": about.namespace},
        "summary": _summary(report),
        "results": [{**msgspec.to_builtins(result), **every} for result in report.results],
    }


def _summary(report: Report) -> dict[str, int]:
    counts = dict.fromkeys(("pass", "fail", "warn", "error", "skip"), 0)
    for result in report.results:
        counts[result.result] += 1
    return counts
