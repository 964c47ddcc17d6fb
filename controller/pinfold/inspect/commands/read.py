"""Every command that a container runs: its own, its hooks' and its probes'."""

from collections.abc import Iterator

from pinfold.inspect.commands.arguments import settled
from pinfold.inspect.commands.environment import environment_of
from pinfold.inspect.commands.expansion import Budget, expand
from pinfold.inspect.commands.handlers import handler_commands
from pinfold.inspect.commands.model import Commands, Environment, Process, Token
from pinfold.inspect.commands.mounts import Mounts
from pinfold.inspect.commands.runner import SHELLS, Runner
from pinfold.inspect.commands.wrappers import basename, is_wrapper
from pinfold.inspect.podspec import Container

_MAX_TEXT = 1024 * 1024  # made of variables; etcd takes 1.5 MiB of all


def commands_of(container: Container, place: str, mounts: Mounts) -> Commands:
    """What the container runs; the arguments of an image's own command are an `entrypoint`.

    What reading it costs is taken from the work of the mounts.
    """
    budget = Budget(_MAX_TEXT)
    environment = environment_of(container, place, mounts.files, budget)
    reader = Runner(mounts)
    main = _main(container, place, environment, budget)
    if main.entrypoint:
        reader.processes.append(main)
    else:
        reader.read(main)
    for process in _handlers(container, place, environment):
        reader.read(process)
    return Commands(
        tuple(map(settled, reader.processes)),
        tuple(reader.problems),
        tuple(map(settled, reader.started)),
        tuple(reader.scripts),
        tuple(reader.remote),
        tuple(reader.written),
    )


def _main(container: Container, place: str, environment: Environment, budget: Budget) -> Process:
    command = _tokens(container.command or (), f"{place}.command", environment, budget)
    arguments = _tokens(container.args or (), f"{place}.args", environment, budget)
    argv = command + arguments
    # Some images have no command of their own, or one that runs its arguments.
    runs = bool(argv) and (basename(argv[0]) in SHELLS or is_wrapper(argv[0]))
    entrypoint = not command and not runs
    return Process(argv, environment, container.working_dir or None, entrypoint)


def _tokens(
    words: tuple[str, ...], place: str, environment: Environment, budget: Budget
) -> tuple[Token, ...]:
    tokens = []
    for index, word in enumerate(words):
        if "$" in word:
            text, steps, unread = expand(word, environment.get, budget)
            tokens.append(Token(text, f"{place}[{index}]", via=steps, unread=unread))
        else:
            tokens.append(Token(word, f"{place}[{index}]"))
    return tuple(tokens)


def _handlers(container: Container, place: str, environment: Environment) -> Iterator[Process]:
    """Hooks and probes that run a command."""
    for name, words in handler_commands(container):
        at = f"{place}.{name}.exec.command"
        argv = tuple(Token(word, f"{at}[{index}]") for index, word in enumerate(words))
        yield Process(argv, environment, container.working_dir or None)
