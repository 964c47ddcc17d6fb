"""A scan as JSON: schema pinfold.dev/scan/v1, a stable interface."""

import json
from itertools import groupby
from typing import Any

from pinfold.cli.scanned import Entry, Found, Scan

SCHEMA = "pinfold.dev/scan/v1"


def as_json(scan: Scan) -> str:
    """The whole scan, keys in the order of the schema."""
    told = [found for found in scan.workloads if found.entries]
    rows = {
        "schema": SCHEMA,
        "policies": {
            "from": scan.source,
            "names": sorted(policy.name for policy in scan.policies.policies),
        },
        "summary": {
            "workloads": len(scan.workloads),
            "pods": sum(found.pods for found in scan.workloads),
            "refusedWorkloads": len(scan.refused),
            "refusedPods": sum(found.refused for found in scan.refused),
        },
        "namespaces": [
            _namespace(name, list(members), scan)
            for name, members in groupby(told, key=lambda found: found.namespace)
        ],
        "unjudgedNamespaces": list(scan.unjudged),
        "notes": [{"text": note.text, "gap": note.is_gap} for note in scan.notes],
    }
    return json.dumps(rows, indent=2, ensure_ascii=False)


def _namespace(name: str, members: list[Found], scan: Scan) -> dict[str, Any]:
    return {
        "namespace": name,
        "enforced": None if scan.enforced is None else name in scan.enforced,
        "workloads": [_workload(found) for found in members],
    }


def _workload(found: Found) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "name": found.name,
        "pods": found.pods,
        "refusedPods": found.refused,
        "refused": bool(found.refusals),
        "violations": [_violation(entry) for entry in found.entries.values()],
    }


def _violation(entry: Entry) -> dict[str, Any]:
    objection, violation = entry.objection, entry.objection.violation
    return {
        "rule": violation.rule,
        "mode": objection.mode,
        "refused": entry.is_refused,
        "pods": entry.pods,
        "container": violation.container,
        "place": violation.place,
        "image": violation.image,
        "artefact": violation.artefact,
        "policies": [
            {"policy": finding.policy, "mode": finding.mode, "exemption": finding.exemption}
            for finding in objection.findings
        ],
        "found": violation.found,
        "why": violation.why,
        "fix": violation.fix,
        "find": violation.find,
    }
