"""`pinfold pin`: look up digests and commits, and write them in where they are missing."""

import sys
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from pinfold.cli.inputs import STDIN, read_files
from pinfold.cli.output.pin_text import as_diff, as_text
from pinfold.cli.output.style import style_of
from pinfold.cli.pinning.artefacts import Downloads
from pinfold.cli.pinning.disk import CannotSave, save, write_whole
from pinfold.cli.pinning.lock import FILE, Lock, UnusableLock, lock_text, read_lock
from pinfold.cli.pinning.lookups import Lookups, Outside, ask_outside
from pinfold.cli.pinning.run import Outcome, pin
from pinfold.documents.model import BrokenDocument
from pinfold.evidence.failures import Patience

_EPILOG = """\
\b
Examples:
  pinfold pin deploy.yaml
  pinfold pin k8s/ --diff
  pinfold pin k8s/ --check --offline
  pinfold pin k8s/ --update
  helm template my-release my-chart | pinfold pin - > pinned.yaml

\b
Exit code:
  0  everything that was found is pinned
  1  something is left, or --check: something would be written
  2  wrong use, or something could not be read or written
"""


@click.command(
    name="pin",
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
    short_help="Look up digests and commits, and write them in.",
)
@click.argument("paths", nargs=-1, required=True, metavar="PATH... | -")
@click.option("--diff", is_flag=True, help="Print what would be written, and write nothing.")
@click.option(
    "--check", is_flag=True, help="Write nothing, and end with 1 if something would be written."
)
@click.option(
    "--update",
    is_flag=True,
    help="Look everything up anew, and move pins forward: a digest to what its tag is now, a commit"
    " to what its branch is now.",
)
@click.option(
    "--init-container",
    is_flag=True,
    help="Where a server offers no pin (adapters of vLLM, llama.cpp): write a pinned"
    " download by an init container, into an emptyDir, and load it from there.",
)
@click.option(
    "--init-image",
    metavar="IMAGE",
    help="The image of that init container, with the hf program in it. Without it: the server's.",
)
@click.option("--offline", is_flag=True, help="Ask nobody: what the lock file says, and no more.")
@click.option(
    "--lock",
    "lock_file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=FILE,
    show_default=True,
    help="What was found, for the next run and for review.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0.1, 600),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="How long one answer of a registry or hub is waited for.",
)
@click.pass_context
def command(  # noqa: PLR0913 - one parameter an option
    context: click.Context,
    *,
    paths: tuple[str, ...],
    diff: bool,
    check: bool,
    update: bool,
    init_container: bool,
    init_image: str | None,
    offline: bool,
    lock_file: Path,
    timeout: float,
) -> None:
    """Look up digests and commits, and write them in where they are missing.

    Images get the digest that their tag has now, behind the tag. Models, tokenizers and adapters
    get the commit that their branch is at now, in the form that their server reads. Every other
    byte of the files stays. What cannot be written safely is told with what to write, and where.

    Registries are asked with your own logins (docker's configuration and its helpers), hubs with
    your own token (HF_TOKEN, HF_ENDPOINT). What was found is kept in pinfold.lock, and the next run
    takes it from there.

    PATH is a YAML or JSON file, a folder, searched for *.yaml, *.yml and *.json (hidden ones left
    out), or - for standard input: then standard output is the pinned manifest.
    """
    _refuse(update=update, offline=offline, image_alone=bool(init_image) and not init_container)
    lock = _lock_of(lock_file)
    outside = None if offline else partial(_outside, Patience(timeout_seconds=timeout))
    lookups = Lookups(lock, outside, datetime.now(UTC), update, _shown)
    files, unopened = _files_of(paths)
    downloads = Downloads(init_image) if init_container else None
    outcome = pin(files, lookups, downloads)
    outcome = replace(outcome, errors=(*unopened, *outcome.errors))
    writes = not (diff or check)
    unsaved = _save(outcome, lock_file, lookups.locked()) if writes else []
    _tell(outcome, diff=diff, piped=STDIN in paths, writes=writes)
    for reason in unsaved:
        click.echo(f"Error: {reason}", err=True)
    if outcome.errors or unsaved:
        context.exit(2)
    context.exit(int(outcome.leaves or (check and outcome.changes)))


def _refuse(*, update: bool, offline: bool, image_alone: bool) -> None:
    """Raises UsageError for options that contradict each other."""
    if update and offline:
        raise click.UsageError("--update asks registries and hubs; --offline asks nobody")
    if image_alone:
        raise click.UsageError("--init-image is of use with --init-container")


def _lock_of(path: Path) -> Lock:
    try:
        return read_lock(path.read_bytes())
    except FileNotFoundError:
        return Lock()
    except OSError as error:
        raise click.UsageError(f"--lock: {path} cannot be opened: {error.strerror}") from error
    except UnusableLock as error:
        raise click.UsageError(f"--lock: {path} is no lock file: {error}") from error


def _outside(patience: Patience) -> Outside:
    try:
        return ask_outside(patience)
    except ModuleNotFoundError as error:
        raise click.UsageError(
            f"look-ups need {error.name}, which is not installed; type: pip install 'pinfold[pin]'"
            " (or pipx install 'pinfold[pin]'); --offline does without"
        ) from error


def _shown(futures: Iterable[Future[None]], count: int) -> Iterable[Future[None]]:
    """A bar on a terminal; nothing in a log."""
    if not sys.stderr.isatty():
        yield from futures
        return
    with click.progressbar(futures, length=count, label="Looking up", file=sys.stderr) as bar:
        yield from bar


def _files_of(paths: tuple[str, ...]) -> tuple[dict[str, bytes], list[BrokenDocument]]:
    files: dict[str, bytes] = {}
    unopened: list[BrokenDocument] = []
    for path, data in read_files(paths):
        if isinstance(data, BrokenDocument):
            unopened.append(data)
        else:
            files.setdefault(path, data)
    return files, unopened


def _save(outcome: Outcome, lock_file: Path, lock: Lock) -> list[str]:
    """What could not be written, in words."""
    unsaved: list[str] = []
    for file in outcome.files:
        if file.changed and file.source != STDIN:
            try:
                save(file)
            except CannotSave as error:
                unsaved.append(str(error))
    data = lock_text(lock)
    try:
        if lock != Lock() and not (lock_file.exists() and lock_file.read_bytes() == data):
            write_whole(lock_file.resolve(), data)
    except OSError as error:
        unsaved.append(f"{lock_file} cannot be written: {error.strerror}")
    return unsaved


def _tell(outcome: Outcome, *, diff: bool, piped: bool, writes: bool) -> None:
    """Standard output is the diff, or the manifest of standard input; the rest goes beside it."""
    data = b""
    if diff:
        data = as_diff(outcome.files).encode("utf-8", "surrogateescape")
    elif piped:
        data = b"".join(file.after for file in outcome.files if file.source == STDIN)
    click.echo(data, nl=False)
    stream = sys.stderr if diff or piped else sys.stdout
    words = as_text(outcome, style_of(stream), done=writes)
    click.echo(words.encode(stream.encoding, "replace"), file=stream)
