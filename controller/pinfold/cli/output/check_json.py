"""A check as JSON: schema pinfold.dev/check/v1, a stable interface."""

import json
from typing import Any

from pinfold.cli.judge import Check, Judged, Objection
from pinfold.cli.regions import region_of
from pinfold.documents.model import BrokenDocument
from pinfold.policy.violation import Mode

SCHEMA = "pinfold.dev/check/v1"


def as_json(check: Check) -> str:
    """The whole check, keys in the order of the schema."""
    rows = {
        "schema": SCHEMA,
        "policies": list(check.policies),
        "summary": _summary(check),
        "violations": [
            _violation(judged, objection)
            for judged in check.workloads
            for objection in judged.objections
        ],
        "errors": [_error(broken) for broken in check.errors],
    }
    return json.dumps(rows, indent=2, ensure_ascii=False)


def _summary(check: Check) -> dict[str, int]:
    modes = [objection.mode for judged in check.workloads for objection in judged.objections]
    return {
        "workloads": len(check.workloads),
        "violations": len(modes),
        **{mode.lower(): modes.count(mode) for mode in Mode},
        "exempted": modes.count(None),
        "errors": len(check.errors),
    }


def _violation(judged: Judged, objection: Objection) -> dict[str, Any]:
    document, workload, violation = judged.read.document, judged.read.workload, objection.violation
    region = region_of(document, violation.place)
    return {
        "source": document.source,
        "document": document.index,
        "line": region.line,
        "column": region.column,
        "endLine": region.end_line,
        "endColumn": region.end_column,
        "kind": workload.kind,
        "namespace": workload.namespace,
        "name": workload.name,
        "container": violation.container,
        "place": violation.place,
        "rule": violation.rule,
        "mode": objection.mode,
        "policies": [
            {"policy": finding.policy, "mode": finding.mode, "exemption": finding.exemption}
            for finding in objection.findings
        ],
        "found": violation.found,
        "why": violation.why,
        "fix": violation.fix,
        "find": violation.find,
    }


def _error(broken: BrokenDocument) -> dict[str, Any]:
    return {
        "source": broken.source,
        "document": broken.index,
        "line": broken.line,
        "message": broken.message,
    }
