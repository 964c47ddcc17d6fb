"""Hooks and probes of a container that run a command, and all that a container says."""

from collections.abc import Iterator

from pinfold.inspect.podspec import Container, Handler


def handler_commands(container: Container) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The commands, by the field that they stand in."""
    hooks = container.lifecycle
    handlers: tuple[tuple[str, Handler | None], ...] = (
        ("lifecycle.postStart", hooks.post_start if hooks else None),
        ("lifecycle.preStop", hooks.pre_stop if hooks else None),
        ("livenessProbe", container.liveness_probe),
        ("readinessProbe", container.readiness_probe),
        ("startupProbe", container.startup_probe),
    )
    for name, handler in handlers:
        if handler and handler.exec and handler.exec.command:
            yield name, handler.exec.command


def words_of(container: Container) -> list[str]:
    """The words of all its commands."""
    words = [*(container.command or ()), *(container.args or ())]
    for _name, command in handler_commands(container):
        words += command
    return words


def text_of(container: Container) -> str:
    """All that its commands and variables say, a line each."""
    lines = words_of(container)
    for variable in container.env or ():
        lines += (variable.name, variable.value or "")
    return "\n".join(lines)
