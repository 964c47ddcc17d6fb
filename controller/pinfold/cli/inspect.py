"""`pinfold inspect`: what workloads run and load, as facts; no policy is asked."""

import sys

import click

from pinfold.cli.inputs import read_inputs
from pinfold.cli.output.json import as_json
from pinfold.cli.output.style import style_of
from pinfold.cli.output.text import as_text
from pinfold.cli.report import report_on

_EPILOG = """\
\b
Examples:
  pinfold inspect deploy.yaml
  pinfold inspect k8s/
  helm template my-release my-chart | pinfold inspect -
  kubectl get pods -A -o yaml | pinfold inspect -
  pinfold inspect k8s/ -o json | jq '.workloads[].images[] | select(.digest == null)'

\b
Exit code:
  0  everything was read
  2  wrong use, or something could not be read: see what is said of it
"""


@click.command(
    name="inspect",
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
    short_help="What workloads run and load, and whether it is pinned.",
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH... | -")
@click.option(
    "-o",
    "--output",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="text is for people; json is a stable interface, pinfold.dev/inspect/v1.",
)
@click.pass_context
def command(context: click.Context, paths: tuple[str, ...], output: str) -> None:
    """Say what workloads run and load, and whether it is pinned.

    Reads Pods, everything with a pod template, and the objects of Ray, KServe, LWS, JobSet and
    others (docs/kinds.md): their images, and the models, tokenizers and adapters that their model
    servers load, each with the place that names it. An object of any other kind is searched for
    pods. What cannot be told is listed with the reason.

    PATH is a YAML or JSON file with any number of documents, a folder, searched for *.yaml, *.yml
    and *.json (hidden ones left out), or - for standard input. ConfigMaps among the files serve the
    pods of their namespace that mount them. Nothing is changed, no cluster and no network is asked.
    """
    report = report_on(read_inputs(paths))
    style = style_of(sys.stdout)
    shown = as_json(report) if output == "json" else as_text(report, style)
    # As bytes: no manifest may fail for a letter that the terminal's encoding lacks.
    encoding = "utf-8" if output == "json" else sys.stdout.encoding
    click.echo(shown.encode(encoding, "replace"))
    context.exit(2 if report.errors else 0)
