"""Sources of models, as policies write them."""

import pytest

from pinfold.inspect.workload import Origin
from pinfold.policy.patterns import InvalidPattern
from pinfold.policy.sources import Approved, parse_sources, source_of, taken_for
from tests.policy.facts import model


@pytest.mark.parametrize(
    ("entry", "source", "covered"),
    [
        pytest.param("acme/*", "acme/m", True, id="an organisation with a star"),
        pytest.param("acme", "acme/m", True, id="without one"),
        pytest.param("acme", "acme-evil/m", False, id="a neighbour"),
        pytest.param("acme/m", "acme/m", True, id="a repository"),
        pytest.param("acme/m", "acme/m2", False, id="another one"),
        pytest.param("acme/llama-*", "acme/llama-8b", True, id="a family"),
        pytest.param("acme", "Acme/m", False, id="another case is another name"),
        pytest.param("*", "anyone/m", True, id="any repository"),
        pytest.param("s3://b", "s3://b/m", True, id="a bucket"),
        pytest.param("s3://b/m/", "s3://b/m/x", True, id="a folder of it"),
        pytest.param("s3://b/m", "s3://b/m2", False, id="a folder beside it"),
        pytest.param("s3://b", "s3://b2/m", False, id="another bucket"),
        pytest.param("s3://b", "b/m", False, id="a bucket is no organisation"),
        pytest.param("s3://b/m", "s3://b/m/../../c", False, id="upwards"),
        pytest.param("https://h/m", "https://h/m/%2E%2e/x", False, id="upwards, written otherwise"),
        pytest.param("https://h/m", "https://h/m/..\\x", False, id="the other slash"),
        pytest.param("https://h/*", "https://h@evil/m", False, id="a name before the host"),
        pytest.param("https://h", "https://h:1/m", False, id="another port"),
        pytest.param("pvc://*", "pvc://claim/m", True, id="any claim"),
    ],
)
def test_what_an_entry_covers(entry: str, source: str, covered: bool) -> None:
    assert Approved.parse(entry).covers(source) is covered


@pytest.mark.parametrize(
    "text", ["", "s3://", "s3://*/m", "https://a@b/m", "S3://b", "acme/m:main", "acme m", "/models"]
)
def test_what_is_no_source(text: str) -> None:
    with pytest.raises(InvalidPattern, match="is no source of models"):
        Approved.parse(text)


@pytest.mark.parametrize(
    ("origin", "identifier", "source"),
    [
        (Origin.HUB, "org/m", "org/m"),
        (Origin.HUB, "org/m:Q4_K_M", "org/m"),
        (Origin.HUB, "org/m/f.gguf", "org/m"),
        (Origin.HUB, "gpt2", "gpt2"),
        (Origin.MODELSCOPE, "org/m", "modelscope://org/m"),
        (Origin.S3, "S3://b/m", "s3://b/m"),
        (Origin.PVC, "pvc://claim/m", "pvc://claim/m"),
        (Origin.OCI, "registry.example.com/m:1", "oci://registry.example.com/m"),
        (Origin.OCI, "registry:5000/m", "oci://registry:5000/m"),
        (Origin.OLLAMA, "llama3.1:8b", "ollama://llama3.1"),
        (Origin.UNKNOWN, "hdfs://x/m", "hdfs://x/m"),
        (Origin.LOCAL, "/models/m", None),
        (Origin.CONFIGMAP, "c", None),
        (Origin.HUB, None, None),
    ],
)
def test_where_an_artefact_comes_from(
    origin: Origin, identifier: str | None, source: str | None
) -> None:
    assert source_of(model(identifier, origin=origin)) == source


@pytest.mark.parametrize(
    ("source", "other"),
    [
        pytest.param("meta-Ilama/m", "meta-llama/m", id="an organisation"),
        pytest.param("acme/mode1", "acme/model", id="a repository"),
        pytest.param("s3://acme-mode1s/m", "s3://acme-models/m", id="a bucket"),
        pytest.param("acme/other", None, id="another repository"),
        pytest.param("gs://acme-models/m", None, id="a bucket of another kind"),
        pytest.param("acme-models/m", None, id="an organisation is no bucket"),
    ],
)
def test_what_a_source_can_be_taken_for(source: str, other: str | None) -> None:
    approved = parse_sources(("meta-llama/*", "acme/model", "s3://acme-models"))
    assert taken_for(source, approved) == other
