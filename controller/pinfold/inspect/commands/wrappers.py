"""Programs that run the command that follows them: `env A=b …`, `tini -- …`, `timeout 5 …`."""

import re
from itertools import pairwise

import msgspec

from pinfold.inspect.commands.launchers import launched
from pinfold.inspect.commands.model import HOLE, Environment, Process, Token, Unread, Value
from pinfold.inspect.commands.wrapper_table import WRAPPERS, Wrapper
from pinfold.inspect.workload import Code

_SPLIT = re.compile(r"-[a-zA-Z]*S|--split-string(?:=|$)")
_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=")


class UnknownOption(Exception):
    """An option that is not in the table: where the command begins is not known."""


def unwrap(process: Process) -> Process | None:
    """The command that a wrapper runs; None where the process is no wrapper, or runs nothing.

    Raises UnknownOption.
    """
    name, wrapper, rest = _wrapper_of(process.argv)
    if wrapper is None:
        return launched(process)
    if wrapper.keywords:
        found = _behind_keyword(rest, wrapper)
        if found is None:
            return None
        rest = found
    if rest and rest[0].text in wrapper.prints:
        return process.running(())
    if name == "env":
        rest = _split_string(rest)
    start = options_end(rest, wrapper)
    options, own, rest = rest[:start], rest[start:][: wrapper.words], rest[start + wrapper.words :]
    if any(word.many for word in own):
        raise UnknownOption(own[0].text)
    inner = process.running(rest)
    if wrapper.assigns:
        inner = _assigned(inner, options, name)
    elif name.startswith("mpi"):
        inner = _exported(inner, options)
    if name in ("uv", "uvx"):
        inner = process.running(_of_uv(rest, options, process.argv[0]))
    return inner


def _wrapper_of(argv: tuple[Token, ...]) -> tuple[str, Wrapper | None, tuple[Token, ...]]:
    name = basename(argv[0]) if argv else ""
    texts = [word.text for word in argv[1:]]
    if name == "gdb":
        end = texts.index("--args") + 2 if "--args" in texts else len(argv)
        return name, WRAPPERS[name] if "--args" in texts else None, argv[end:]
    if name == "flock" and not {"-c", "--command"}.isdisjoint(texts):
        return name, None, ()
    if name == "runuser" and {"-u", "--user"}.isdisjoint(texts):
        return name, None, ()
    return name, WRAPPERS.get(name), argv[1:]


def _behind_keyword(rest: tuple[Token, ...], wrapper: Wrapper) -> tuple[Token, ...] | None:
    """`uv --offline run cmd`, `uv tool run cmd`."""
    try:
        start = options_end(rest, wrapper)
    except UnknownOption:
        return None
    words = rest[start:]
    if [word.text for word in words[:2]] == ["tool", "run"]:
        return words[2:]
    return words[1:] if words and words[0].text in wrapper.keywords else None


def basename(token: Token) -> str:
    """The program's name without its folder."""
    return token.text.rpartition("/")[2]


def options_end(words: tuple[Token, ...], wrapper: Wrapper) -> int:
    """Where the options of a wrapper end. Raises UnknownOption."""
    index = 0
    while index < len(words) and words[index].text.startswith("-"):
        text = words[index].text
        if text == "--":
            return index + 1
        if words[index].many or HOLE in text.partition("=")[0]:
            raise UnknownOption(text)
        count = _words_behind(text, wrapper)
        if any(word.many for word in words[index + 1 : index + 1 + count]):
            raise UnknownOption(text)
        index += 1 + count
    return min(index, len(words))


def _words_behind(text: str, wrapper: Wrapper) -> int:
    """How many words belong to an option."""
    if text in wrapper.values or text in wrapper.pairs:
        return 2 if text in wrapper.pairs else 1
    if text in wrapper.flags or (text.startswith("--") and "=" in text):
        return 0
    if text.startswith("--"):
        if not wrapper.any_value:
            raise UnknownOption(text)
        return 1
    return _words_behind_letters(text, wrapper)


def _words_behind_letters(text: str, wrapper: Wrapper) -> int:
    """The same of `-xvf`."""
    for index, letter in enumerate(text[1:], start=1):
        if f"-{letter}" in wrapper.values:
            return int(index + 1 == len(text))
        if f"-{letter}" not in wrapper.flags and not letter.isdecimal():
            raise UnknownOption(text)
    return 0


# -- variables -----------------------------------------------------------------------------------


def _assigned(process: Process, options: tuple[Token, ...], name: str) -> Process:
    """`env -i -u A B=c`, `sudo B=c`."""
    texts = [option.text for option in options]
    environment = process.environment
    if name == "env":
        if any(text in ("-", "--ignore-environment") or _has(text, "i") for text in texts):
            environment = Environment({})
        names = [b for a, b in pairwise(texts) if a == "--unset" or re.fullmatch("-[a-z]*u", a)]
        names += [text[8:] for text in texts if text.startswith("--unset=")]
        names += [text[2:] for text in texts if text.startswith("-u")]
        environment = environment.without(names)
    elif not any(text.startswith("--preserve-env") or _has(text, "E") for text in texts):
        unread = Unread(Code.UNSET_VARIABLE, "sudo hands on few variables")
        holes = {n: Value(HOLE, v.place, unread=unread) for n, v in environment.values.items()}
        environment = environment.having(holes)
    start, variables = _assignments(process.argv)
    environment = environment.having(variables)
    return msgspec.structs.replace(process.running(process.argv[start:]), environment=environment)


def _has(text: str, letter: str) -> bool:
    """Whether a word of short options has one."""
    return re.fullmatch(rf"-[a-zA-Z]*{letter}[a-zA-Z]*", text) is not None


def _exported(process: Process, options: tuple[Token, ...]) -> Process:
    """`mpirun -x A=b`; behind a colon it starts another program."""
    if any(word.text == ":" for word in process.argv):
        raise UnknownOption(":")
    variables: dict[str, Value] = {}
    for before, word in pairwise(options):
        if before.text == "-x":
            variables |= _assignments((word,))[1]
    environment = process.environment.having(variables)
    return msgspec.structs.replace(process, environment=environment)


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


def _assignments(words: tuple[Token, ...]) -> tuple[int, dict[str, Value]]:
    variables: dict[str, Value] = {}
    for index, token in enumerate(words):
        match = _ASSIGNMENT.match(token.text)
        if match is None:
            return index, variables
        value = token.cut(match.end())
        variables[match[1]] = Value(value.text, value.place, value.where, value.via, value.unread)
    return len(words), variables


def _of_uv(
    rest: tuple[Token, ...], options: tuple[Token, ...], program: Token
) -> tuple[Token, ...]:
    """`uv run x.py`, `uv run -m x`, `uvx vllm@1 serve`."""
    if not rest:
        return rest
    python = program.saying("python3")
    if not {"-m", "--module"}.isdisjoint(option.text for option in options):
        return (python, program.saying("-m"), *rest)
    if rest[0].text.endswith(".py"):
        return (python, *rest)
    return (rest[0].saying(rest[0].text.partition("@")[0]), *rest[1:])


def is_wrapper(token: Token) -> bool:
    """Whether a program runs the command that follows it."""
    return basename(token) in WRAPPERS
