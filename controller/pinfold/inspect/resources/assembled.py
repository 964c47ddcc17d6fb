"""A container that a controller puts together from fields of an object, as a part of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made_of
from typing import Any

from pinfold.inspect.podspec import Container, EnvFrom, EnvVar, PodSpec, Volume, VolumeMount
from pinfold.inspect.resources.parts import Label, Move, Part
from pinfold.inspect.resources.paths import converted, field, mapping, text

_MADE = "containers[0]"


@dataclass(frozen=True, slots=True)
class Written:
    """A variable, and where it is written: a list's item, or a key with its value."""

    variable: EnvVar
    place: str
    is_key: bool = False


@dataclass(slots=True)
class Assembled:
    """The pieces of a container, each with the place where it is written."""

    path: str  # the path of its pod
    name: str
    image: tuple[str, str] = ("", "")  # text and place; without a place nobody wrote it
    command: list[tuple[str, str]] = made_of(default_factory=list)
    args: list[tuple[str, str]] = made_of(default_factory=list)
    env: list[Written] = made_of(default_factory=list)
    env_from: tuple[EnvFrom, ...] = ()
    mounts: tuple[VolumeMount, ...] = ()
    volumes: tuple[Volume, ...] = ()

    def part(self, label: Label | None = None) -> Part:
        """The container alone in its pod."""
        container = Container(
            self.name,
            self.image[0],
            tuple(word for word, _ in self.command) or None,
            tuple(word for word, _ in self.args) or None,
            env=tuple(one.variable for one in self.env) or None,
            env_from=self.env_from or None,
            volume_mounts=self.mounts or None,
        )
        made = f"{self.path}.{_MADE}"
        spec = PodSpec((container,), volumes=self.volumes or None)
        nobodys = frozenset() if self.image[1] else frozenset({made})
        return Part(self.path, spec, tuple(self._moves(made, label)), nobodys)

    def _moves(self, made: str, label: Label | None) -> list[Move]:
        moves = [Move(made, self.path, label, ends=True)]
        if self.image[1]:
            moves.append(Move(f"{made}.image", self.image[1], label, ends=True))
        for name, words in (("command", self.command), ("args", self.args)):
            moves += [
                Move(f"{made}.{name}[{index}]", place, label, ends=True)
                for index, (_, place) in enumerate(words)
            ]
        return moves + [
            Move(f"{made}.env[{index}]", one.place, label, ends=one.is_key)
            for index, one in enumerate(self.env)
        ]


def at_place(place: str, *words: str) -> list[tuple[str, str]]:
    """Words that a field stands for."""
    return [(word, place) for word in words]


def texts_at(node: Mapping[str, Any], name: str, place: str) -> list[tuple[str, str]]:
    """A list of texts with the place of each. Raises UnreadableWorkload."""
    at = field(place, name)
    words = converted(node.get(name) or (), tuple[str, ...], at)
    return [(word, f"{at}[{index}]") for index, word in enumerate(words)]


def variables_at(node: Mapping[str, Any], name: str, place: str) -> list[Written]:
    """A list of variables, or a mapping of texts, with the place of each."""
    at, value = field(place, name), node.get(name) or ()
    if isinstance(value, Mapping):
        keys = sorted(map(str, value))
        return [Written(EnvVar(key, text(value, key, at)), field(at, key), True) for key in keys]
    found = converted(value, tuple[EnvVar, ...], at)
    return [Written(variable, f"{at}[{index}]") for index, variable in enumerate(found)]


def sources_at(node: Mapping[str, Any], name: str, place: str) -> tuple[EnvFrom, ...]:
    """A list of sources of variables."""
    return converted(node.get(name) or (), tuple[EnvFrom, ...], field(place, name))


def image_at(
    node: Mapping[str, Any], place: str, first: str, sign: str, last: str
) -> tuple[str, str]:
    """An image that is written in two fields, and the place of what a digest is added to."""
    start, end = text(node, first, place), text(node, last, place)
    if not start:
        return "", ""
    return (f"{start}{sign}{end}", field(place, last)) if end else (start, field(place, first))


def below(value: Mapping[str, Any], name: str, place: str) -> Mapping[str, Any]:
    """The mapping in a field; empty where it is absent."""
    return mapping(value.get(name) or {}, field(place, name))
