"""`pinfold explain`: why a rule exists, or what is understood of a manifest, in words."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

import click

from pinfold.cli.inputs import STDIN, read_inputs
from pinfold.cli.judge import Check, Judged, check_documents
from pinfold.cli.output import text
from pinfold.cli.output.check_text import objection_lines, summary_lines
from pinfold.cli.output.style import Style, style_of
from pinfold.cli.policy_source import policies_of, policy_option
from pinfold.cli.report import Report
from pinfold.cli.rule_text import IDS, rule_list, rule_text

_EPILOG = """\
\b
Examples:
  pinfold explain
  pinfold explain model-revision
  pinfold explain deploy.yaml
  helm template my-release my-chart | pinfold explain -

\b
Exit code:
  0  everything was explained, whatever is objected to
  2  wrong use, or something could not be read
"""


@click.command(
    name="explain",
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
    short_help="Why a rule exists, or what is understood of a manifest.",
)
@click.argument("subjects", nargs=-1, metavar="[RULE | PATH... | -]")
@policy_option("the policy that the chart installs")
@click.option(
    "-n",
    "--namespace",
    default="default",
    show_default=True,
    help="Namespace of documents that name none.",
)
@click.pass_context
def command(
    context: click.Context, subjects: tuple[str, ...], policy_files: tuple[str, ...], namespace: str
) -> None:
    """Say why a rule exists, or what is understood of a manifest, in words.

    RULE is the name in brackets of a refusal, such as image-digest; without any, the rules are
    listed. PATH is a file, a folder or - for standard input, as in `pinfold check`: each image,
    model server and artefact is told with the place that names it, what could not be read and why,
    and what a policy says of it. A file that is called like a rule is ./image-digest.
    """
    style = style_of(sys.stdout)
    if not subjects:
        _say(rule_list(style))
        return
    rules = [subject for subject in subjects if subject in IDS]
    for rule in rules:
        _say(rule_text(rule, style))
    paths = tuple(subject for subject in subjects if subject not in IDS)
    if not paths:
        return
    _refuse_what_is_nothing(paths)
    now = datetime.now(UTC)
    policies = policies_of(policy_files, paths, now)
    check = check_documents(read_inputs(paths), policies, now, namespace=namespace)
    _say("\n\n".join(_told(check, style)))
    context.exit(2 if check.errors else 0)


def _say(words: str) -> None:
    click.echo(words.encode(sys.stdout.encoding, "replace"))


def _refuse_what_is_nothing(paths: tuple[str, ...]) -> None:
    for path in paths:
        if path == STDIN or Path(path).exists():
            continue
        near = get_close_matches(path, IDS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"rules are {', '.join(IDS)}"
        raise click.UsageError(f"there is no rule and no file {path!r}; {hint}")


def _told(check: Check, style: Style) -> Iterator[str]:
    for judged in check.workloads:
        yield "\n".join([_understood(judged, style), *_policies_say(judged, check.policies, style)])
    report = Report((), check.errors, check.others)
    if check.errors:
        yield text.as_text(report, style).rpartition("\n\n")[0]
    yield "\n".join(summary_lines(check))


def _understood(judged: Judged, style: Style) -> str:
    """As `inspect` tells it, without the line that sums up."""
    return text.as_text(Report((judged.read,), (), 0), style).rpartition("\n\n")[0]


def _policies_say(judged: Judged, policies: tuple[str, ...], style: Style) -> Iterator[str]:
    names = ", ".join(f'"{style.quote(name)}"' for name in policies)
    who = f"{'Policy' if len(policies) == 1 else 'Policies'} {names}"
    if not judged.objections:
        yield f"  {who}: nothing to object to"
        return
    yield f"  {who}:"
    for objection in judged.objections:
        yield from (f"    {line}" for line in objection_lines(judged, objection, style))
