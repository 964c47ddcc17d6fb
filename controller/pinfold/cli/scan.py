"""`pinfold scan`: what Enforce would refuse of what runs in a cluster today."""

import shutil
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from pinfold.cli.exempting import Exempting, exempt
from pinfold.cli.output.exemptions_yaml import as_yaml
from pinfold.cli.output.scan_json import as_json
from pinfold.cli.output.scan_text import as_text
from pinfold.cli.output.style import style_of
from pinfold.cli.policy_source import cluster_options, policies_of, policy_option
from pinfold.cli.scanned import Scan
from pinfold.policy.durations import parse_period

_REASON = "ran before enforcement began; to be pinned before this ends"
_EPILOG = """\
\b
Examples:
  pinfold scan
  pinfold scan --context staging --namespace ml
  pinfold scan --policy stricter.yaml -o json
  pinfold scan --exempt-existing 30d > exemptions.yaml

\b
Exit code:
  0  nothing would be refused, or all that would be is exempted by what was printed
  1  something would be refused
  2  wrong use, or something could not be read, whatever else was found
"""


class _Period(click.ParamType[timedelta]):
    """A duration such as 30d, 12h or 1d12h."""

    name = "duration"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        try:
            return parse_period(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@click.command(
    name="scan",
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
    short_help="What Enforce would refuse of what runs in a cluster today.",
)
@cluster_options
@click.option(
    "-n",
    "--namespace",
    "namespaces",
    multiple=True,
    metavar="NAME",
    help="Look at this namespace alone; may be given several times. Without one: at all.",
)
@policy_option("those of the cluster, or the one that the chart installs where it has none")
@click.option(
    "-o",
    "--output",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="text is for people; json is a stable interface, pinfold.dev/scan/v1.",
)
@click.option(
    "--exempt-existing",
    "period",
    type=_Period(),
    help="Print PolicyExemptions for what would be refused, that end after this time, such as 30d.",
)
@click.option(
    "--reason",
    default=_REASON,
    show_default=True,
    help="Why, for spec.reason of what --exempt-existing prints.",
)
@click.pass_context
def command(
    context: click.Context,
    /,
    output: str,
    period: timedelta | None,
    reason: str,
    **source: Any,
) -> None:
    """Say what Enforce would refuse of what runs in a cluster today.

    Judges every running pod, and every template that pods are made from, as the admission webhook
    would if each were made again and every policy enforced, and tells it by namespace and by the
    workload at the top. A rule's own mode stays. Namespaces that the webhook is never called for
    are left out.

    Only reads, with the rights of the kubeconfig, and says what those did not suffice for. Secrets
    are never read.
    """
    if period is not None and output != "text":
        raise click.UsageError("--exempt-existing prints YAML: leave --output out")
    now = datetime.now(UTC).replace(microsecond=0)
    scan = _scan(now, period, **source)
    if period is not None:
        _print_exemptions(exempt(scan, period, reason, now))
        context.exit(2 if scan.has_gaps else 0)
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    shown = as_json(scan) if output == "json" else as_text(scan, style_of(sys.stdout), width)
    encoding = "utf-8" if output == "json" else sys.stdout.encoding
    click.echo(shown.encode(encoding, "replace"))
    context.exit(2 if scan.has_gaps else int(bool(scan.refused)))


def _scan(
    now: datetime,
    period: timedelta | None,
    *,
    policy_files: tuple[str, ...],
    namespaces: tuple[str, ...],
    kube_context: str | None,
    kubeconfig: str | None,
) -> Scan:
    # Loaded when it is asked for: the client takes longer than all of the rest.
    from pinfold.cli.cluster.scanning import Question, scan_cluster  # noqa: PLC0415

    policies = policies_of(policy_files, (), now) if policy_files else None
    question = Question(
        kubeconfig=kubeconfig,
        context=kube_context,
        namespaces=namespaces,
        policies=policies,
        now=now,
        period=period,
    )
    return scan_cluster(question)


def _print_exemptions(exempting: Exempting) -> None:
    click.echo(as_yaml(exempting).encode())
    for line in exempting.notes:
        click.echo(line, err=True)
