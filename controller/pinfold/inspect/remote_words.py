"""The words of a command of a script, as they are written, and what they do with their input."""

import re

from tree_sitter import Node

from pinfold.inspect.commands.tree import decode

SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh", "ksh"})
INTERPRETER = re.compile(r"python[0-9.]*|perl|ruby|node|php")
_AROUND = frozenset(
    {"sudo", "env", "exec", "command", "nohup", "time", "stdbuf", "doas", "busybox", "toybox"}
)
_INPUT = ("-", "/dev/stdin", "/proc/self/fd/0")
_SHOWN = 400
_BUCKETS = frozenset({"aws", "gsutil", "gcloud", "rclone", "s5cmd", "mc"})


def start_of(node: Node) -> str:
    """The beginning of a node's text: a script may be nested, and all of it is long."""
    return decode((node.text or b"")[:_SHOWN])


def parts_of(command: Node) -> list[Node]:
    """The nodes of its words."""
    return [c for c in command.named_children if not c.type.endswith(("redirect", "assignment"))]


def words_of(command: Node) -> list[str]:
    """The words as they are written, without quotes; the program by its bare name."""
    words = [start_of(part).strip("'\"") for part in parts_of(command)]
    while words and words[0] in _AROUND:
        words.pop(0)
        while words and (words[0].startswith("-") or "=" in words[0]):
            words.pop(0)
    return [words[0].rpartition("/")[2], *words[1:]] if words else []


def is_cat(words: list[str]) -> bool:
    """`aws s3 cp s3://… -`, `gsutil cat`."""
    return words[:1] != [] and words[0] in _BUCKETS and ("cat" in words or words[-1] == "-")


def runs_input(words: list[str]) -> bool:
    """An interpreter that is given neither a text nor a file; xargs that starts one."""
    if not words:
        return False
    if words[0] in ("xargs", "parallel"):
        return any(word in SHELLS or INTERPRETER.fullmatch(word) for word in words[1:])
    if words[0] in (".", "source"):
        return words[1:2] != [] and words[1] in _INPUT
    if not (words[0] in SHELLS or INTERPRETER.fullmatch(words[0])):
        return False
    rest = words[1:]
    while rest and rest[0].startswith("-") and rest[0] != "-":
        option = rest.pop(0)
        short = "" if option.startswith("--") else option
        if "s" in short and words[0] in SHELLS:
            return True
        if any(letter in short for letter in "cme") and not (
            words[0] in SHELLS and "c" not in short
        ):
            return False
        if short.endswith("o") and rest:
            rest.pop(0)
    return not rest or rest[0] in _INPUT
