"""Where the policies to judge by come from: the options for it, and what they lead to."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import click

from pinfold.cli.inputs import STDIN, read_inputs
from pinfold.cli.policies import UnusablePolicies, default_policies, read_policies
from pinfold.policy.policy_set import PolicySet

F = TypeVar("F", bound=Callable[..., Any])


def policy_option(without: str) -> Callable[[F], F]:
    """`--policy`; `without` says by what is judged where it is not given."""
    return click.option(
        "--policy",
        "policy_files",
        multiple=True,
        metavar="FILE",
        help="SupplyChainPolicies and PolicyExemptions to judge by; may be given several times."
        f" Without one: {without}.",
    )


def cluster_options(command: F) -> F:
    """`--context` and `--kubeconfig`, as kubectl has them."""
    context = click.option(
        "--context",
        "kube_context",
        metavar="NAME",
        help="The kubeconfig's context; without it the current one.",
    )
    kubeconfig = click.option(
        "--kubeconfig",
        metavar="FILE",
        help="Without it $KUBECONFIG, or else ~/.kube/config.",
    )
    return context(kubeconfig(command))


def policies_of(files: Sequence[str], paths: Sequence[str], now: datetime) -> PolicySet:
    """What is judged by; wrong use where a file of policies cannot be."""
    if not files:
        return default_policies()
    if [*files, *paths].count(STDIN) > 1:
        raise click.UsageError("standard input can be read once only")
    try:
        return read_policies(read_inputs(files), now)
    except UnusablePolicies as error:
        raise click.UsageError(f"--policy: {error}") from error


def policies_from_cluster(kubeconfig: str | None, context: str | None) -> PolicySet:
    """As the cluster's webhook has them; wrong use where any of that cannot be had."""
    # Loaded when it is asked for: the client takes longer than all of the rest.
    from pinfold.cli.cluster.policies import cluster_policies  # noqa: PLC0415
    from pinfold.cli.cluster.session import NoCluster, with_cluster  # noqa: PLC0415

    policies, notes, _source = with_cluster(kubeconfig, context, cluster_policies)
    if gaps := [note.text for note in notes if note.is_gap]:
        raise NoCluster("\n".join(gaps))
    for note in notes:
        click.echo(note.text, err=True)
    return policies
