"""A small stand-in for an API server: hands out pods in pages, and keeps what is patched.

usage: python -m bench.pods_server <gpu pods> <other pods>     prints its port
"""

import asyncio
import json
import sys
from collections import Counter

from aiohttp import web

from bench.pods import NAMESPACES, Workload, workloads

_CONFIGURATION = {
    "webhooks": [
        {
            "name": "enforce.pinfold.dev",
            "namespaceSelector": {"matchLabels": {"pinfold.dev/enforce": "true"}},
        },
        {"name": "observe.pinfold.dev", "namespaceSelector": {}},
    ]
}


class PodsServer:
    """Answers what a rescan asks."""

    def __init__(self, gpu_pods: int, other_pods: int) -> None:
        self.workloads: list[Workload] = list(workloads(gpu_pods, other_pods))
        self.annotations: dict[str, str] = {}  # of pods, by uid: the JSON that stands there
        self.calls: Counter[str] = Counter()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Any request."""
        self.calls[request.method] += 1
        path = request.path
        if path == "/calls":
            self.calls["GET"] -= 1
            return web.json_response(self.calls)
        if request.method == "PATCH":
            return self._patched(json.loads(await request.read()))
        if request.method == "POST":
            return web.json_response({}, status=201)
        limit, start = int(request.query.get("limit", 500)), int(request.query.get("continue", 0))
        if path == "/api/v1/pods":
            return self._page(start, limit)
        if path == "/api/v1/namespaces":
            return _list([_named(f"team-{place:03d}") for place in range(NAMESPACES)])
        if path == "/apis/batch/v1/cronjobs":
            end = start + limit
            items = [_owner(workload) for workload in self.workloads[start:end]]
            return _list(items, str(end) if end < len(self.workloads) else "")
        if path.endswith("/pinfold"):
            return web.json_response(_CONFIGURATION)
        if "reports" in path:
            return web.json_response({}, status=404)
        return _list([])

    def _patched(self, body: dict[str, dict[str, str]]) -> web.Response:
        self.annotations[body["metadata"]["uid"]] = json.dumps(body["metadata"]["annotations"])
        return web.json_response({})

    def _page(self, start: int, limit: int) -> web.Response:
        """Pods `start` to `start + limit`; all workloads have as many replicas."""
        replicas = self.workloads[0].pods
        end = start + limit
        pods = [
            self._pod(self.workloads[index // replicas], index % replicas)
            for index in range(start, min(end, len(self.workloads) * replicas))
        ]
        more = str(end) if end < len(self.workloads) * replicas else ""
        text = f'{{"metadata":{{"continue":"{more}"}},"items":[{",".join(pods)}]}}'
        return web.Response(text=text, content_type="application/json")

    def _pod(self, workload: Workload, number: int) -> str:
        text = workload.template.pod(workload.namespace, workload.name, number, workload.name)
        uid = f"uid-{workload.namespace}-{workload.name}-6d4cf56db6-{number:05d}"
        ours = self.annotations.get(uid)
        if ours is None:
            return text
        return text.replace('"annotations":{', f'"annotations":{ours[:-1]},', 1)


def _named(name: str, **more: object) -> dict[str, object]:
    return {"metadata": {"name": name, **more}}


def _owner(workload: Workload) -> dict[str, object]:
    uid = f"uid-{workload.namespace}-{workload.name}"
    return _named(workload.name, namespace=workload.namespace, uid=uid)


def _list(items: list[dict[str, object]], more: str = "") -> web.Response:
    return web.json_response({"metadata": {"continue": more}, "items": items})


async def main() -> None:
    """Serves until it is ended."""
    server = PodsServer(int(sys.argv[1]), int(sys.argv[2]))
    runner = web.ServerRunner(web.Server(server.handle))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(site.port, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
