"""Short ways to say a command in a test, and to read what it runs."""

from typing import Any

import msgspec

from pinfold.inspect.commands.model import HOLE, Commands
from pinfold.inspect.commands.mounts import Mounts
from pinfold.inspect.commands.read import commands_of
from pinfold.inspect.podspec import Container, PodSpec

ENV = {
    "M": "org/m",
    "TWO": "a b",
    "PADDED": " a  b ",
    "EMPTY": "",
    "GLOB": "x*",
    "R": "1" * 40,
}
SECRET = {"name": "S", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}
NAME = {"name": "NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}


def commands(
    *words: str, files: dict[str, dict[str, str]] | None = None, **container: Any
) -> Commands:
    """What a container with this command runs."""
    env = [{"name": name, "value": value} for name, value in ENV.items()]
    row = {"name": "c", "command": list(words), "env": [*env, SECRET, NAME], **container}
    volumes = [{"name": name, "configMap": {"name": name}} for name in files or ()]
    spec = msgspec.convert({"containers": [row], "volumes": volumes}, PodSpec)
    one: Container = spec.containers[0]
    return commands_of(one, "spec.containers[0]", Mounts(one, spec.volumes or (), files or {}))


def shell(script: str, *parameters: str) -> list[list[str]]:
    """The commands of `bash -c SCRIPT`, each a list of words; HOLE shown as ?, many as ?*."""
    return shown(commands("bash", "-c", script, *parameters))


def shown(found: Commands) -> list[list[str]]:
    """The words of each command."""
    return [
        [word.text.replace(HOLE, "?") + ("*" if word.many else "") for word in process.argv]
        for process in found.processes
    ]


def problems(found: Commands) -> list[str]:
    """The code of each part that could not be read."""
    return [str(problem.code) for problem in found.problems]
