"""NVIDIA Triton: the folders or buckets of models that `tritonserver` is given.

What the models in them load besides stands in their own files: those of a ConfigMap are read.
tensorrtllm_backend's launch_triton_server.py starts it with the repository that it is given.
"""

from pinfold.inspect.dialects.argparse_plain import Plain
from pinfold.inspect.dialects.parsed import Option, Refuses
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.hub import Reference
from pinfold.inspect.servers.model import Program, Server
from pinfold.inspect.servers.rows import add
from pinfold.inspect.servers.triton_models import read_models
from pinfold.inspect.workload import Kind, Origin

_REPOSITORY = "--model-repository"
_NAMES = (_REPOSITORY, "--model-store", "--model_repo")
_ORIGINS = {"s3": Origin.S3, "gs": Origin.GCS, "as": Origin.AZURE}


def quirk(case: Case) -> None:
    """Each repository, by its path or its address."""
    given = case.parsed.options.get(_REPOSITORY, [])
    if not given:
        raise Refuses(f"{_REPOSITORY} is not given", f"{case.container.place}.image")
    for word in (one.values[0] for one in given):
        scheme, separator, _ = word.text.partition("://")
        origin = _ORIGINS.get(scheme, Origin.UNKNOWN) if separator else Origin.LOCAL
        reference = Reference(origin, pinnable=False)
        add(case, Kind.MODEL, Item(word.text, word, word.unread, reference=reference))
        if origin is Origin.LOCAL and word.unread is None:
            read_models(case, word)


SERVE = Program("tritonserver", Plain(known_only=True), names=("tritonserver",))
LAUNCH = Program(
    "launch_triton_server.py", Plain(known_only=True), names=("launch_triton_server.py",)
)
SERVER = Server(
    name="triton",
    commands=(SERVE, LAUNCH),
    image_names=(),
    entrypoints=(),
    tables=(Table("triton", "2.0", (Option(_NAMES, "1", append=True),)),),
    slots=(),
    folder="/opt/tritonserver",
    paths_first=False,
    quirk=quirk,
)
