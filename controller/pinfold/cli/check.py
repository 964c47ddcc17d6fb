"""`pinfold check`: what the webhook would say of manifests, before any cluster sees them."""

import sys
from datetime import UTC, datetime
from typing import Any

import click

from pinfold.cli.inputs import read_inputs
from pinfold.cli.judge import Check, check_documents
from pinfold.cli.output.check_json import as_json
from pinfold.cli.output.check_text import as_text
from pinfold.cli.output.junit import as_junit
from pinfold.cli.output.sarif import as_sarif
from pinfold.cli.output.style import style_of
from pinfold.cli.policy_source import (
    cluster_options,
    policies_from_cluster,
    policies_of,
    policy_option,
)
from pinfold.policy.policy_set import PolicySet
from pinfold.policy.violation import Mode

_EPILOG = """\
\b
Examples:
  pinfold check deploy.yaml
  helm template my-release my-chart | pinfold check -
  kustomize build overlays/prod | pinfold check - --namespace prod
  kubectl get scpol,pfex -o yaml > policies.yaml
  pinfold check k8s/ --policy policies.yaml -o sarif > pinfold.sarif
  pinfold check k8s/ --from-cluster --context staging

\b
Exit code:
  0  nothing as strict as --fail-on
  1  violations
  2  wrong use, or something could not be read, whatever else was found
"""
_FAIL_ON = {mode.lower(): mode for mode in Mode}


@click.command(
    name="check",
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
    short_help="What the webhook would refuse, and how to put it right.",
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH... | -")
@policy_option("the policy that the chart installs")
@click.option(
    "--from-cluster",
    is_flag=True,
    help="Judge by the policies and exemptions of the cluster that the kubeconfig leads to.",
)
@cluster_options
@click.option(
    "-n",
    "--namespace",
    default="default",
    show_default=True,
    help="Namespace of documents that name none.",
)
@click.option(
    "--fail-on",
    type=click.Choice(list(_FAIL_ON)),
    default="enforce",
    show_default=True,
    help="End with 1 from this mode on: enforce is what a cluster would refuse, audit is all.",
)
@click.option(
    "-o",
    "--output",
    type=click.Choice(["text", "json", "sarif", "junit"]),
    default="text",
    show_default=True,
    help="text is for people; json is a stable interface, pinfold.dev/check/v1; sarif 2.1.0 is for"
    " code scanning, junit for test reports.",
)
@click.pass_context
def command(
    context: click.Context,
    /,
    paths: tuple[str, ...],
    namespace: str,
    fail_on: str,
    output: str,
    **source: Any,
) -> None:
    """Say what the admission webhook would refuse, and how to put it right.

    Judges Pods and the templates of workloads with the webhook's own engine, as if each were new.
    Everything is told at once, with its line, the reason and the fix. A document that cannot be
    read hides no other.

    PATH is a YAML or JSON file with any number of documents, a folder, searched for *.yaml, *.yml
    and *.json (hidden ones left out), or - for standard input. ConfigMaps among the files serve the
    pods of their namespace that mount them; policies and exemptions among them are not asked, only
    those of --policy or of the cluster. Nothing is changed, and without --from-cluster no cluster
    and no network is asked.
    """
    now = datetime.now(UTC)
    policies = _policies(paths, now, **source)
    check = check_documents(read_inputs(paths), policies, now, namespace=namespace)
    least = _FAIL_ON[fail_on]
    encoding = sys.stdout.encoding if output == "text" else "utf-8"
    # As bytes: no manifest may fail for a letter that the terminal's encoding lacks.
    click.echo(_written(check, output, least).encode(encoding, "replace"))
    context.exit(2 if check.errors else int(check.fails(least)))


def _policies(
    paths: tuple[str, ...],
    now: datetime,
    *,
    policy_files: tuple[str, ...],
    from_cluster: bool,
    kube_context: str | None,
    kubeconfig: str | None,
) -> PolicySet:
    if from_cluster and policy_files:
        raise click.UsageError("--policy and --from-cluster: judge by one or the other")
    if from_cluster:
        return policies_from_cluster(kubeconfig, kube_context)
    if kube_context or kubeconfig:
        raise click.UsageError("--context and --kubeconfig are for --from-cluster")
    return policies_of(policy_files, paths, now)


def _written(check: Check, output: str, least: Mode) -> str:
    match output:
        case "json":
            return as_json(check)
        case "sarif":
            return as_sarif(check)
        case "junit":
            return as_junit(check, least)
        case _:
            return as_text(check, style_of(sys.stdout))
