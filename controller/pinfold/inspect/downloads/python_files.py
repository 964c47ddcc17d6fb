"""`python FILE` with the file at hand: in a ConfigMap, or written by the script that runs it."""

from pinfold.inspect.commands.files import Files
from pinfold.inspect.commands.model import HOLE, Process, Token
from pinfold.inspect.commands.mounts import Mounts
from pinfold.inspect.downloads import python_code
from pinfold.inspect.servers.recognise import Found, find, started
from pinfold.inspect.workload import Code, Where


def found_in(process: Process, mounts: Mounts) -> Found | None:
    """The server or the download that a process is, a file of Python included."""
    command = started(process.argv)
    found = find(command)
    if found is not None or command.kind != "script":
        return found
    code = _code(command.token, process, mounts)
    if code is None or not python_code.mentions(code.text):
        return None
    return Found(python_code.SERVER, python_code.CODE, (code, *command.words))


def code_of(process: Process, mounts: Mounts) -> Token | None:
    """The code that a process of Python runs, where it is at hand."""
    if not process.argv:
        return None
    command = started(process.argv)
    if command.kind == "code":
        return command.token
    return _code(command.token, process, mounts) if command.kind == "script" else None


def _code(file: Token, process: Process, mounts: Mounts) -> Token | None:
    written = Files(process.files).text(file.text, process.folder)
    if written is not None:
        via = (*file.via, file.text)
        return Token(written.text, file.place, Where.SHELL, via, written.unread)
    if HOLE in file.text:
        return None
    text, step = mounts.text(file.text, process.folder)
    if isinstance(text, Code):
        return None
    return Token(text, file.place, file.where, (*file.via, step))
