"""A stand-in for an API server that holds objects, hands them out in pages, and takes patches.

It is small where the real one is strict: what the real one accepts is tested on the real one.
"""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Self
from urllib.parse import unquote

from aiohttp import web

from tests.kube.stand_in import StandIn

Object = dict[str, Any]


@dataclass(slots=True)
class Fault:
    """The next `times` calls that begin with `call` are answered so; 0: as ever, but late."""

    call: str
    status: int
    times: int = 1
    headers: dict[str, str] = field(default_factory=dict)
    then: Callable[[], None] | None = None  # what happens meanwhile
    seconds: float = 0.0

    def fresh(self) -> Self:
        """The same, with none of its times used up."""
        return replace(self, headers=dict(self.headers))


class ClusterOfPods(StandIn):
    """`async with ClusterOfPods() as cluster:`; `cluster.api` is a client of it."""

    def __init__(self, page: int = 500) -> None:
        self.objects: dict[str, Object] = {}  # by path
        self.calls: list[str] = []
        self.faults: list[Fault] = []
        self.served = {"openreports.io", "wgpolicyk8s.io"}  # groups that may be missing
        self._page = page
        self._version = 0
        super().__init__()

    def put(self, path: str, value: Object) -> Object:
        """An object at its path, with a uid made of that path."""
        *_, name = path.split("/")
        namespace = (
            path.split("/namespaces/")[1].partition("/")[0] if "/namespaces/" in path else None
        )
        metadata = {
            "name": name,
            "uid": f"uid-of{path.replace('/', '.')}",
            **value.get("metadata", {}),
        }
        if namespace and namespace != name:
            metadata.setdefault("namespace", namespace)
        self._version += 1
        metadata["resourceVersion"] = str(self._version)
        self.objects[path] = {**value, "metadata": metadata}
        return self.objects[path]

    def writes(self) -> list[str]:
        """The calls that were no GET."""
        return [call for call in self.calls if not call.startswith("GET ")]

    def annotations(self, path: str) -> dict[str, str]:
        """Those of the object there."""
        found: dict[str, str] = self.objects[path]["metadata"].get("annotations") or {}
        return found

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        call = f"{request.method} {request.path}"
        self.calls.append(call)
        body = await request.read()
        fault = next((f for f in self.faults if f.times and call.startswith(f.call)), None)
        if fault is not None:
            fault.times -= 1
            if fault.then is not None:
                fault.then()
            await asyncio.sleep(fault.seconds)
        if fault is not None and fault.status:
            status = {"kind": "Status", "code": fault.status, "message": "a fault"}
            return web.json_response(status, status=fault.status, headers=fault.headers)
        await asyncio.sleep(0)
        answer = self._answer(request, json.loads(body) if body else None)
        if isinstance(answer, int):
            return web.json_response({"kind": "Status", "message": "no"}, status=answer)
        return web.json_response(answer)

    def _answer(self, request: web.BaseRequest, body: Any) -> Object | int:
        path = unquote(request.path)
        group = path.split("/")[2] if path.startswith("/apis/") else ""
        if "reports" in path and group not in self.served:
            return 404
        match request.method:
            case "GET":
                return self.objects[path] if path in self.objects else self._list(path, request)
            case "POST":
                return self._create(path, body)
            case "PUT":
                return self.put(path, body) if path in self.objects else 404
            case "PATCH":
                return self._patch(path, body)
            case _:
                return 404 if self.objects.pop(path, None) is None else {"status": "Success"}

    def _list(self, path: str, request: web.BaseRequest) -> Object | int:
        *_, resource = path.split("/")
        if path.count("/") in (3, 4) and resource in ("v1", "v1alpha1", "v1alpha2"):
            return {"kind": "APIResourceList", "resources": []}
        if not resource.endswith("s") or path.split("/")[-2] in ("configmaps", "nodes"):
            return 404
        base = path.removesuffix(resource)
        found = sorted(
            key for key in self.objects if key.startswith(base) and key.split("/")[-2] == resource
        )
        start = int(request.query.get("continue", "0"))
        end = start + self._page
        more = {"continue": str(end)} if end < len(found) else {}
        items = [self.objects[key] for key in found[start:end]]
        return {"kind": "List", "metadata": {"resourceVersion": "1", **more}, "items": items}

    def _create(self, path: str, body: Object) -> Object | int:
        key = f"{path}/{body['metadata']['name']}"
        return 409 if key in self.objects else self.put(key, body)

    def _patch(self, path: str, body: Object) -> Object | int:
        is_status = path.endswith("/status")
        found = self.objects.get(path.removesuffix("/status"))
        if found is None:
            return 404
        if (
            body.get("metadata", {}).get("uid", found["metadata"]["uid"])
            != found["metadata"]["uid"]
        ):
            return 422
        merged = _merged(found, {"status": body["status"]} if is_status else body)
        self.objects[path.removesuffix("/status")] = merged
        answer: Object = merged
        return answer


def _merged(value: Any, patch: Any) -> Any:
    """A JSON merge patch (RFC 7386)."""
    if not isinstance(patch, dict):
        return patch
    result = dict(value) if isinstance(value, dict) else {}
    for key, below in patch.items():
        if below is None:
            result.pop(key, None)
        else:
            result[key] = _merged(result.get(key), below)
    return result
