"""Servers of speech recognition: the Whisper model that an option or a variable names.

A name with a slash is a hub's repository; a short one (`small`, `tiny-int8`) is looked up by the
program, each in its own place. None passes a revision on. Read from the projects' own documents:
faster-whisper-server (now speaches), rhasspy's and LinuxServer's Wyoming servers, the ASR web
service of onerahmet/openai-whisper-asr-webservice, and whisper.cpp.
"""

from collections.abc import Sequence

from pinfold.inspect.commands.model import HOLE
from pinfold.inspect.dialects.argparse_plain import Plain
from pinfold.inspect.dialects.parsed import Option
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.hub import Reference, is_path, refer
from pinfold.inspect.servers.model import (
    Entrypoint,
    Flag,
    Module,
    Program,
    Server,
    Slot,
    Source,
    Variable,
)
from pinfold.inspect.workload import Code, Kind, Origin

_READ = Plain(known_only=True)
_MODEL = Option(("--model", "-m"), "1")


def name(_case: Case, item: Item) -> Sequence[Item]:
    """A path, a repository, or a short name that the program looks up."""
    if HOLE in item.text or is_path(item.text):
        return (item,)
    origin = refer(item.text).origin if "/" in item.text else Origin.UNKNOWN
    return (Item(item.text, item.token, reference=Reference(origin, pinnable=False)),)


def quirk(case: Case) -> None:
    """Where nothing names it, clients or the image do."""
    if not case.artefacts:
        detail = "the image, or a client, says what it loads"
        case.report(Code.SCRIPT_IN_IMAGE, detail, f"{case.container.place}.image")


def _server(
    title: str,
    images: tuple[str, ...],
    named_by: tuple[Source, ...],
    *commands: Program | Module,
) -> Server:
    start = Program(title, _READ)
    return Server(
        name=title,
        commands=commands,
        image_names=images,
        entrypoints=(Entrypoint(commands[0] if commands else start),),
        tables=(Table(title, "1.0", (_MODEL,)),),
        slots=(Slot(Kind.MODEL, named_by=named_by, each=name),),
        paths_first=False,
        quirk=quirk,
    )


_FLAG = Flag(_MODEL.name, null=False)
WHISPERS = (
    _server(
        "faster-whisper-server",
        ("faster-whisper-server", "speaches"),
        (Variable("WHISPER__MODEL"),),
    ),
    _server(
        "wyoming-whisper",
        ("faster-whisper", "wyoming-faster-whisper", "wyoming-whisper", "wyoming-whisper-*"),
        (_FLAG, Variable("WHISPER_MODEL")),
        Module("wyoming_faster_whisper", _READ, name="wyoming_faster_whisper"),
    ),
    _server("whisper-asr", ("openai-whisper-asr-webservice",), (Variable("ASR_MODEL"),)),
    _server(
        "whisper.cpp",
        ("whisper.cpp", "whisper-cpp"),
        (_FLAG,),
        Program("whisper-server", _READ, names=("whisper-server",)),
    ),
)
