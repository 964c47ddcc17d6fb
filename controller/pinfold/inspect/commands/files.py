"""The files that a script writes, as far as it is known what is in them."""

import posixpath
import re
from collections.abc import Mapping

from pinfold.inspect.commands.model import HOLE, Token, Unread, Value, Word
from pinfold.inspect.workload import Code

# Programs that change no file, or none that a script would run later.
_READERS = frozenset(
    {
        ":", "[", "apk", "apt", "apt-get", "cat", "chgrp", "chmod", "chown", "date", "dnf", "du",
        "echo", "exit", "grep", "head", "hostname", "id", "ls", "mkdir", "nvidia-smi", "pip",
        "pip3", "printf", "ps", "sleep", "stat", "tail", "test", "true", "wait", "wc", "which",
        "yum",
    }
)  # fmt: skip
_SHELLS = frozenset({"ash", "bash", "busybox", "dash", "sh"})  # what they run may change any file
_DEVICES = re.compile(r"/dev/(?:null|stdout|stderr|tty|fd/.*)|/proc/.*/fd/[12]")
LINKED = "ln"  # a step: what is written there is written elsewhere
PROGRAMS = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
Texts = Mapping[str, Token]


def slashed(path: str) -> str:
    """A path in its shortest form; two slashes at its beginning are one, as Linux has it."""
    path = posixpath.normpath(path)
    return path[1:] if path.startswith("//") else path


def path_of(word: str, folder: str | None) -> str | None:
    """A path that two ways of writing it share; None where the folder is not known."""
    if HOLE in word:
        return None
    if word.startswith("/"):
        return slashed(word)
    if folder is not None and HOLE in folder:
        return None
    return slashed(posixpath.join(folder or ".", word))


def is_device(path: str | None) -> bool:
    """Whether what is written there is no file's text."""
    return path is not None and _DEVICES.fullmatch(path) is not None


class Files:
    """What is known of files; never changed, so that states can share it."""

    def __init__(self, texts: Texts | None = None) -> None:
        self.texts: Texts = texts or {}

    def text(self, word: str, folder: str | None) -> Token | None:
        """The text of a file that the script wrote."""
        path = path_of(word, folder)
        return self.texts.get(path) if path is not None else None

    def named(self, name: str) -> bool:
        """Whether the script wrote a file of this name, wherever."""
        return any(posixpath.basename(path) == name for path in self.texts)

    def having(self, path: str | None, value: Value | None, place: str) -> "Files":
        """With a file of this text; None where it is not known."""
        if path is None:
            return self.without(list(self.texts))
        old = self.texts.get(path)
        via = (LINKED,) if old is not None and LINKED in old.via else ()
        if value is None or via:
            detail = f"{path[:60]} is written by the script, with what is not known"
            value = Value(HOLE, place, via=via, unread=Unread(Code.SHELL_SYNTAX, detail))
        token = Token(value.text, place, value.where, value.via, value.unread)
        return Files({**self.texts, path: token})

    def without(self, paths: list[str]) -> "Files":
        """Nothing is known of these any more."""
        files = self
        for path in paths:
            files = files.having(path, None, self.texts[path].place)
        return files

    def joined(self, other: "Files") -> "Files":
        """What both know; a file that only one of them has is not known."""
        texts = {**other.texts, **self.texts}
        odd = [path for path in texts if self.texts.get(path) != other.texts.get(path)]
        return Files(texts).without(odd)

    def after(self, words: list[Word], folder: str | None) -> "Files":
        """A program has run: it may have changed a file that its words name, or one near it."""
        program = words[0].text.rpartition("/")[2]
        if not self.texts or program in _READERS:
            return self
        if program in _SHELLS or self.text(words[0].text, folder) is not None:
            return self.without(list(self.texts))
        texts = [word.text for word in words[1:]]
        return self.without([path for path in self.texts if _may_change(path, texts, folder)])


def _may_change(path: str, words: list[str], folder: str | None) -> bool:
    name = posixpath.basename(path)
    around = posixpath.dirname(path)
    if HOLE in (folder or "") or around in ("", folder):
        return True
    for word in words:
        last = word.rpartition("=")[2].rstrip("/") or "/"
        if name in word or HOLE in word or last == around or (around + "/").startswith(last + "/"):
            return True
    return False
