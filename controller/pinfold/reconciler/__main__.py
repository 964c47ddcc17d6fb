"""`python -m pinfold.reconciler`: certificates, statuses and the rescan, by one replica at a time.

Credentials are those of $KUBECONFIG where it is set, else of the pod's ServiceAccount.
"""

import asyncio
import os
import sys
from pathlib import Path

from pinfold.kube.client import Api, LoginFailed
from pinfold.logs import log_to_standard_error
from pinfold.reconciler.authority import InvalidCertificate
from pinfold.reconciler.operator import Reconciler, operate
from pinfold.settings import ReconcilerSettings, settings_or_exit


async def run(settings: ReconcilerSettings, kubeconfig: Path | None) -> int:
    """The exit code: 0 after SIGTERM, 1 where a part of it failed.

    Raises LoginFailed, and InvalidCertificate for a host that is none.
    """
    async with await Api.login(kubeconfig) as api:
        reconciler = Reconciler(api, settings)
        await operate(reconciler, api)
    return int(reconciler.has_failed)


def main() -> None:
    """Reads settings, and runs until it is told to end."""
    settings = settings_or_exit(ReconcilerSettings, sys.argv[1:], os.environ)
    log_to_standard_error(settings.log_level)
    kubeconfig = os.environ.get("KUBECONFIG")
    try:
        code = asyncio.run(run(settings, Path(kubeconfig) if kubeconfig else None))
    except (LoginFailed, InvalidCertificate) as error:
        print(f"pinfold: {error}", file=sys.stderr)
        code = 1
    sys.exit(code)


if __name__ == "__main__":
    main()
