"""One server to measure, in a process of its own: `python -m bench.serve WHICH FOLDER`.

WHICH is `real` (the webhook's own server, deciding by the default rules), `empty` (the same
server, which reads the request's uid and admits) or `bare` (an ordinary aiohttp application that
decodes nothing and always answers the same). FOLDER holds tls.crt and tls.key.
"""

import asyncio
import gc
import os
import sys
from datetime import datetime
from pathlib import Path

from aiohttp import web

from pinfold.metrics import AdmissionCounts
from pinfold.policy.policy_set import PolicySet, read_policy_set
from pinfold.settings import WebhookSettings
from pinfold.webhook import answer
from pinfold.webhook.judgement import Endpoint
from pinfold.webhook.request import read_raw_request
from pinfold.webhook.review import Answer, Reviewer
from pinfold.webhook.server import AdmissionHandler, AdmissionServer
from pinfold.webhook.tls import ServingCertificate

POLICY = {
    "apiVersion": "pinfold.dev/v1alpha1",
    "kind": "SupplyChainPolicy",
    "metadata": {"name": "default"},
    "spec": {
        "mode": "Enforce",
        "rules": {"imageDigest": {}, "modelRevision": {}, "commandUnderstood": {}},
    },
}
_ALLOWED = answer.admission("d1f7c5a0-6e0b-4f0e-9c3a-0000000000")


class EmptyReviewer(Reviewer):
    """Decides nothing: the least that a webhook must do."""

    def review(
        self, _endpoint: Endpoint, body: bytes, _policies: PolicySet | None, _now: datetime
    ) -> Answer:
        """An admission, whatever is in the object."""
        request = read_raw_request(body)
        return Answer(answer.admission(request.uid), "admitted", request=request)


async def _serve_ours(reviewer: Reviewer, folder: Path) -> None:
    settings = WebhookSettings(host="127.0.0.1", port=0, certificate_folder=folder)
    counts = AdmissionCounts()
    policies = read_policy_set([POLICY], [], PolicySet())
    certificate = ServingCertificate(folder, settings.certificate_poll_seconds)
    certificate.look()
    handler = AdmissionHandler(settings, reviewer, lambda: policies, counts)
    server = AdmissionServer(settings, handler, certificate, counts)
    async for _ in server(None):
        print(server.port, flush=True)


async def _serve_bare(folder: Path) -> None:
    async def enforce(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(body=_ALLOWED, content_type="application/json")

    application = web.Application(client_max_size=8 * 2**20)
    application.router.add_post("/enforce", enforce)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    certificate = ServingCertificate(folder, 1.0)
    certificate.look()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=certificate.context)
    await site.start()
    gc.collect()
    gc.freeze()
    print(site.port, flush=True)
    await asyncio.Event().wait()


def main() -> None:
    which, folder = sys.argv[1], Path(sys.argv[2])
    if os.environ.get("BENCH_LOOP") == "uvloop":
        import uvloop  # type: ignore[import-not-found]  # noqa: PLC0415 - measured, not depended on

        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    if which == "bare":
        asyncio.run(_serve_bare(folder))
    else:
        reviewer = Reviewer("-") if which == "real" else EmptyReviewer("-")
        asyncio.run(_serve_ours(reviewer, folder))


if __name__ == "__main__":
    main()
