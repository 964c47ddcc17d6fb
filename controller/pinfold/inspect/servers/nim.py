"""NVIDIA NIM: the model that NIM_MODEL_NAME names; without it the image says what it loads.

Its images are told by their path: a NIM of a model is called as the model is.
"""

from collections.abc import Sequence

from pinfold.inspect.commands.model import HOLE
from pinfold.inspect.dialects.argparse_plain import Plain
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.downloads.address import of_uri
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.hub import Reference
from pinfold.inspect.servers.model import Entrypoint, Program, Server, Slot, Variable
from pinfold.inspect.workload import Code, Kind

_NAME = "NIM_MODEL_NAME"
IMAGES = (("nvcr.io/nim/*", "nim"), ("*/nim/*/*", "nim"))  # NVIDIA's registry, and mirrors of it


def address(_case: Case, item: Item) -> Sequence[Item]:
    """`hf://org/model`, `ngc://…` or a path; that a revision is honoured is not known."""
    if HOLE in item.text:
        return (item,)
    found = of_uri(item.token)
    assert found.reference is not None
    reference = Reference(found.reference.origin, pinnable=False)
    return (Item(found.text, item.token, reference=reference),)


def quirk(case: Case) -> None:
    """Without a name the model is that of the image."""
    words = case.parsed.positionals
    if words and words[0].text == "list-model-profiles":
        case.artefacts.clear()  # it only prints
    elif not case.artefacts:
        detail = "the image says itself what it loads"
        case.report(Code.SCRIPT_IN_IMAGE, detail, f"{case.container.place}.image")


START = Program("NIM", Plain(known_only=True))
DOWNLOAD = Program("download-to-cache", Plain(known_only=True), names=("download-to-cache",))
SERVER = Server(
    name="nim",
    commands=(START, DOWNLOAD),
    image_names=(),
    entrypoints=(Entrypoint(START),),
    tables=(Table("nim", "1.0", ()),),
    slots=(Slot(Kind.MODEL, named_by=(Variable(_NAME),), each=address),),
    model_variables=(_NAME,),
    paths_first=False,
    quirk=quirk,
)
