"""What the downloads of AIBrix and kthena fetch."""

from typing import Any

import pytest

from pinfold.inspect.workload import ContainerFacts
from tests.inspect.servers.reading import S1, S2, SECRET, codes, env, facts_of, rows

MOUNTS = [{"name": "v", "mountPath": "/models"}]
REVISION = env(HF_REVISION=S1)


def aibrix(*words: str, **container: Any) -> ContainerFacts:
    return facts_of({
        "image": "aibrix/runtime:v0.4.1",
        "command": ["aibrix_download", *words],
        "volumeMounts": MOUNTS,
        **container,
    })  # fmt: skip


def kthena(*words: str, **container: Any) -> ContainerFacts:
    image = "ghcr.io/volcano-sh/downloader:latest"
    return facts_of({"image": image, "args": list(words), "volumeMounts": MOUNTS, **container})


@pytest.mark.parametrize(
    ("uri", "origin", "found"),
    [
        ("org/m", "hub", ("org/m", None, "unpinned")),
        ("tos://b/models/m/", "tos", ("tos://b/models/m/", None, "unpinnable")),
        ("s3://b/m", "s3", ("s3://b/m", None, "unpinnable")),
    ],
)
def test_what_aibrix_fetches(uri: str, origin: str, found: tuple[Any, ...]) -> None:
    facts = aibrix("--model-uri", uri, "--local-dir", "/models/")
    assert (rows(facts), codes(facts)) == ([("model", *found)], [])
    assert [(row.act, str(row.origin)) for row in facts.artefacts] == [("fetch", origin)]


@pytest.mark.parametrize(
    ("source", "origin", "found"),
    [
        ("org/m", "hub", ("org/m", None, "unpinned")),
        ("hf://org/m", "hub", ("org/m", None, "unpinned")),
        ("ms://org/m", "modelscope", ("org/m", None, "unpinnable")),
        ("s3://b/m", "s3", ("s3://b/m", None, "unpinnable")),
        ("obs://b/m", "unknown", ("obs://b/m", None, "unpinnable")),
        ("pvc://models/m", "pvc", ("pvc://models/m", None, "unpinnable")),
    ],
)
def test_what_kthena_fetches(source: str, origin: str, found: tuple[Any, ...]) -> None:
    facts = kthena("--source", source, "--output-dir", "/models/m")
    assert (rows(facts), codes(facts)) == ([("model", *found)], [])
    assert [str(row.origin) for row in facts.artefacts] == [origin]


@pytest.mark.parametrize(
    ("facts", "revision", "state", "pin"),
    [
        pytest.param(aibrix("--model-uri", "org/m"), None, "unpinned", "HF_REVISION", id="none"),
        pytest.param(
            aibrix("--model-uri", "org/m", env=REVISION),
            S1,
            "pinned",
            "HF_REVISION",
            id="the variable",
        ),
        pytest.param(
            aibrix(
                *("--model-uri", "org/m", "--download-extra-config", '{"hf_revision": "main"}'),
                env=REVISION,
            ),
            "main",
            "unpinned",
            "hf_revision",
            id="the JSON comes before the variable",
        ),
        pytest.param(
            kthena("-s", "org/m", "-c", f'{{"hf_revision": "{S2}"}}'),
            S2,
            "pinned",
            "hf_revision",
            id="kthena's JSON",
        ),
        pytest.param(
            kthena("-s", "org/m", "-c", "{}", env=REVISION),
            S1,
            "pinned",
            "HF_REVISION",
            id="kthena's variable",
        ),
    ],
)
def test_what_pins_it(facts: ContainerFacts, revision: str, state: str, pin: str) -> None:
    (row,) = facts.artefacts
    assert row.pin is not None
    assert (row.revision, str(row.state), row.pin.write) == (revision, state, pin)


def test_a_revision_that_cannot_be_read() -> None:
    facts = aibrix("--model-uri", "org/m", env=env(HF_REVISION=SECRET))
    assert (rows(facts), codes(facts)) == ([("model", "org/m", None, "opaque")], ["secret"])


def test_an_address_that_cannot_be_read() -> None:
    facts = aibrix("--model-uri", "$(M)", env=env(M=SECRET))
    assert (rows(facts), codes(facts)) == ([("model", None, None, "opaque")], ["secret"])


@pytest.mark.parametrize(
    ("settings", "endpoint"),
    [
        ("{}", "https://huggingface.co"),
        ('{"hf_endpoint": "https://hub.example/"}', "https://hub.example"),
    ],
)
def test_the_hub_that_answers(settings: str, endpoint: str) -> None:
    (row,) = kthena("--source", "org/m", "--config", settings).artefacts
    assert row.endpoint == endpoint


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param(aibrix("--model-uri", "m"), id="one part"),
        pytest.param(aibrix("--model-uri", "hf://org/m"), id="a scheme that it does not know"),
        pytest.param(aibrix("org/m"), id="an argument"),
        pytest.param(kthena("--output-dir", "/models"), id="nothing to fetch"),
        pytest.param(kthena("--source", "org/m", "--config", "{"), id="no JSON"),
    ],
)
def test_what_is_refused(facts: ContainerFacts) -> None:
    assert (rows(facts), codes(facts)) == ([], ["server-refuses"])


def test_aibrix_has_a_model_of_its_own() -> None:
    facts = aibrix("--local-dir", "/models")
    assert rows(facts) == [("model", "deepseek-ai/deepseek-coder-6.7b-instruct", None, "unpinned")]


def test_the_module_is_the_same() -> None:
    words = ["python3", "-m", "aibrix.downloader", "--model-uri", "org/m"]
    assert rows(facts_of({"command": words})) == [("model", "org/m", None, "unpinned")]


def test_another_downloader_is_not_kthenas() -> None:
    facts = facts_of({"image": "acme/downloader:1", "args": ["--source", "s3://b/m"]})
    assert (rows(facts), codes(facts)) == ([], [])


@pytest.mark.parametrize(
    ("facts", "writes"),
    [
        (aibrix("--model-uri", "org/m", "--local-dir", "/models/a"), [("a", "unpinned")]),
        (aibrix("--model-uri", "tos://b/m", "--local-dir", "/models"), [(".", "unpinnable")]),
        (aibrix("--model-uri", "org/m"), []),
        (
            aibrix("--model-uri", "org/m", env=env(DOWNLOADER_LOCAL_DIR="/models/b")),
            [("b", "unpinned")],
        ),
        (kthena("-s", "org/m", "-o", "/models/c"), [("c", "unpinned")]),
    ],
)
def test_where_it_is_left(facts: ContainerFacts, writes: list[Any]) -> None:
    assert [(w.inside, w.state) for w in facts.writes] == writes
