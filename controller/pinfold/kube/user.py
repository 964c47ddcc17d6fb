"""Logging in as a person does: contexts, impersonation, and the proxies of the environment."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from urllib.request import getproxies, proxy_bypass

from kubernetes.aio import config
from kubernetes.aio.client import Configuration

from pinfold.kube.client import Api, LoginFailed


async def login_as_user(kubeconfig: str | None = None, context: str | None = None) -> Api:
    """As kubectl would: `kubeconfig` names files, else $KUBECONFIG, else ~/.kube/config.

    Without `context` it is the current one of the kubeconfig. Raises LoginFailed; connects to
    nothing yet, though a credential plugin of the kubeconfig may.
    """
    if not any(_files(kubeconfig)):
        raise LoginFailed(f"there is no kubeconfig at {_named(kubeconfig)}")
    configuration = Configuration()
    try:
        loader = await config.load_kube_config(  # type: ignore[no-untyped-call]
            kubeconfig, context, client_configuration=configuration, persist_config=False
        )
        configuration.proxy = configuration.proxy or _proxy_to(configuration.host)
        api = Api(configuration)
        user = loader._user  # noqa: SLF001 - it leaves impersonation to whoever asks
        # Of the session, which is made at the first call: a group is a header each.
        headers = list(impersonation(user.value if user is not None else {}))
        configuration.client_session_kwargs = {"trust_env": False, "headers": headers}
    except Exception as error:  # the loader's own, its YAML parser's, a TypeError for a list
        which = f", context {context!r}" if context else ""
        raise LoginFailed(f"no credentials from {_named(kubeconfig)}{which}: {error}") from error
    return api


def _named(kubeconfig: str | None) -> str:
    return kubeconfig or os.environ.get("KUBECONFIG") or "~/.kube/config"


def _files(kubeconfig: str | None) -> Iterator[Path]:
    """Those that are there, of the names that a kubeconfig setting joins with colons."""
    for name in filter(None, _named(kubeconfig).split(os.pathsep)):
        path = Path(name).expanduser()
        if path.exists():
            yield path


def impersonation(user: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The headers for `as` and its like in a kubeconfig's user.

    Source: client-go, transport/round_trippers.go (impersonatingRoundTripper).
    """
    if user.get("as"):
        yield "Impersonate-User", str(user["as"])
    if user.get("as-uid"):
        yield "Impersonate-Uid", str(user["as-uid"])
    for group in user.get("as-groups") or ():
        yield "Impersonate-Group", str(group)
    for key, values in (user.get("as-user-extra") or {}).items():
        for value in values:
            yield f"Impersonate-Extra-{quote(str(key), safe='')}", str(value)


def _proxy_to(server: str) -> str | None:
    """HTTPS_PROXY and NO_PROXY count for a person, who may sit behind one."""
    address = urlsplit(server)
    if not address.hostname or proxy_bypass(address.netloc):
        return None
    return getproxies().get(address.scheme)
