"""Calls of Python that mostly fetch something else: only what is named as models are counts."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinfold.inspect.workload import ContainerFacts
from tests.inspect.servers.reading import S1, codes, facts_of, rows

FILE = f"https://huggingface.co/org/m/resolve/{S1}/m.gguf"
PINNED = ("model", "org/m/m.gguf", S1, "pinned")
MOUNTS = [{"name": "v", "mountPath": "/m"}]
OBJECT = ("model", "s3://models/llama/x", None, "unpinnable")


def run(code: str) -> ContainerFacts:
    return facts_of({"command": ["python3", "-c", code], "volumeMounts": MOUNTS})


@pytest.mark.parametrize(
    ("code", "found", "inside"),
    [
        pytest.param(
            f"import urllib.request\nurllib.request.urlretrieve('{FILE}', '/m/x')",
            [PINNED],
            ["x"],
            id="to a file",
        ),
        pytest.param(
            "from urllib.request import urlretrieve as get  # urlretrieve()\n"
            f"get('{FILE}', filename='/m/x')",
            [PINNED],
            ["x"],
            id="by another name",
        ),
        pytest.param(f"import requests\nrequests.get('{FILE}')", [PINNED], [], id="requests"),
        pytest.param(f"import httpx as h\nh.get('{FILE}') # httpx.get(", [PINNED], [], id="httpx"),
        pytest.param(
            f"import urllib.request as u\nu.urlopen('{FILE}').read()", [PINNED], [None], id="read"
        ),
        pytest.param(
            "import wget\nwget.download('https://h/x.safetensors', '/m')",
            [("model", "https://h/x.safetensors", None, "unpinnable")],
            ["."],
            id="wget's package",
        ),
        pytest.param(
            "from torch import hub\nhub.load_state_dict_from_url('https://h/x.pth')",
            [("model", "https://h/x.pth", None, "unpinnable")],
            [],
            id="PyTorch's",
        ),
        pytest.param(
            "import boto3\nboto3.client('s3').download_file('models', 'llama/x', '/m/x')",
            [OBJECT],
            ["x"],
            id="an object",
        ),
        pytest.param(
            "import boto3\ns = boto3.client('s3')\n"
            "s.download_file(Bucket='models', Key='llama/x', Filename='/m/x')",
            [OBJECT],
            ["x"],
            id="by keywords",
        ),
        pytest.param(
            "import boto3\nboto3.client('s3').get_object(Bucket='models', Key='llama/x')",
            [OBJECT],
            [None],
            id="read whole",
        ),
        pytest.param(
            "import requests\nrequests.post('http://ollama/api/pull', json={'name': 'llama3'})",
            [("model", "llama3", None, "unpinnable")],
            [],
            id="a pull of Ollama's",
        ),
        pytest.param(
            "import requests\nsnapshot_download('org/n')\nrequests.get(x)\nrequests.get('http://h')",
            [("model", "org/n", None, "unpinned")],
            [],
            id="beside a download",
        ),
    ],
)
def test_what_is_fetched(code: str, found: list[Any], inside: list[str | None]) -> None:
    facts = run(code)
    assert (rows(facts), codes(facts)) == (found, [])
    assert [write.inside for write in facts.writes] == inside


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("import requests\nrequests.get('http://localhost/health')", id="a probe"),
        pytest.param("import os\nopen(os.environ.get('X', 'a.bin'))", id="another get"),
        pytest.param(
            "import boto3\nboto3.client('s3').download_file('a', 'b', '/c')", id="no model"
        ),
        pytest.param("import urllib.request as u\nu.urlopen('http://localhost:1/x')", id="opened"),
    ],
)
def test_what_is_none_of_ours(code: str) -> None:
    facts = run(code)
    assert (rows(facts), codes(facts)) == ([], [])


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("import urllib.request as u\nu.urlretrieve(x, '/m/x.gguf')", id="an address"),
        pytest.param("import requests\nrequests.get(f'https://h/{x}.gguf')", id="a piece of it"),
        pytest.param("import boto3\nb.download_file('models', k, '/m')", id="a key"),
        pytest.param(
            f"snapshot_download('org/n', revision='{S1}')\nimport urllib.request as u\n"
            "u.urlretrieve(x, '/m/x')",
            id="beside a commit",
        ),
        pytest.param("import requests\nrequests.post(x, json={'name': 'a.gguf'})", id="a post"),
        pytest.param("import requests\nrequests.post('http://o/api/pull', json=x)", id="a pull"),
    ],
)
def test_what_is_not_known(code: str) -> None:
    facts = run(code)
    assert {row[3] for row in rows(facts)} <= {"opaque"}
    assert codes(facts) == ["unknown-server"]


def test_what_is_no_model_by_its_name_may_be_written_anywhere() -> None:
    code = (
        f"import boto3\nsnapshot_download('org/m', revision='{S1}', local_dir='/m/a')\n"
        "boto3.client('s3').download_file('a', 'b', x)"
    )
    states = {write.inside: write.state for write in run(code).writes}
    assert states == {"a": "pinned", None: "unknown"}


_CALLS = st.sampled_from(
    ["urlretrieve", "requests.get", "requests.post", "b.download_file", "u.urlopen", "b.get_object"]
)
_WORDS = st.sampled_from(
    ["x", "'https://h/x.gguf'", "'a'", "json={'name': 'a'}", "Key='x'", "'http://o/api/pull'", "*x"]
)


@given(_CALLS, st.lists(_WORDS, max_size=3, unique=True))
def test_any_call(name: str, words: list[str]) -> None:
    words.sort(key=lambda word: "=" in word)
    facts = run(f"import requests, boto3\n{name}({', '.join(words)})  # llama.gguf")
    assert {row.state for row in facts.artefacts} <= {"opaque", "unpinnable"}
