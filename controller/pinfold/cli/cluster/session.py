"""A connection to the cluster of somebody's kubeconfig, for as long as a command runs.

The modules of this folder alone import pinfold.kube, and a command imports them when it runs: the
client takes longer to load than all of the rest.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from pinfold.kube.client import Api, LoginFailed
from pinfold.kube.errors import ApiError
from pinfold.kube.user import login_as_user

T = TypeVar("T")


class NoCluster(click.ClickException):
    """The cluster cannot be asked; ends the command as wrong use does."""

    exit_code = 2


def with_cluster(
    kubeconfig: str | None, context: str | None, use: Callable[[Api], Awaitable[T]]
) -> T:
    """What `use` finds. Raises NoCluster."""
    try:
        return asyncio.run(_within(kubeconfig, context, use))
    except LoginFailed as error:
        hint = "name one by --kubeconfig or KUBECONFIG; try it with: kubectl get nodes"
        raise NoCluster(f"{error}\n{hint}") from error
    except ApiError as error:
        raise NoCluster(f"the cluster cannot be read: {error}") from error


async def _within(
    kubeconfig: str | None, context: str | None, use: Callable[[Api], Awaitable[T]]
) -> T:
    async with await login_as_user(kubeconfig, context) as api:
        return await use(api)
