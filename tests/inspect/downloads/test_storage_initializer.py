"""What KServe's storage-initializer fetches."""

from typing import Any

import pytest

from pinfold.inspect.workload import ContainerFacts
from tests.inspect.servers.reading import S1, SECRET, codes, env, facts_of, rows

DIGEST = "sha256:" + "0" * 64


def fetch(*words: str, **container: Any) -> ContainerFacts:
    image = "kserve/storage-initializer:v0.17.0"
    return facts_of({"image": image, "args": list(words), **container})


@pytest.mark.parametrize(
    ("address", "origin", "found"),
    [
        pytest.param(f"hf://org/m:{S1}", "hub", ("org/m", S1, "pinned"), id="a commit"),
        pytest.param("hf://org/m", "hub", ("org/m", None, "unpinned"), id="no revision"),
        pytest.param("hf://org/m:main", "hub", ("org/m", "main", "unpinned"), id="a branch"),
        pytest.param("hf://org/m:", "hub", ("org/m", None, "unpinned"), id="an empty revision"),
        pytest.param("hf://org", "unknown", ("org", None, "unpinnable"), id="one part"),
        pytest.param(
            f"modelscope://org/m:{S1}", "modelscope", ("org/m", S1, "unpinned"), id="ModelScope"
        ),
        pytest.param("s3://b/m", "s3", ("s3://b/m", None, "unpinnable"), id="S3"),
        pytest.param("gs://b/m", "gcs", ("gs://b/m", None, "unpinnable"), id="GCS"),
        pytest.param("hdfs://b/m", "unknown", ("hdfs://b/m", None, "unpinnable"), id="HDFS"),
        pytest.param("pvc://w/m", "pvc", ("pvc://w/m", None, "unpinnable"), id="a claim"),
        pytest.param("file:///m", "local", ("/m", None, "local"), id="a file"),
        pytest.param("/m", "local", ("/m", None, "local"), id="a path"),
        pytest.param(f"oci://r/m@{DIGEST}", "oci", ("r/m", DIGEST, "pinned"), id="a digest"),
        pytest.param("oci+modelcar://r/m:1", "oci", ("r/m:1", None, "unpinned"), id="a modelcar"),
        pytest.param("oci://r/m@sha256:1", "oci", ("r/m", "sha256:1", "unpinned"), id="no digest"),
        pytest.param(
            f"https://huggingface.co/org/m/resolve/{S1}/f.bin",
            "hub",
            ("org/m/f.bin", S1, "pinned"),
            id="a file of the hub",
        ),
        pytest.param(
            "https://x.example/m.tar.gz",
            "http",
            ("https://x.example/m.tar.gz", None, "unpinnable"),
            id="an address",
        ),
        pytest.param(
            f"https://huggingface.co/datasets/o/d/resolve/{S1}/f",
            "http",
            (f"https://huggingface.co/datasets/o/d/resolve/{S1}/f", None, "unpinnable"),
            id="a file of a dataset",
        ),
    ],
)
def test_an_address(address: str, origin: str, found: tuple[Any, ...]) -> None:
    facts = fetch(address, "/mnt/models")
    assert (rows(facts), codes(facts)) == ([("model", *found)], [])
    assert facts.artefacts[0].origin == origin


def test_several_pairs() -> None:
    facts = fetch(f"hf://a/a:{S1}", "/mnt/a", "hf://b/b", "/mnt/b")
    assert [row.id for row in facts.artefacts] == ["a/a", "b/b"]


@pytest.mark.parametrize("words", [(), ("hf://org/m",), ("hf://a/a", "/a", "hf://b/b")])
def test_an_address_without_a_folder_is_refused(words: tuple[str, ...]) -> None:
    assert codes(fetch(*words)) == ["server-refuses"]


@pytest.mark.parametrize("address", ["$(S)", "hf://$(S)"])
def test_an_address_that_is_not_known(address: str) -> None:
    facts = fetch(address, "/mnt/models", env=env(S=SECRET))
    assert (rows(facts), codes(facts)) == ([("model", None, None, "opaque")], ["secret"])


def test_words_that_are_not_known() -> None:
    command = ["sh", "-c", "initializer-entrypoint $S"]
    assert codes(fetch(command=command, env=env(S=SECRET))) == ["secret"]


def test_how_it_is_pinned_and_where_it_is_left() -> None:
    mounts = [{"name": "v", "mountPath": "/mnt/models"}]
    facts = fetch("hf://org/m", "/mnt/models", volumeMounts=mounts)
    pin = facts.artefacts[0].pin
    assert pin is not None
    assert pin.to("x") == "hf://org/m:x"
    assert [(w.volume, w.inside, w.state) for w in facts.writes] == [("v", ".", "unpinned")]
