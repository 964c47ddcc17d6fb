"""What TRL, LLaMA-Factory and Axolotl load, from words and from the file that they are given."""

from typing import Any

import pytest

from pinfold.inspect.workload import ContainerFacts
from tests.inspect.servers.reading import S1, SECRET, codes, env, facts_of, hazards, rows

VOLUMES = [{"name": "c", "configMap": {"name": "cfg"}}]
MODEL = ("model", "org/m", None, "unpinned")
PINNED = ("model", "org/m", S1, "pinned")


def run(line: str, text: str = "", **container: Any) -> ContainerFacts:
    """What a line runs; `text` is /cfg/c.yaml."""
    mounts = [{"name": "c", "mountPath": "/cfg"}]
    row = {"command": line.split(), "volumeMounts": mounts, **container}
    return facts_of(row, volumes=VOLUMES, files={"cfg": {"c.yaml": text}})


@pytest.mark.parametrize(
    ("line", "text", "found"),
    [
        pytest.param("trl sft --model_name_or_path org/m", "", [MODEL], id="TRL"),
        pytest.param("trl dpo --model-name-or-path=org/m", "", [MODEL], id="with dashes"),
        pytest.param(
            f"trl sft --model_name_or_path org/m --model_revision {S1}", "", [PINNED], id="pinned"
        ),
        pytest.param(
            f"trl sft --model_name_or_path org/m --model_revision {S1} --model_rev main",
            "",
            [("model", "org/m", "main", "unpinned")],
            id="an abbreviation comes last",
        ),
        pytest.param(
            "python -m trl.scripts.distillation --model_name_or_path org/m"
            " --teacher_model_name_or_path org/t",
            "",
            [MODEL, ("model", "org/t", None, "unpinned")],
            id="a teacher",
        ),
        pytest.param(
            "accelerate launch -m trl.scripts.grpo --reward_model_name_or_path org/r",
            "",
            [("model", "org/r", None, "unpinnable")],
            id="a reward model",
        ),
        pytest.param(
            "trl sft --config /cfg/c.yaml",
            f"model_name_or_path: org/m\nmodel_revision: {S1}",
            [PINNED],
            id="from its file",
        ),
        pytest.param(
            "trl sft --config /cfg/c.yaml --model_revision main",
            f"model_name_or_path: org/m\nmodel_revision: {S1}",
            [("model", "org/m", "main", "unpinned")],
            id="words come first",
        ),
        pytest.param(
            f"trl vllm-serve --model org/m --revision {S1}", "", [PINNED], id="its server"
        ),
        pytest.param("trl env", "", [], id="facts of TRL"),
        pytest.param(
            "llamafactory-cli train --model_name_or_path org/m", "", [MODEL], id="LLaMA-Factory"
        ),
        pytest.param(
            "llamafactory-cli train /cfg/c.yaml model_revision=main learning_rate=1",
            f"model_name_or_path: org/m\nmodel_revision: {S1}",
            [("model", "org/m", "main", "unpinned")],
            id="a key is replaced",
        ),
        pytest.param(
            "lmf api /cfg/c.yaml",
            "{model_name_or_path: org/m, adapter_name_or_path: 'org/a, /b', ref_model: org/r}",
            [
                MODEL,
                ("adapter", "org/a", None, "unpinnable"),
                ("adapter", "/b", None, "local"),
                ("model", "org/r", None, "unpinnable"),
            ],
            id="adapters and a reference",
        ),
        pytest.param("llamafactory-cli train", "", [], id="nothing"),
        pytest.param("axolotl train /cfg/c.yaml", "base_model: org/m", [MODEL], id="Axolotl"),
        pytest.param(
            "accelerate launch -m axolotl.cli.train /cfg/c.yaml",
            f"base_model: org/m\nrevision_of_model: {S1}\nlora_model_dir: [org/a]",
            [PINNED, ("adapter", "org/a", None, "unpinnable")],
            id="as a module, pinned",
        ),
        pytest.param(
            f"axolotl train /cfg/c.yaml --launcher torchrun --revision-of-model {S1}",
            "base_model: org/m\ntokenizer_config: org/t\nstrict: false",
            [PINNED, ("tokenizer", "org/t", S1, "pinned")],
            id="by a word",
        ),
        pytest.param(
            f"axolotl train /cfg/c.yaml --revision-of {S1}",
            "base_model: org/m",
            [MODEL],
            id="exact",
        ),
    ],
)
def test_what_is_loaded(line: str, text: str, found: list[Any]) -> None:
    facts = run(line, text)
    assert (rows(facts), codes(facts)) == (found, [])


def test_another_hub() -> None:
    facts = run(
        f"llamafactory-cli train --model_name_or_path org/m --model_revision {S1}",
        env=env(USE_MODELSCOPE_HUB="1"),
    )
    assert rows(facts) == [("model", "org/m", S1, "unpinned")]


@pytest.mark.parametrize("line", ["trl sft --trust_remote_code", "axolotl train /cfg/c.yaml"])
def test_code_of_a_repository(line: str) -> None:
    assert hazards(run(line, "trust_remote_code: true")) == ["trust-remote-code"]


@pytest.mark.parametrize(
    ("line", "text", "code"),
    [
        pytest.param("axolotl train /image/c.yaml", "", "script-in-image", id="in the image"),
        pytest.param("axolotl train https://x/c.yaml", "", "script-in-image", id="fetched"),
        pytest.param("trl sft --config $(FILE)", "", "secret", id="a name not known"),
        pytest.param(
            "llamafactory-cli train /cfg/c.yaml",
            "model_name_or_path: ${oc.env:MODEL}",
            "unset-variable",
            id="a variable of the file",
        ),
    ],
)
def test_what_cannot_be_told(line: str, text: str, code: str) -> None:
    facts = run(line, text, env=env(FILE=SECRET))
    assert (rows(facts), codes(facts)) == ([], [code])


def test_how_it_is_pinned_in_a_file() -> None:
    (row,) = run("axolotl train /cfg/c.yaml", "base_model: org/m").artefacts
    assert row.pin is not None
    assert row.pin.to("x") == "revision_of_model: x"
