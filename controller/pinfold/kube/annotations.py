"""The scan status, where people look: two annotations on pods and on what owns them."""

from pinfold.kube.client import MERGE_PATCH, Api
from pinfold.kube.owners import Ref
from pinfold.kube.pods import STATUS, VIOLATIONS, Annotations


async def annotate(api: Api, ref: Ref, marks: Annotations) -> None:
    """Puts `marks` there, or takes away what they have not. Raises ApiError.

    The uid keeps them from an object of the same name that came after: the API server answers
    Conflict, or Invalid because a uid never changes.
    """
    annotations = {STATUS: marks.scan_status, VIOLATIONS: marks.violations}
    body = {"metadata": {"uid": ref.uid, "annotations": annotations}}
    await api.patch(ref.path, body, MERGE_PATCH)
