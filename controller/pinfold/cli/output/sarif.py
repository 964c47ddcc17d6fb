"""A check as SARIF 2.1.0, for code scanning.

Source of what GitHub reads of it: "SARIF support for code scanning" in its documentation.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path, PurePath
from posixpath import normpath
from typing import Any
from urllib.parse import quote

from pinfold import __version__
from pinfold.cli.judge import Check, Judged, Objection
from pinfold.cli.regions import region_of
from pinfold.documents.model import BrokenDocument
from pinfold.policy.rules import RULES
from pinfold.policy.violation import Mode

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_HOME = "https://github.com/pinfold/pinfold"
_LEVELS = {Mode.ENFORCE: "error", Mode.WARN: "warning", Mode.AUDIT: "note"}


def as_sarif(check: Check) -> str:
    """One run, whose rules are those that are broken."""
    found = [(judged, objection) for judged in check.workloads for objection in judged.objections]
    broken = {objection.violation.rule for _, objection in found}
    rules = [rule for rule in RULES if rule.ID in broken]
    indices = {rule.ID: index for index, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "pinfold",
                "version": __version__,
                "informationUri": _HOME,
                "rules": [_rule(rule.ID, rule.SUMMARY) for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(check.errors)],
        "results": [_result(judged, objection, indices) for judged, objection in found],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False)


def _rule(identifier: str, summary: str) -> dict[str, Any]:
    return {
        "id": identifier,
        "name": "".join(word.capitalize() for word in identifier.split("-")),
        "shortDescription": {"text": summary},
        "fullDescription": {"text": summary},
        "help": {"text": f"pinfold explain {identifier} tells why, and what to do."},
        "helpUri": f"{_HOME}/blob/main/docs/rules.md#{identifier}",
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": ["security", "supply-chain"], "precision": "very-high"},
    }


def _invocation(errors: Sequence[BrokenDocument]) -> dict[str, Any]:
    """What could not be read is no result, and a run with it is no success."""
    return {
        "executionSuccessful": not errors,
        "toolExecutionNotifications": [
            {
                "level": "error",
                "message": {"text": f"not read: {broken.message}"},
                "locations": [_location(broken.source, {"startLine": broken.line})],
            }
            for broken in errors
        ],
    }


def _result(judged: Judged, objection: Objection, indices: dict[str, int]) -> dict[str, Any]:
    violation, workload = objection.violation, judged.read.workload
    document = judged.read.document
    region = region_of(document, violation.place)
    name = f"{workload.kind}/{workload.namespace}/{workload.name}"
    location = _location(
        document.source,
        {
            "startLine": region.line,
            "startColumn": region.column,
            "endLine": region.end_line,
            "endColumn": region.end_column,
        },
    )
    location["logicalLocations"] = [
        {"fullyQualifiedName": f"{name}/{violation.place}", "kind": "member"}
    ]
    row = {
        "ruleId": violation.rule,
        "ruleIndex": indices[violation.rule],
        "level": _LEVELS[objection.mode or Mode.AUDIT],
        "message": {"text": _message(objection)},
        "locations": [location],
        "partialFingerprints": {"pinfold/v1": _fingerprint(objection, name)},
    }
    return row | _suppressions(objection)


def _location(source: str, region: dict[str, int]) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": {"uri": uri_of(source)}, "region": region}}


def uri_of(source: str) -> str:
    """Relative to where the check ran, as code scanning wants it: the repository's root."""
    if source == "-":
        return "stdin"
    if PurePath(source).is_absolute():
        return Path(source).as_uri()
    return quote(normpath(PurePath(source).as_posix()))


def _message(objection: Objection) -> str:
    violation = objection.violation
    text = (
        f'container "{violation.container}": {violation.found}; {violation.why}.'
        f"\nFix: {violation.fix}"
    )
    return text + (f"\nPrint it: {violation.find}" if violation.find else "")


def _fingerprint(objection: Objection, name: str) -> str:
    """The same as long as it is the same alert: lines above may come and go."""
    violation = objection.violation
    words = f"{violation.rule}\n{name}\n{violation.container}\n{violation.found}"
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:32]


def _suppressions(objection: Objection) -> dict[str, Any]:
    if objection.mode is not None:
        return {}
    names = {finding.exemption for finding in objection.findings if finding.exemption}
    return {
        "suppressions": [
            {"kind": "external", "status": "accepted", "justification": f"PolicyExemption {name}"}
            for name in sorted(names)
        ]
    }
