"""weights-format."""

from dataclasses import replace

import pytest

from pinfold.inspect.workload import Artefact, Hazard, Origin
from pinfold.policy.rules.weights_format import Options, check
from tests.policy.facts import hazard, model, workload


@pytest.mark.parametrize(
    ("facts", "allowed", "passes"),
    [
        pytest.param([model("org/m")], (), True, id="a repository"),
        pytest.param([model("org/m/f.safetensors")], (), True, id="safetensors"),
        pytest.param([model("org/m/f.pt")], (), False, id="a pickle of a repository"),
        pytest.param([model("/m/f.bin", origin=Origin.LOCAL)], (), False, id="a file"),
        pytest.param([model("/m/f.bin", server="llama.cpp")], (), True, id="no pickle there"),
        pytest.param([model(None)], (), True, id="what is not known"),
        pytest.param([model("org/m/f.pt")], ("org/*",), True, id="a trusted organisation"),
        pytest.param([model("/m/../f.pt")], ("/m/*",), False, id="upwards"),
        pytest.param([model(), hazard("pickle-weights", "x.pt")], ("org/*",), True, id="by repo"),
        pytest.param([hazard("pickle-weights", "x.pt")], ("org/*",), False, id="of nobody knows"),
        pytest.param([hazard("import-path")], (), True, id="another rule's"),
    ],
)
def test_pickles(facts: list[Artefact | Hazard], allowed: tuple[str, ...], passes: bool) -> None:
    assert (list(check(workload(*facts), Options(allowed=allowed))) == []) is passes


@pytest.mark.parametrize(
    ("fact", "found", "fix"),
    [
        (
            hazard("pickle-weights", "--load-format pt"),
            "--load-format pt loads pickles only",
            "write --load-format=safetensors",
        ),
        (
            hazard("pickle-weights", "torch.load"),
            "torch.load() unpacks a pickle",
            "load safetensors, or write torch.load(…, weights_only=True)",
        ),
        (
            hazard("pickle-weights", "*.bin"),
            '"*.bin" is a pickle',
            "take the .safetensors files of the repository instead",
        ),
        (
            model("org/m/f.pt"),
            'model "org/m/f.pt" is a pickle',
            "take a .safetensors or .gguf file instead",
        ),
    ],
)
def test_messages(fact: Artefact | Hazard, found: str, fix: str) -> None:
    (violation,) = check(workload(fact), Options())
    assert (violation.found, violation.fix) == (found, fix)


def test_a_file_is_told_once() -> None:
    file = replace(model("org/m/f.pt"), place="spec.containers[0].args[2]")
    assert len(list(check(workload(file, hazard("pickle-weights", "f.pt")), Options()))) == 1
