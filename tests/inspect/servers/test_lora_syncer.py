"""What the sidecar that rolls adapters out has a vLLM server load."""

from typing import Any

import pytest

from pinfold.inspect.workload import ContainerFacts
from tests.inspect.servers.reading import SECRET, codes, env, facts_of, rows

IMAGE = "registry.example.com/gateway-api-inference-extension/lora-syncer:v1"


def sync(text: str | None, **container: Any) -> ContainerFacts:
    row = {
        "image": IMAGE,
        "env": env(DYNAMIC_LORA_ROLLOUT_CONFIG="/config/adapters.yaml"),
        "volumeMounts": [{"name": "config", "mountPath": "/config"}],
        **container,
    }
    volumes = [{"name": "config", "configMap": {"name": "adapters"}}]
    files = {} if text is None else {"adapters": {"adapters.yaml": text, "configmap.yaml": text}}
    return facts_of(row, volumes=volumes, files=files)


TWO = """
vLLMLoRAConfig:
  name: chat
  ensureExist:
    models:
      - {id: sql, source: org/sql-lora}
      - {id: food, source: /adapters/food}
  ensureNotExist:
    models: [{id: old, source: org/old-lora}]
"""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(
            TWO,
            [
                ("adapter", "org/sql-lora", None, "unpinnable"),
                ("adapter", "/adapters/food", None, "local"),
            ],
            id="two adapters, and one that is taken away",
        ),
        pytest.param("vLLMLoRAConfig: {name: chat}", [], id="none"),
        pytest.param("vLLMLoRAConfig: {ensureExist: {models: [1, {id: a}]}}", [], id="no sources"),
        pytest.param("vLLMLoRAConfig: {ensureExist: {models: 3}}", [], id="no list"),
        pytest.param("vLLMLoRAConfig: 3", [], id="no settings"),
    ],
)
def test_the_adapters_of_a_config_map(text: str, found: list[Any]) -> None:
    facts = sync(text)
    assert (rows(facts), codes(facts)) == (found, [])


def test_where_an_adapter_is_named() -> None:
    (row, _local) = sync(TWO).artefacts
    assert (row.place, str(row.where), row.via) == (
        "spec.containers[0].env[0].value", "config", ("ConfigMap adapters",),
    )  # fmt: skip


def test_a_file_of_the_usual_name() -> None:
    facts = sync(TWO, env=None, args=["--port", "8000"])
    assert [row.id for row in facts.artefacts] == ["org/sql-lora", "/adapters/food"]
    assert [row.id for row in sync(TWO, env=None).artefacts] == ["org/sql-lora", "/adapters/food"]


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("--config", "/config/adapters.yaml"), []),
        (("--config=/config/adapters.yaml",), []),
        (("--port", "1", "--config"), ["configmap"]),
        (("--config", "/other.yaml"), ["script-in-image"]),
        (("--config", "$(FILE)"), ["secret"]),
    ],
)
def test_a_file_that_an_option_names(args: tuple[str, ...], code: list[str]) -> None:
    variables = env(FILE=SECRET, DYNAMIC_LORA_ROLLOUT_CONFIG="/config/none.yaml")
    assert codes(sync(TWO, env=variables, args=list(args))) == code


def test_a_config_map_that_is_not_at_hand() -> None:
    facts = sync(None)
    assert (rows(facts), codes(facts)) == ([], ["configmap"])
