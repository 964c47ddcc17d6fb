"""command-understood: what a suspect container would load can be told from its manifest."""

from collections.abc import Iterator
from typing import Annotated

import msgspec

from pinfold.inspect.workload import Code, Opaque, Workload
from pinfold.policy.rules.options import RuleOptions
from pinfold.policy.violation import Mode, Violation

ID = "command-understood"
FIELD = "commandUnderstood"
SUMMARY = "What a model server would load can be told from its manifest."

# Reading these takes more than the manifest: a refusal would ask for what nobody can give.
AT_MOST = {
    Code.CONFIGMAP: Mode.WARN,
    Code.SCRIPT_IN_IMAGE: Mode.WARN,
    Code.UNKNOWN_SERVER: Mode.WARN,
    Code.VOLUME: Mode.WARN,
}

_FIX = {
    Code.CONFIGMAP: "write the arguments in the manifest instead of a ConfigMap",
    Code.SECRET: "take the arguments out of the Secret; keep only the token there",
    Code.UNSET_VARIABLE: "set the variable in env, or write its value in place",
    Code.SCRIPT_IN_IMAGE: "write the command in the manifest, or name the model server itself",
    Code.SHELL_SYNTAX: "write the command as plain words, or give it as command and args",
    Code.SERVER_REFUSES: "correct the arguments: the server itself would end with an error",
    Code.REDIRECT: "remove the redirect, so that the name in the manifest is what is loaded",
    Code.TOO_LARGE: "shorten the script",
    Code.UNKNOWN_SERVER: "name what it loads in the manifest, such as in an init container that"
    " downloads it, or ask for an exemption",
    Code.VOLUME: "write the command in the manifest instead of on a volume",
}


class Options(RuleOptions, frozen=True, kw_only=True, rename="camel"):
    """Options of command-understood."""

    codes: Annotated[
        dict[Code, Mode],
        msgspec.Meta(
            max_length=len(Code),
            description="The mode for each reason why a command could not be read. By default"
            " configmap, script-in-image, unknown-server and volume Warn at most; the others"
            " follow the mode of the rule.",
        ),
    ] = msgspec.field(default_factory=dict)


def check(workload: Workload, options: Options) -> Iterator[Violation]:
    """One violation for each part of a command that could not be read."""
    for opaque in workload.opaque:
        yield _not_understood(opaque, options)


def _not_understood(opaque: Opaque, options: Options) -> Violation:
    return Violation(
        rule=ID,
        container=opaque.container,
        place=opaque.place,
        found=f"{opaque.detail} ({opaque.code})",
        why="what would be loaded cannot be told",
        fix=_FIX[opaque.code],
        mode=options.codes.get(opaque.code),
        at_most=AT_MOST.get(opaque.code),
    )
