"""One scan of a live cluster, from policies to workloads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import click

from pinfold.cli.cluster.live import Live, NothingAllowed
from pinfold.cli.cluster.policies import cluster_policies
from pinfold.cli.cluster.reach import NoSuchNamespace, read_reach, refuse_what_is_not_there
from pinfold.cli.cluster.session import NoCluster, with_cluster
from pinfold.cli.exempting import end_of
from pinfold.cli.notes import Note
from pinfold.cli.scanned import Judge, Scan
from pinfold.kube.client import Api
from pinfold.kube.errors import Gone
from pinfold.policy.policy_set import PolicySet

_MOST_LISTS = 3  # where the server forgets one in the midst of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`policies` is None where those of the cluster are meant."""

    kubeconfig: str | None
    context: str | None
    namespaces: Sequence[str]
    policies: PolicySet | None
    now: datetime
    period: timedelta | None = None  # count only on what exempts for so long


def scan_cluster(question: Question) -> Scan:
    """Raises NoCluster, UsageError."""

    async def use(api: Api) -> Scan:
        return await _scan(api, question)

    try:
        return with_cluster(question.kubeconfig, question.context, use)
    except NoSuchNamespace as error:
        raise click.UsageError(f"--namespace: {error}") from error
    except NothingAllowed as error:
        raise NoCluster(str(error)) from error


async def _scan(api: Api, question: Question) -> Scan:
    notes: list[Note] = []
    policies, source = question.policies, "file"
    if policies is None:
        policies, notes, source = await cluster_policies(api)
    await refuse_what_is_not_there(api, question.namespaces)
    reach = await read_reach(api, notes)
    moment = question.now
    if question.period is not None:
        moment = end_of(policies, moment, question.period)[0] - timedelta(seconds=1)
    for attempt in range(_MOST_LISTS):
        live = Live(api, Judge(policies, moment), reach)
        try:
            workloads = await live.read(question.namespaces)
        except Gone:
            if attempt == _MOST_LISTS - 1:
                raise
            continue
        return Scan(
            source=source,
            policies=policies,
            workloads=workloads,
            enforced=reach.enforced,
            unjudged=live.unjudged,
            notes=(*notes, *live.notes),
        )
    raise AssertionError
