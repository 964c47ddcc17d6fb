"""Text that something fills in before a pod is made: `{{.Name}}`, and `${X}` of a Template.

What it will be is not known here. It becomes a variable of the container that has no known value,
so that every reader takes it for what it is: a hole in the text.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from pinfold.inspect.podspec import Container, EnvVar, FieldRef, PodSpec, ValueFrom

# Up to the next `{{` at the most, so that a text full of those is read once.
_GO = re.compile(r"\{\{(?:[^{}]|\}(?!\})|\{(?!\{))*\}\}")
_PARAMETER = re.compile(r"\$\{\{?([a-zA-Z0-9_]+)\}?\}")
_NAME_OF_OBJECT = re.compile(r"\{\{-?\s*\.(?:ObjectMeta\.)?Name\s*-?\}\}")
_NAME = ValueFrom(field_ref=FieldRef("metadata.name"))  # one word, whatever it will be
_UNKNOWN = ValueFrom()


@dataclass(frozen=True, slots=True)
class Holes:
    """What is filled in: every match of a pattern, or those whose name is one of `names`."""

    pattern: re.Pattern[str]
    names: frozenset[str] | None = None

    def sub(self, hole: Callable[[re.Match[str]], str], text: str) -> str:
        """The text with each hole replaced."""
        return self.pattern.sub(
            lambda match: hole(match) if self._is_one(match) else match[0], text
        )

    def are_in(self, text: str) -> bool:
        """Whether there is one."""
        return any(map(self._is_one, self.pattern.finditer(text)))

    def _is_one(self, match: re.Match[str]) -> bool:
        return self.names is None or match[1] in self.names


GO = Holes(_GO)


def parameters(names: frozenset[str]) -> Holes:
    """Those of a Template."""
    return Holes(_PARAMETER, names)


def with_holes(spec: PodSpec, holes: Holes = GO) -> PodSpec:
    """A PodSpec in which what is filled in, in commands and variables, is not known."""
    return msgspec.structs.replace(
        spec,
        containers=_all(spec.containers, holes) or (),
        init_containers=_all(spec.init_containers, holes),
        ephemeral_containers=_all(spec.ephemeral_containers, holes),
    )


def named(container: Container, name: str) -> Container:
    """A container with the name of its object filled in."""
    return msgspec.structs.replace(
        container,
        image=_filled(container.image, name),
        command=_words(container.command, name),
        args=_words(container.args, name),
        env=container.env
        and tuple(
            msgspec.structs.replace(v, value=v.value and _filled(v.value, name))
            for v in container.env
        ),
    )


def _filled(text: str, name: str) -> str:
    return _NAME_OF_OBJECT.sub(lambda _match: name, text)


def _words(words: tuple[str, ...] | None, name: str) -> tuple[str, ...] | None:
    return words and tuple(_filled(word, name) for word in words)


def _all(containers: tuple[Container, ...] | None, holes: Holes) -> tuple[Container, ...] | None:
    return containers and tuple(_with_holes(container, holes) for container in containers)


def _with_holes(container: Container, holes: Holes) -> Container:
    found: dict[str, ValueFrom] = {}

    def hole(match: re.Match[str]) -> str:
        name = re.sub(r"[()]", "", match[0]).removeprefix("$")
        found[name] = _NAME if _NAME_OF_OBJECT.fullmatch(match[0]) else _UNKNOWN
        return f"$({name})"

    def holed(words: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return words and tuple(holes.sub(hole, word) for word in words)

    command, args = holed(container.command), holed(container.args)
    env = tuple(_unknown(variable, holes) for variable in container.env or ())
    more = tuple(EnvVar(name, value_from=source) for name, source in found.items())
    if not more and env == (container.env or ()):
        return container
    return msgspec.structs.replace(container, command=command, args=args, env=(*env, *more))


def _unknown(variable: EnvVar, holes: Holes) -> EnvVar:
    if variable.value is None or not holes.are_in(variable.value):
        return variable
    return EnvVar(variable.name, value_from=_UNKNOWN)
