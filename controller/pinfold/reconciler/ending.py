"""An exemption that ends: its last days are told, and its end. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pinfold.kube.events import Happening
from pinfold.kube.owners import Ref

IN_FORCE, ENDS_SOON, ENDED = "InForce", "EndsSoon", "Ended"
_NEAR = timedelta(days=3)  # the alert PinfoldExemptionEnding has the same


def stage_of(created: datetime, ends: datetime, now: datetime) -> str:
    """Whether it is in force, near its end, or over.

    Near is the last three days; of one that lasts less than twelve, the last quarter.
    """
    if now >= ends:
        return ENDED
    return ENDS_SOON if ends - now <= min(_NEAR, (ends - created) / 4) else IN_FORCE


def happening_of(value: Mapping[str, Any], status: Mapping[str, Any]) -> Happening | None:
    """The event for an exemption whose status becomes `status`; None where nothing is to be told.

    The status is written after it, so each stage is told once, whoever leads.
    """
    reason = _reason(status)
    if reason == _reason(value.get("status") or {}) or reason not in (ENDS_SOON, ENDED):
        return None
    metadata, spec = value["metadata"], value["spec"]
    about = Ref(value["apiVersion"], value["kind"], "", metadata["name"], metadata["uid"])
    what = f"{', '.join(spec['rules'])} in {', '.join(spec['namespaces'])}"
    words = (
        f"It ended at {status['endsAt']}: {what} is judged as if it were not there. What it covered"
        " runs on, and is refused when its pods are made again"
        if reason == ENDED
        else f"It ends at {status['endsAt']}, and with it the exemption from {what}. Pin what it"
        " covers until then, or make another: an exemption never changes"
    )
    return Happening(about, reason, words, is_warning=True)


def _reason(status: Mapping[str, Any]) -> str | None:
    ready = (one for one in status.get("conditions") or () if one["type"] == "Ready")
    return next((one["reason"] for one in ready), None)
