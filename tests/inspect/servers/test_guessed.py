"""What stands beside words that are not known is listed, and is never sure."""

from typing import Any

import pytest

from tests.inspect.servers.reading import OTHER, S1, SECRET, VLLM, codes, env, facts_of, rows

UNSURE = ("model", "org/m", None, "opaque")


def script(text: str, image: str = OTHER) -> Any:
    return facts_of({"image": image, "command": ["sh", "-c", text], "env": env(S=SECRET)})


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("huggingface-cli download org/m --local-dir /d --token $S", id="a token"),
        pytest.param(f"vllm serve org/m --revision {S1} $S", id="arguments at the end"),
        pytest.param(f"vllm serve $S org/m --revision {S1}", id="in front of the model"),
        pytest.param(f"vllm serve org/m --port $S --revision {S1} $S", id="a value, and others"),
        pytest.param(f"vllm serve org/m --x$S --revision {S1}", id="the name of an option"),
        pytest.param("vllm serve org/m --config /c.yaml", id="a file of the image"),
        pytest.param("vllm serve org/m --config $S", id="a file without a name"),
        pytest.param('vllm serve org/m --config "/c/$S.yaml"', id="or with half of one"),
        pytest.param("lmdeploy serve api_server org/m $S", id="LMDeploy"),
        pytest.param("text-generation-launcher --model-id org/m $S", id="TGI"),
        pytest.param("text-embeddings-router --model-id org/m --port $S", id="TEI"),
        pytest.param("llama-server -hf org/m $S", id="llama.cpp"),
        pytest.param("python3 -m sglang.launch_server --model-path org/m $S", id="SGLang"),
    ],
)
def test_what_a_person_reads(text: str) -> None:
    facts = script(text)
    assert set(rows(facts)) == {UNSURE}
    assert set(codes(facts)) <= {"secret", "shell-syntax", "script-in-image"}
    assert codes(facts) != []
    assert {row.pin for row in facts.artefacts} == {None}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("vllm serve $S", id="the model itself"),
        pytest.param("vllm serve --config /c.yaml", id="the model of a file"),
        pytest.param("vllm serve a/a b/b $S", id="what would be refused anyhow"),
        pytest.param("vllm serve org/m " + "--port 1 " * 200 + "$S", id="too many words"),
    ],
)
def test_where_nothing_is_guessed(text: str) -> None:
    facts = script(text)
    assert all(row[1] != "org/m" for row in rows(facts))
    assert not {row[3] for row in rows(facts)} & {"pinned", "unpinned"}
    assert codes(facts) != []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(
            ("--default-mm-loras", '{"audio":"$(S)"}'), ("model", "org/m", S1, "pinned"), id="slot"
        ),
        pytest.param(("-sc", '{"model":"$(S)"}'), UNSURE, id="what no slot says"),
    ],
)
def test_a_value_that_is_not_known_hides_no_other(words: tuple[str, ...], found: Any) -> None:
    facts = facts_of(
        {"image": VLLM, "args": ["org/m", "--revision", S1, *words], "env": env(S=SECRET)}
    )
    assert (rows(facts), codes(facts)) == ([found], ["secret"])


def test_what_a_download_leaves_is_not_known() -> None:
    facts = facts_of(
        {"command": ["sh", "-c", "hf download org/m --local-dir /d --token $S"],
         "env": env(S=SECRET), "volumeMounts": [{"name": "v", "mountPath": "/d"}]},
        volumes=[{"name": "v", "emptyDir": {}}],
    )  # fmt: skip
    assert [(write.volume, write.state) for write in facts.writes] == [("v", "unknown")]


@pytest.mark.parametrize("count", [7, 8, 9])
def test_guesses_are_work_as_well(count: int) -> None:
    facts = script(f"vllm serve org/m --revision {S1} {'--port 1 ' * 70} $S\n" * count)
    assert set(codes(facts)) <= {"secret", "too-large"}
    assert {row[3] for row in rows(facts)} <= {"opaque"}
