"""Programs that run the command that follows them: `env A=b …`, `tini -- …`, `timeout 5 …`."""

import re
from dataclasses import dataclass

import msgspec

from pinfold.inspect.commands.launchers import launched
from pinfold.inspect.commands.model import HOLE, Process, Token, Unread, Value
from pinfold.inspect.workload import Code


@dataclass(frozen=True, slots=True)
class Wrapper:
    """How a program's own words end: its options that take a word, and how many words it wants."""

    with_value: frozenset[str] = frozenset()
    words: int = 0  # before the command: `timeout 5 cmd`
    keyword: str | None = None  # `uv run cmd`
    assigns: bool = False  # `env A=b cmd`
    prints: frozenset[str] = frozenset()  # options with which it runs nothing: `command -v cmd`


def _row(options: str = "", words: int = 0, keyword: str | None = None) -> Wrapper:
    return Wrapper(frozenset(options.split()), words, keyword)


_WRAPPERS = {
    "catatonit": _row(),
    "chroot": _row(words=1),
    "command": Wrapper(prints=frozenset({"-v", "-V"})),
    "coproc": _row(),
    "conda": _row("-n --name -p --prefix --cwd", keyword="run"),
    "dumb-init": _row("-r --rewrite"),
    "env": Wrapper(frozenset({"-u", "--unset", "-C", "--chdir"}), assigns=True),
    "exec": _row("-a"),
    "gosu": _row(words=1),
    "ionice": _row("-c -n --class --classdata"),
    "micromamba": _row("-n --name -p --prefix", keyword="run"),
    "nice": _row("-n --adjustment"),
    "nohup": _row(),
    "numactl": _row(
        "-i --interleave -N --cpunodebind -C --physcpubind -m --membind -l --preferred -p"
    ),
    "nsys": _row("-o --output -t --trace -s --sample -c --capture-range", keyword="profile"),
    "pdm": _row(keyword="run"),
    "poetry": _row(keyword="run"),
    "setpriv": _row("--reuid --regid --groups"),
    "setsid": _row(),
    "stdbuf": _row("-i -o -e"),
    "su-exec": _row(words=1),
    "sudo": _row("-u -g -h -p"),
    "taskset": _row(words=1),
    "time": _row("-f -o"),
    "timeout": _row("-k -s --kill-after --signal", words=1),
    "tini": _row("-p -e"),
    "tini-static": _row("-p -e"),
    "uv": _row("--with --python -p --project --directory --extra --group", keyword="run"),
}
_SPLIT = re.compile(r"-[a-zA-Z]*S|--split-string(?:=|$)")
_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=")


def unwrap(process: Process) -> Process | None:
    """The command that a wrapper runs; None where the process is no wrapper, or runs nothing."""
    argv = process.argv
    wrapper = _WRAPPERS.get(basename(argv[0])) if argv else None
    if wrapper is None:
        return launched(process)
    rest = argv[1:]
    if wrapper.keyword is not None:
        if not rest or rest[0].text != wrapper.keyword:
            return None
        rest = rest[1:]
    if rest and rest[0].text in wrapper.prints:
        return process.running(())
    if wrapper.assigns:
        rest = _split_string(rest)
    start = _skip_options(rest, wrapper) + wrapper.words
    environment = process.environment
    if wrapper.assigns:
        start, variables = _assignments(rest, start)
        environment = environment.having(variables)
    return msgspec.structs.replace(process.running(rest[start:]), environment=environment)


def basename(token: Token) -> str:
    """The program's name without its folder."""
    return token.text.rpartition("/")[2]


def _skip_options(words: tuple[Token, ...], wrapper: Wrapper) -> int:
    index = 0
    while index < len(words) and words[index].text.startswith("-"):
        text = words[index].text
        index += 2 if text in wrapper.with_value else 1
        if text == "--":
            break
    return min(index, len(words))


def _split_string(words: tuple[Token, ...]) -> tuple[Token, ...]:
    """`env -S "A=b cmd"`: the text behind the option is taken apart at blanks."""
    for index, word in enumerate(words):
        if not word.text.startswith("-"):
            return words
        if (match := _SPLIT.match(word.text)) is None:
            continue
        behind = word.cut(match.end())
        if behind.text or index + 1 == len(words):
            return (*words[:index], *_parts(behind), *words[index + 1 :])
        return (*words[:index], *_parts(words[index + 1]), *words[index + 2 :])
    return words


def _parts(word: Token) -> list[Token]:
    """The words of a text; with quotes or variables in it nobody here knows them."""
    if word.unread is not None or re.search(r"""["'\\$#]""", word.text):
        detail = f"{word.text[:40]!r} is taken apart by env -S"
        unread = word.unread or Unread(Code.SHELL_SYNTAX, detail)
        return [Token(HOLE, word.place, word.where, word.via, unread, many=True)]
    return [word.saying(part) for part in word.text.split()]


def _assignments(words: tuple[Token, ...], start: int) -> tuple[int, dict[str, Value]]:
    variables: dict[str, Value] = {}
    for index in range(start, len(words)):
        token = words[index]
        match = _ASSIGNMENT.match(token.text)
        if match is None:
            return index, variables
        value = token.cut(match.end())
        variables[match[1]] = Value(value.text, value.place, value.where, value.via, value.unread)
    return len(words), variables


def is_wrapper(token: Token) -> bool:
    """Whether a program runs the command that follows it."""
    return basename(token) in _WRAPPERS


_PLAIN = frozenset({"-r", "-t", "--no-run-if-empty"})
_XARGS = Wrapper(frozenset({"-n", "-P", "-I", "-L", "-d", "-s", "-a", "-E"}))


def given_by_xargs(process: Process) -> Process:
    """`xargs COMMAND WORD…`: what it reads are more words, as far as that is known."""
    words = process.argv[1:]
    command = words[_skip_options(words, _XARGS) :] or (process.argv[0].saying("echo"),)
    detail = "xargs adds what it reads"
    first = command[0]
    more = Token(
        HOLE, first.place, first.where, first.via, Unread(Code.SHELL_SYNTAX, detail), many=True
    )
    options = words[: len(words) - len(command)]
    reads = process.reads
    # With any other option it may run several commands, or put the words elsewhere.
    known = reads is not None and reads.unread is None and all(o.text in _PLAIN for o in options)
    if known and reads is not None and not re.search(r"[\"'\\]", reads.text):
        return process.running((*command, *(reads.saying(w) for w in reads.text.split())))
    if any(option.text.startswith(("-I", "-i", "--replace")) for option in options):
        mark = next((o.text for o in reversed(options) if not o.text.startswith("-")), "{}")
        command = tuple(
            more if mark in word.text or "{}" in word.text else word for word in command
        )
        return process.running(command)
    return process.running((*command, more))
