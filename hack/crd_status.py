"""status of our resources: what the reconciler writes, so no struct of the policy engine."""

from typing import Any

_TIME = {"type": "string", "format": "date-time"}
_COUNT = {"type": "integer", "format": "int32", "minimum": 0}


def _text(max_length: int, **more: object) -> dict[str, Any]:
    return {"type": "string", "maxLength": max_length, **more}


# The same as metav1.Condition.
_CONDITION = {
    "type": "object",
    "required": ["type", "status", "lastTransitionTime", "reason", "message"],
    "properties": {
        "type": _text(316),
        "status": {"type": "string", "enum": ["True", "False", "Unknown"]},
        "observedGeneration": {"type": "integer", "format": "int64", "minimum": 0},
        "lastTransitionTime": _TIME,
        "reason": _text(1024, minLength=1),
        "message": _text(32768),
    },
}
_COMMON = {
    "observedGeneration": {
        "description": "The generation of spec that this status is about.",
        "type": "integer",
        "format": "int64",
        "minimum": 0,
    },
    "conditions": {
        "description": "Ready and Degraded, with reason and message.",
        "type": "array",
        "maxItems": 8,
        "items": _CONDITION,
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["type"],
    },
}

POLICY_STATUS: dict[str, Any] = {
    "description": "What the last scan found; written by Pinfold.",
    "type": "object",
    "properties": {
        **_COMMON,
        "workloads": {"description": "Workloads that the policy is for.", **_COUNT},
        "violating": {"description": "Those of them that violate it.", **_COUNT},
        "wouldRefuse": {
            "description": "Those that would be refused if they were made today, everywhere.",
            **_COUNT,
        },
        "lastScanTime": {"description": "When the last full scan ended.", **_TIME},
        "specSince": {"description": "Since when spec is what it is.", **_TIME},
        "enforcedSince": {
            "description": "Since when each namespace is enforced; what is older predates it.",
            "type": "object",
            "maxProperties": 1024,
            "additionalProperties": _TIME,
        },
    },
}
EXEMPTION_STATUS: dict[str, Any] = {
    "description": "What became of it; written by Pinfold.",
    "type": "object",
    "properties": {
        **_COMMON,
        "endsAt": {
            "description": "When it ends: expiresAt, or earlier by maxDuration of a policy.",
            **_TIME,
        },
    },
}
