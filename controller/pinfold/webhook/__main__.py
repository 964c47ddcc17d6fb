"""`python -m pinfold.webhook`: judges what people and controllers want to run.

Credentials are those of $KUBECONFIG where it is set, else of the pod's ServiceAccount.
"""

import asyncio
import os
import sys
from pathlib import Path

from pinfold.kube.client import Api, LoginFailed
from pinfold.kube.policies import PolicyWatch
from pinfold.logs import log_to_standard_error
from pinfold.settings import WebhookSettings, settings_or_exit
from pinfold.webhook.operator import Webhook, operate


async def run(settings: WebhookSettings, kubeconfig: Path | None) -> int:
    """The exit code: 0 after SIGTERM, 1 where a part of it failed. Raises LoginFailed."""
    async with await Api.login(kubeconfig) as api:
        webhook = Webhook(settings, PolicyWatch(api))
        await operate(webhook, api.credentials)
    return int(webhook.has_failed)


def main() -> None:
    """Reads settings, and runs until it is told to end."""
    settings = settings_or_exit(WebhookSettings, sys.argv[1:], os.environ)
    log_to_standard_error(settings.log_level)
    kubeconfig = os.environ.get("KUBECONFIG")
    try:
        code = asyncio.run(run(settings, Path(kubeconfig) if kubeconfig else None))
    except LoginFailed as error:
        print(f"pinfold: {error}", file=sys.stderr)
        code = 1
    sys.exit(code)


if __name__ == "__main__":
    main()
