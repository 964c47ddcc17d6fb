"""Every command that a container runs: its own, its hooks' and its probes'."""

import re
from collections.abc import Iterator

from pinfold.inspect.commands.environment import environment_of
from pinfold.inspect.commands.expansion import Budget, expand
from pinfold.inspect.commands.model import Commands, Environment, Problem, Process, Token, Value
from pinfold.inspect.commands.mounts import Mounts
from pinfold.inspect.commands.shell import read_script
from pinfold.inspect.commands.wrappers import basename, is_wrapper, unwrap
from pinfold.inspect.podspec import Container, Handler
from pinfold.inspect.workload import Code, Where

_SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh", "ksh", "busybox"})
# They run commands that they read, or that stand in a word of theirs.
_RUNS_TEXT = frozenset({"parallel", "runuser", "script", "su", "watch", "xargs"})
_SHEBANG = re.compile(r"#![ \t]*\S*?(?:/|env[ \t]+)(?:ba|da|a|z|k)?sh\b")
_MAX_TEXT = 1024 * 1024  # made of variables; etcd takes 1.5 MiB of all
_MAX_LAYERS = 8  # of shells and wrappers in one another


def commands_of(container: Container, place: str, mounts: Mounts) -> Commands:
    """What the container runs; the arguments of an image's own command are an `entrypoint`."""
    budget = Budget(_MAX_TEXT)
    environment = environment_of(container, place, mounts.files, budget)
    reader = _Reader(mounts)
    main = _main(container, place, environment, budget)
    if main.entrypoint:
        reader.processes.append(main)
    else:
        reader.read(main)
    for process in _handlers(container, place, environment):
        reader.read(process)
    return Commands(
        tuple(reader.processes),
        tuple(reader.problems),
        tuple(reader.started),
        tuple(reader.scripts),
    )


def _main(container: Container, place: str, environment: Environment, budget: Budget) -> Process:
    command = _tokens(container.command or (), f"{place}.command", environment, budget)
    arguments = _tokens(container.args or (), f"{place}.args", environment, budget)
    argv = command + arguments
    # Some images have no command of their own, or one that runs its arguments.
    runs = bool(argv) and (basename(argv[0]) in _SHELLS or is_wrapper(argv[0]))
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


def handler_commands(container: Container) -> list[tuple[str, tuple[str, ...]]]:
    """The commands of hooks and probes, by their field."""
    hooks = container.lifecycle
    handlers: list[tuple[str, Handler | None]] = [
        ("lifecycle.postStart", hooks.post_start if hooks else None),
        ("lifecycle.preStop", hooks.pre_stop if hooks else None),
        ("livenessProbe", container.liveness_probe),
        ("readinessProbe", container.readiness_probe),
        ("startupProbe", container.startup_probe),
    ]
    return [
        (name, handler.exec.command)
        for name, handler in handlers
        if handler and handler.exec and handler.exec.command
    ]


class _Reader:
    """Takes shells and wrappers off commands, and collects what they run."""

    def __init__(self, mounts: Mounts) -> None:
        self.mounts = mounts
        self.processes: list[Process] = []
        self.problems: list[Problem] = []
        self.started: list[Process] = []
        self.scripts: list[Token] = []

    def read(self, process: Process, around: str = "", layers: int = 0) -> None:
        """Add what a process runs; `around` is the text of the script that starts it."""
        while process.argv and layers <= _MAX_LAYERS:
            layers += 1
            self.started.append(process)
            inner = unwrap(process)
            if inner is None:
                self._read_bare(process, around, layers)
                return
            process = inner
        if process.argv:
            detail = "too many shells and wrappers in one another"
            self._problem(detail, process.argv[0], around)

    def _read_bare(self, process: Process, around: str, layers: int) -> None:
        program = basename(process.argv[0])
        if program in _SHELLS:
            self._shell(process, around, layers)
        elif program in _RUNS_TEXT:
            words = " ".join(token.text for token in process.argv)
            self._problem(f"{program} runs what is not followed here", process.argv[0], words)
        elif not self._file(process, layers, sourced=False):
            self.processes.append(process)

    def _shell(self, process: Process, around: str, layers: int) -> None:
        """`sh -c TEXT NAME ARGUMENT…`, `sh FILE ARGUMENT…`, or a shell that reads its input."""
        program = basename(process.argv[0])
        words = process.argv[2:] if program == "busybox" else process.argv[1:]
        index, takes_text = _first_word(words)
        if index == len(words):
            if around:
                self._problem(f"{program} runs what it reads", process.argv[0], around)
            return
        if takes_text:
            parameters = _parameters(words[index + 1 :], Value(program, ""))
            self._script(words[index], f"{program} -c", process, parameters, layers)
            return
        file = Process(words[index:], process.environment, process.folder)
        if not self._file(file, layers, sourced=True):
            self.processes.append(file)

    def _file(self, process: Process, layers: int, *, sourced: bool) -> bool:
        """Read a script whose text is at hand, given to a shell or run; False for anything else."""
        token = process.argv[0]
        if not self.mounts.files or token.unread is not None or "/" not in token.text:
            return False
        text, step = self.mounts.text(token.text, process.folder)
        if isinstance(text, Code) or not (sourced or _SHEBANG.match(text)):
            return False
        source = Token(text, token.place, Where.SHELL, token.via)
        name = Value(token.text, token.place)
        parameters = _parameters(process.argv[1:], name, always=True)
        self._script(source, step, process, parameters, layers)
        return True

    def _script(
        self,
        text: Token,
        step: str,
        process: Process,
        parameters: tuple[Value, ...] | None,
        layers: int,
    ) -> None:
        source = Token(text.text, text.place, text.where, (*text.via, step), text.unread, text.many)
        self.scripts.append(source)
        found, problems = read_script(source, process.environment, process.folder, parameters)
        self.problems += problems
        for inner in found:
            self.read(inner, text.text, layers)

    def _problem(self, detail: str, token: Token, around: str) -> None:
        self.problems.append(Problem(Code.SHELL_SYNTAX, detail, token.place, around))


def _first_word(words: tuple[Token, ...]) -> tuple[int, bool]:
    """Where a shell's options end, and whether `-c` is among them."""
    takes_text = False
    index = 0
    while index < len(words):
        text = words[index].text
        if text in ("-", "--"):
            return index + 1, takes_text
        if not text.startswith(("-", "+")):
            return index, takes_text
        is_short = not text.startswith("--")
        takes_text |= is_short and text.startswith("-") and "c" in text
        # `-euo pipefail`, `-O extglob`, `--rcfile FILE`: the next word belongs to it.
        takes_word = text in ("--rcfile", "--init-file") or (is_short and text[-1] in "oO")
        index += 2 if takes_word else 1
    return len(words), takes_text


def _parameters(
    words: tuple[Token, ...], name: Value, *, always: bool = False
) -> tuple[Value, ...] | None:
    """`$0`, `$1` …: behind a text the first word is `$0`. None where their number is not known."""
    if any(token.many for token in words):
        return None
    values = tuple(Value(t.text, t.place, t.where, t.via, t.unread) for t in words)
    return (name, *values) if always or not values else values
