"""model-revision: everything loaded from a model hub is pinned to a full commit id."""

from collections.abc import Iterator
from typing import Annotated

import msgspec

from pinfold.inspect.globs import Glob
from pinfold.inspect.workload import Artefact, Origin, State, Workload
from pinfold.policy.names import COMMIT, HUB, repository_of
from pinfold.policy.patterns import parse_repositories
from pinfold.policy.rules.options import RuleOptions, Text
from pinfold.policy.violation import Violation

ID = "model-revision"
FIELD = "modelRevision"
SUMMARY = "Everything loaded from a model hub is pinned to a full commit id."
_DIGEST = "sha256:<digest>"
_MUTABLE = frozenset({State.UNPINNED, State.UNPINNABLE})


class Options(RuleOptions, frozen=True, kw_only=True, rename="camel"):
    """Options of model-revision."""

    floating: Annotated[
        tuple[Text, ...],
        msgspec.Meta(
            max_length=64,
            description="Repositories that may follow a branch, as organisation/name; * stands for"
            " any run of characters.",
        ),
    ] = ()
    trusted_endpoints: Annotated[
        tuple[Text, ...],
        msgspec.Meta(
            min_length=1,
            max_length=16,
            description="Hubs (HF_ENDPOINT) trusted to answer a commit id with that commit.",
        ),
    ] = (HUB,)

    def __post_init__(self) -> None:
        """Raises InvalidPattern, a ValueError, which msgspec reports with the field's path."""
        parse_repositories(self.floating)


def check(workload: Workload, options: Options) -> Iterator[Violation]:
    """One violation for each artefact that can change, or whose commit an unknown hub answers."""
    floating = parse_repositories(options.floating)
    trusted = {endpoint.rstrip("/") for endpoint in options.trusted_endpoints}
    for artefact in workload.artefacts:
        if artefact.state in _MUTABLE and not _floats(artefact, floating):
            yield _unpinned(artefact, trusted)
        elif artefact.state is State.PINNED and not _answered_by(artefact, trusted):
            yield _untrusted(artefact)


def _answered_by(artefact: Artefact, trusted: set[str]) -> bool:
    return artefact.endpoint is None or artefact.endpoint.rstrip("/") in trusted


def _floats(artefact: Artefact, floating: tuple[Glob, ...]) -> bool:
    return artefact.id is not None and any(glob.matches(artefact.id) for glob in floating)


def _unpinned(artefact: Artefact, trusted: set[str]) -> Violation:
    return Violation(
        rule=ID,
        container=artefact.container,
        place=artefact.place,
        found=_what_it_follows(artefact),
        why="its files can change",
        fix=_fix(artefact),
        find=_find(artefact, trusted),
        artefact=artefact.id,
    )


def _what_it_follows(artefact: Artefact) -> str:
    name = f'{artefact.kind} "{artefact.id}"'
    if artefact.state is State.UNPINNABLE:
        return f"{name} has no pin: {artefact.server} offers none for it"
    if artefact.origin is Origin.OCI:
        return f"{name} has no digest"
    if artefact.revision is None:
        return f"{name} follows its default branch"
    return f'{name} follows "{artefact.revision}", which is no full commit id'


def _fix(artefact: Artefact) -> str:
    if artefact.pin is not None:
        verb = "write" if "://" in artefact.pin.write else "add"
        return f"{verb} {artefact.pin.to(_DIGEST if artefact.origin is Origin.OCI else COMMIT)}"
    if artefact.origin is Origin.HUB:
        return (
            f"download it in an init container with hf download {_files(artefact.id or '')}"
            f" --revision {COMMIT} --local-dir <path>, and load that path"
        )
    return "load it from an image volume pinned by @sha256:<digest>"


def _files(name: str) -> str:
    """What `hf download` takes: a repository, and a file of it or those of one quantisation."""
    repository = repository_of(name)
    sign, rest = name[len(repository) :][:1], name[len(repository) + 1 :]
    if sign == ":":
        return f"{repository} --include '*{rest}*'"
    return f"{repository} {rest}" if rest else repository


def _find(artefact: Artefact, trusted: set[str]) -> str | None:
    """Never from a hub that nobody trusts: the commit would be whatever it says."""
    if artefact.origin is Origin.OCI and artefact.state is State.UNPINNED:
        return f"crane digest {artefact.id}"
    if artefact.origin is not Origin.HUB or artefact.id is None:
        return None
    hub = artefact.endpoint if _answered_by(artefact, trusted) else None
    return f"git ls-remote {(hub or HUB).rstrip('/')}/{repository_of(artefact.id)} HEAD"


def _untrusted(artefact: Artefact) -> Violation:
    return Violation(
        rule=ID,
        container=artefact.container,
        place=artefact.place,
        found=f'{artefact.kind} "{artefact.id}" is answered by {artefact.endpoint}',
        why="a commit id is only as good as the hub that answers it",
        fix=f"load it from {HUB}, or ask your cluster admin to add {artefact.endpoint} to"
        " modelRevision.trustedEndpoints",
        artefact=artefact.id,
    )
