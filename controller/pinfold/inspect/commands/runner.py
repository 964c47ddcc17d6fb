"""What a command runs in turn: shells and wrappers are taken off it, again and again."""

import re

from pinfold.inspect.commands.arguments import options_of, parameters_of
from pinfold.inspect.commands.files import PROGRAMS, Files
from pinfold.inspect.commands.model import HOLE, Problem, Process, Token, Unread, Value
from pinfold.inspect.commands.mounts import Mounts
from pinfold.inspect.commands.python_starts import starts_of
from pinfold.inspect.commands.shell import read_script
from pinfold.inspect.commands.texts import TEXTS, text_in
from pinfold.inspect.commands.wrappers import UnknownOption, basename, unwrap
from pinfold.inspect.commands.xargs import given_by_xargs
from pinfold.inspect.workload import Code, Where

SHELLS = frozenset({"sh", "bash", "dash", "ash", "busybox"})
# They run commands that they read, or that stand in a word of theirs; or are other languages.
_RUNS_TEXT = frozenset(
    {"csh", "fish", "ksh", "parallel", "runuser", "script", "su", "tcsh", "watch", "zsh"}
)
_PYTHON = re.compile(r"(?:python|pypy)[0-9.]*")
_SHEBANG = re.compile(r"#![ \t]*\S*?(?:/|env[ \t]+)(ba|da|a)?sh\b")
_MUCH = "its shells do more than is followed here"
_STARTUP = ("BASH_ENV", "ENV", "SHELLOPTS", "BASHOPTS", "BASH_COMPAT", "POSIXLY_CORRECT")
_VARIABLES = 40  # for a piece of work
_MAX_LAYERS = 8  # of shells and wrappers in one another


class Runner:
    """Takes shells and wrappers off commands, and collects what they run."""

    def __init__(self, mounts: Mounts) -> None:
        self.mounts = mounts
        self.processes: list[Process] = []
        self.problems: list[Problem] = []
        self.started: list[Process] = []
        self.scripts: list[Token] = []
        self.remote: list[Token] = []
        self.written: list[str | None] = []

    def read(self, process: Process, around: str = "", layers: int = 0) -> None:
        """Add what a process runs; `around` is the text of the script that starts it."""
        while process.argv and layers <= _MAX_LAYERS:
            layers += 1
            self.started.append(process)
            if self._placed(process, layers):
                return
            try:
                inner = unwrap(process)
            except UnknownOption as unknown:
                words = " ".join(token.text for token in process.argv)
                detail = f"where the command of {words[:40]!r} begins is not known: {unknown}"
                self._problem(detail, process.argv[0], words)
                return
            if inner is None:
                self._read_bare(process, around, layers)
                return
            process = inner
        if process.argv:
            detail = "too many shells and wrappers in one another"
            self._problem(detail, process.argv[0], around)

    def _read_bare(self, process: Process, around: str, layers: int) -> None:
        program = basename(process.argv[0])
        unread = process.argv[0].unread
        if unread is not None and HOLE in program and len(process.argv) > 1:
            self._prefixed(process, unread, around, layers)
        elif program in SHELLS:
            self._shell(process, around, layers)
        elif program == "xargs":
            self.read(given_by_xargs(process), around, layers)
        elif program in TEXTS and (text := text_in(process)) is not None:
            self._script(text, f"{program} -c", process, None, layers, bash=False)
        elif program in _RUNS_TEXT:
            words = " ".join(token.text for token in process.argv)
            self._problem(f"{program} runs what is not followed here", process.argv[0], words)
        elif _PYTHON.fullmatch(program):
            self._python(process, layers)
        elif not self._file(process, layers, sourced=False):
            self.processes.append(process)

    def _prefixed(self, process: Process, unread: Unread, around: str, layers: int) -> None:
        """`$PREFIX vllm serve`: a program that is not known, or where it is empty the next word."""
        first, *rest = process.argv
        self.processes.append(process)
        words = " ".join(token.text for token in process.argv)
        self.problems.append(Problem(unread.code, unread.detail, first.place, words))
        if first.many and unread.code is Code.UNSET_VARIABLE:
            self.read(process.running(tuple(rest)), around, layers)

    def _python(self, process: Process, layers: int) -> None:
        """Python, with what its code starts; `python - <<END`: what it reads is its code."""
        program, *words = process.argv
        reads = process.reads
        if reads is not None and not (words and words[0].text != "-"):
            code = Token("-c", program.place, program.where, program.via)
            process = process.running((program, code, reads, *words[1:]))
        self.processes.append(process)
        for start, code in starts_of(process, self.mounts):
            if isinstance(start, str):
                self._script(code.saying(start), "", process, None, layers + 1, bash=False)
            else:
                self.read(process.running(tuple(map(code.saying, start))), code.text, layers + 1)

    def _shell(self, process: Process, around: str, layers: int) -> None:
        """`sh -c TEXT NAME ARGUMENT…`, `sh FILE ARGUMENT…`, or a shell that reads its input."""
        program = basename(process.argv[0])
        words = process.argv[1:]
        if program == "busybox":
            program, words = (words[0].text, words[1:]) if words else ("", ())
        if self.startup(process):
            return
        index, options, is_read = options_of(words)
        if not is_read:
            text = " ".join(token.text for token in process.argv)
            self._problem("its options change how a shell reads", process.argv[0], text)
            return
        bash = program == "bash"
        if index == len(words) or "s" in options:
            self._reading(process, program, words[index:], around, layers)
        elif _is_fetched(words[index]):
            self.remote.append(process.argv[0])
        elif "c" in options:
            parameters = parameters_of(words[index + 1 :], Value(program, ""))
            self._script(words[index], f"{program} -c", process, parameters, layers, bash=bash)
        else:
            file = process.running(words[index:])
            if not self._file(file, layers, sourced=True, bash=bash):
                self.processes.append(file)

    def startup(self, process: Process) -> bool:
        """Variables under which a shell runs something else first: what it runs is not known."""
        values = process.environment.values
        if not self.mounts.work.spend(len(values) // _VARIABLES):
            words = " ".join(token.text for token in process.argv)
            place = process.argv[0].place
            self.problems.append(Problem(Code.TOO_LARGE, _MUCH, place, words))
            return True
        for name, value in values.items():
            if name.startswith("BASH_FUNC_") or (name in _STARTUP and value.text):
                detail = f"{name} changes what a shell runs"
                self.problems.append(Problem(Code.SHELL_SYNTAX, detail, value.place, value.text))
                return name != "ENV"
        return False

    def _reading(
        self, process: Process, program: str, words: tuple[Token, ...], around: str, layers: int
    ) -> None:
        if _is_fetched(process.reads):
            self.remote.append(process.argv[0])
        elif process.reads is not None:
            name = Value(program, "")
            parameters = parameters_of(words, name, always=True)
            step = f"{program} <"
            self._script(process.reads, step, process, parameters, layers, bash=program == "bash")
        elif around:
            self._problem(f"{program} runs what it reads", process.argv[0], around)

    def _placed(self, process: Process, layers: int) -> bool:
        """`start` that the script or a ConfigMap put where programs are searched."""
        first, *rest = process.argv
        if "/" in first.text or first.unread is not None or not self._has_files(process):
            return False
        for folder in _searched(process):
            path = f"{folder}/{first.text}"
            text, _ = self.mounts.text(path, None)
            if path in process.files or not isinstance(text, Code):
                moved = process.running((first.saying(path), *rest))
                return self._file(moved, layers, sourced=False) or path in process.files
        return False

    def _has_files(self, process: Process) -> bool:
        return bool(process.files or (self.mounts.files and self.mounts.container.volume_mounts))

    def _file(self, process: Process, layers: int, *, sourced: bool, bash: bool = False) -> bool:
        """Read a script whose text is at hand, given to a shell or run; False for anything else."""
        token = process.argv[0]
        if token.unread is not None or not (sourced or "/" in token.text):
            return False
        written = Files(process.files).text(token.text, process.folder)
        if written is not None:
            source = Token(
                written.text, token.place, Where.SHELL, (*token.via, token.text), written.unread
            )
            step = ""
        else:
            text, step = self.mounts.text(token.text, process.folder)
            if isinstance(text, Code):
                return False
            source = Token(text, token.place, Where.SHELL, token.via)
        first = _SHEBANG.match(source.text)
        if first is None and not sourced and (written is None or source.text.startswith("#!")):
            if written is not None and not token.text.endswith(".py"):
                detail = f"{token.text[:60]} is a program that the script writes"
                self._problem(detail, token, " ".join(word.text for word in process.argv))
            return False
        bash = bash or (not sourced and first is not None and first[1] == "ba")
        parameters = parameters_of(process.argv[1:], Value(token.text, token.place), always=True)
        self._script(source, step, process, parameters, layers, bash=bash)
        return not source.is_hole  # which file runs is known even where its text is not

    def _script(
        self,
        text: Token,
        step: str,
        process: Process,
        parameters: tuple[Value, ...] | None,
        layers: int,
        *,
        bash: bool,
    ) -> None:
        via = (*text.via, step) if step else text.via
        source = Token(text.text, text.place, text.where, via, text.unread, text.many)
        self.scripts.append(source)
        found = read_script(
            source,
            process.environment,
            process.folder,
            parameters,
            self.mounts,
            bash=bash,
            files=Files(process.files),
            budget=self.mounts.work,
        )
        self.problems += found.problems
        self.written += found.written
        for inner in found.processes:
            self.read(inner, text.text, layers)

    def _problem(self, detail: str, token: Token, around: str) -> None:
        self.problems.append(Problem(Code.SHELL_SYNTAX, detail, token.place, around))


def _is_fetched(token: Token | None) -> bool:
    """Whether all that a shell is given comes over the network."""
    if token is None or token.unread is None:
        return False
    return token.unread.fetched and token.text.strip() == HOLE


def _searched(process: Process) -> tuple[str, ...]:
    """The folders of PATH, as far as they are known."""
    told = process.environment.told("PATH")
    folders = told.text.split(":") if told is not None else []
    known = tuple(
        folder.rstrip("/") for folder in folders if folder[:1] == "/" and HOLE not in folder
    )
    return known if folders and len(known) == len(folders) else (*known, *PROGRAMS)
