"""What both programs are as Kopf operators: Kopf starts and ends them, and watches nothing.

An API server that is away ends neither: without watches Kopf asks the API only at its start, for
ever if need be. Source: kopf 1.45.2, _cogs/clients/api.py:67 (error_backoffs may be any iterable).
"""

import ssl

import aiohttp
import kopf

from pinfold.kube.backoff import EndlessBackoffs
from pinfold.kube.client import Credentials


def lifecycle_only() -> kopf.OperatorSettings:
    """Kopf without scanning, events and finalizers."""
    settings = kopf.OperatorSettings()
    settings.scanning.disabled = True
    settings.posting.enabled = False
    settings.networking.error_backoffs = EndlessBackoffs()
    settings.networking.request_timeout = 10
    settings.networking.connect_timeout = 5
    return settings


def session_of(credentials: Credentials) -> kopf.AiohttpSession:
    """A session of ours: Kopf's own insists on what Python 3.13 asks of authorities."""
    context = ssl.create_default_context(cafile=credentials.ca_path)
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if credentials.certificate_path is not None:
        context.load_cert_chain(credentials.certificate_path, credentials.private_key_path)
    if credentials.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    headers = {}
    if credentials.token is not None:
        headers["Authorization"] = f"{credentials.scheme or 'Bearer'} {credentials.token}"
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=context), headers=headers, trust_env=False
    )
    return kopf.AiohttpSession(server=credentials.server, aiohttp_session=session)
