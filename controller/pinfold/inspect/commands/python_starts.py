"""Commands that a code of Python starts, where they are written out: `os.system`, `subprocess`."""

import ast
import re
import warnings
from collections.abc import Iterator
from functools import lru_cache

from pinfold.inspect.commands.files import Files
from pinfold.inspect.commands.model import Process, Token
from pinfold.inspect.commands.mounts import Mounts
from pinfold.inspect.workload import Code, Where

_MENTION = re.compile(r"\bsubprocess\b|\bos\.(?:system|popen|exec)|\bsystem\(")
_BY_SHELL = frozenset({"getoutput", "getstatusoutput", "popen", "system"})
_BY_WORDS = frozenset({"Popen", "call", "check_call", "check_output", "run"})
_HARMLESS = frozenset(
    {"bufsize", "capture_output", "check", "close_fds", "encoding", "errors", "stderr", "stdout",
     "start_new_session", "text", "timeout", "universal_newlines"}
)  # fmt: skip
_LENGTH_MAX = 16 * 1024
_CHARACTERS = 8  # for a piece of work
_MANY = 20

Start = str | tuple[str, ...]  # a text for a shell, or words


def start_of(call: ast.Call) -> Start | None:
    """The command that a call starts; None where it is none, or not known whole."""
    name = _name(call.func)
    words = {word.arg: word.value for word in call.keywords}
    shell = words.pop("shell", None)
    by_shell = isinstance(shell, ast.Constant) and shell.value is True
    if shell is not None and not isinstance(shell, ast.Constant):
        return None
    if len(call.args) != 1 or not _HARMLESS.issuperset(words):
        return _executed(name, call.args) if not words else None
    given = call.args[0]
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        if name in _BY_SHELL or (name in _BY_WORDS and by_shell):
            return given.value
        return (given.value,) if name in _BY_WORDS else None
    return _words(given) if name in _BY_WORDS and not by_shell else None


def starts_of(process: Process, mounts: Mounts) -> Iterator[tuple[Start, Token]]:
    """What the code of a process of Python starts, with the code."""
    code = _code(process, mounts)
    if code is None or code.unread is not None or len(code.text) > _LENGTH_MAX:
        return
    if not _MENTION.search(code.text) or not mounts.work.spend(len(code.text) // _CHARACTERS):
        return  # without work left nothing of the Pod is taken for whole
    for start in _starts(code.text):
        yield start, code


@lru_cache(maxsize=16)
def _starts(text: str) -> tuple[Start, ...]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            nodes = list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    found = (start_of(node) for node in nodes if isinstance(node, ast.Call))
    return tuple(each for each in found if each)[:_MANY]


def _code(process: Process, mounts: Mounts) -> Token | None:
    """The text behind -c, or that of the file, where it is at hand."""
    words = process.argv[1:]
    for index, word in enumerate(words):
        if word.text == "-c":
            return words[index + 1] if index + 1 < len(words) else None
        if not word.text.startswith("-"):
            return _file(word, process, mounts)
    return None


def _file(word: Token, process: Process, mounts: Mounts) -> Token | None:
    if word.unread is not None:
        return None
    written = Files(process.files).text(word.text, process.folder)
    if written is not None:
        return Token(written.text, word.place, Where.SHELL, word.via, written.unread)
    text, step = mounts.text(word.text, process.folder)
    if isinstance(text, Code):
        return None
    return Token(text, word.place, word.where, (*word.via, step))


def _executed(name: str, given: list[ast.expr]) -> Start | None:
    """`os.execvp(program, words)` and `os.execlp(program, word, …)`."""
    if name in ("execv", "execvp") and len(given) == 2:
        return _words(given[1])
    if name in ("execl", "execlp") and len(given) > 1:
        return _words(ast.List(given[1:]))
    return None


def _words(node: ast.expr) -> tuple[str, ...] | None:
    if not isinstance(node, ast.List | ast.Tuple):
        return None
    found = [text for item in node.elts if (text := _word(item)) is not None]
    return tuple(found) if found and len(found) == len(node.elts) else None


def _word(node: ast.expr) -> str | None:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Attribute(value=ast.Name(id="sys"), attr="executable"):
            return "python3"
    return None


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
