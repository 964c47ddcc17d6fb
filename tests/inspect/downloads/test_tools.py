"""Clients of registries and stores: what they fetch, and where they leave it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inspect.servers.reading import SECRET, codes, env, facts_of, rows

DIGEST = "sha256:" + "ab" * 32
MOUNTS = [{"name": "v", "mountPath": "/m"}]


def loose(name: str) -> list[Any]:
    return [("model", name, None, "unpinnable")]


def of_registry(name: str, digest: str | None = None) -> list[Any]:
    return [("model", name, digest, "pinned" if digest else "unpinned")]


@pytest.mark.parametrize(
    ("line", "found", "inside"),
    [
        pytest.param(
            "oras pull r.io/models/a:1 -o /m", of_registry("r.io/models/a:1"), ["."], id="oras"
        ),
        pytest.param(
            f"oras pull --insecure r.io/models/a@{DIGEST} --output=/m/a",
            of_registry("r.io/models/a", DIGEST),
            ["a"],
            id="a digest",
        ),
        pytest.param(
            "oras pull r.io/models/a:1", of_registry("r.io/models/a:1"), [None], id="here"
        ),
        pytest.param("oras pull r.io/conf:1 -o /m", [], ["."], id="no model by its name"),
        pytest.param(
            "crane export r.io/llama:1 /m/a.tar", of_registry("r.io/llama:1"), ["a.tar"], id="crane"
        ),
        pytest.param(
            "crane export r.io/llama:1 -", of_registry("r.io/llama:1"), [], id="its output"
        ),
        pytest.param(
            "skopeo copy docker://r.io/llama:1 dir:/m/a",
            of_registry("r.io/llama:1"),
            ["a"],
            id="skopeo",
        ),
        pytest.param("skopeo copy dir:/llama docker://r.io/llama", [], [None], id="an upload"),
        pytest.param(
            "kit unpack j.io/o/llama3:8b -d /m", of_registry("j.io/o/llama3:8b"), ["."], id="KitOps"
        ),
        pytest.param(
            "az storage blob download-batch -d /m -s models --account-name a --pattern 'l/*'",
            loose("models"),
            ["."],
            id="Azure's client",
        ),
        pytest.param(
            "az storage blob download --container-name c --name x.gguf --file /m/x.gguf",
            loose("c/x.gguf"),
            ["x.gguf"],
            id="one blob",
        ),
        pytest.param(
            "aws s3api get-object --bucket b --key llama/x.safetensors /m/x",
            loose("s3://b/llama/x.safetensors"),
            ["x"],
            id="one object of S3",
        ),
        pytest.param("gdown --id 1a -O /m/x.gguf", loose("1a"), ["x.gguf"], id="Google Drive"),
        pytest.param("python -m gdown 1a -O /m/llama", loose("1a"), ["llama"], id="as a module"),
        pytest.param(
            "gdown https://drive.google.com/uc?id=1a -O /m/llama",
            loose("https://drive.google.com/uc"),
            ["llama"],
            id="by an address",
        ),
        pytest.param(
            "mlflow artifacts download -u models:/llama/1 -d /m",
            loose("models:/llama/1"),
            ["."],
            id="u",
        ),
        pytest.param(
            "mlflow artifacts download -r 12 -a model -d /m", loose("12/model"), ["."], id="MLflow"
        ),
        pytest.param(
            "mlflow models serve -m models:/a/1", loose("models:/a/1"), [None], id="serve"
        ),
        pytest.param(
            "wandb artifact get e/p/model:v1 --root /m", loose("e/p/model:v1"), ["."], id="W&B"
        ),
        pytest.param(
            "dvc get https://h/o/r models/llama -o /m/x", loose("https://h/o/r"), ["x"], id="DVC"
        ),
        pytest.param(
            "oras pull --odd r.io/llama:1 -o /m", of_registry("r.io/llama:1"), [None], id="odd"
        ),
        pytest.param("oras pull r.io/llama:1 --help", [], [], id="help"),
        pytest.param("oras pull -o", [], [], id="no word"),
        pytest.param("oras login r.io", [], [], id="another verb"),
    ],
)
def test_what_is_fetched(line: str, found: list[Any], inside: list[str | None]) -> None:
    facts = facts_of({"command": ["sh", "-c", line], "volumeMounts": MOUNTS})
    assert (rows(facts), codes(facts)) == (found, [])
    assert [write.inside for write in facts.writes] == inside


def test_how_a_registry_is_pinned() -> None:
    (row,) = facts_of({"command": ["oras", "pull", "r.io/llama:1"]}).artefacts
    assert row.pin is not None
    assert row.pin.to(DIGEST) == f"r.io/llama:1@{DIGEST}"


def test_what_is_no_model_by_its_name_may_be_one() -> None:
    facts = facts_of({"command": ["oras", "pull", "r.io/conf:1", "-o", "/m"]})
    assert [row.id for row in facts.possible] == ["r.io/conf:1"]


@pytest.mark.parametrize(
    ("args", "found"),
    [
        pytest.param(["pull", "r.io/llama:1"], of_registry("r.io/llama:1"), id="its verb"),
        pytest.param(["login", "r.io"], [], id="another"),
        pytest.param([], [], id="nothing"),
    ],
)
def test_the_image_of_a_client(args: list[str], found: list[Any]) -> None:
    assert rows(facts_of({"image": "ghcr.io/oras-project/oras:v1.2.0", "args": args})) == found


@pytest.mark.parametrize(
    ("line", "found"),
    [
        pytest.param(["oras", "pull", "r.io/$(X)"], [("model", None, None, "opaque")], id="a name"),
        pytest.param(
            ["gdown", "$(X)", "-O", "/m/llama"], [("model", None, None, "opaque")], id="all"
        ),
        pytest.param(
            ["aws", "s3api", "get-object", "--bucket", "$(X)", "--key", "llama", "/m"],
            [("model", None, None, "opaque")],
            id="a piece",
        ),
    ],
)
def test_what_is_not_known(line: list[str], found: list[Any]) -> None:
    facts = facts_of({"command": line, "env": env(X=SECRET)})
    assert (rows(facts), codes(facts)) == (found, ["secret"])


def test_words_that_are_not_known() -> None:
    facts = facts_of({"command": ["sh", "-c", "oras pull $X"], "env": env(X=SECRET)})
    assert "secret" in codes(facts)


@given(
    st.lists(
        st.sampled_from(
            ["oras", "az", "storage", "blob", "download", "pull", "-o", "-c", "--name=x", "llama",
             "--help", "-", "gdown", "--id", "aws", "s3api", "get-object", "--odd", "dir:/m", ""]
        ),
        min_size=1,
        max_size=8,
    )
)  # fmt: skip
def test_any_words_are_read(words: list[str]) -> None:
    facts = facts_of({"command": words, "volumeMounts": MOUNTS})
    assert {row.state for row in facts.artefacts} <= {"unpinned", "unpinnable"}
