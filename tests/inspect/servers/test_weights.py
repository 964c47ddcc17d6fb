"""Weights that are pickles."""

import pytest

from pinfold.inspect.servers.weights import is_pickle
from pinfold.inspect.workload import ContainerFacts
from tests.inspect.servers.reading import S1, facts_of, serve


def pickles(facts: ContainerFacts) -> list[str]:
    return [row.text for row in facts.hazards if row.hazard == "pickle-weights"]


@pytest.mark.parametrize(
    ("name", "pickle"),
    [
        ("pytorch_model.bin", True),
        ("org/m/consolidated.00.PTH", True),
        ("https://h/m.ckpt?download=true", True),
        ("*.bin", True),
        ("m.safetensors", False),
        ("m.gguf", False),
        ("ggml-base.en.bin", False),
        ("org/whisper/ggml-base.bin", False),
        ("org/binary", False),
        ("", False),
    ],
)
def test_pickles_by_name(name: str, pickle: bool) -> None:
    assert is_pickle(name) is pickle


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ((), []),
        (("--load-format", "safetensors"), []),
        (("--load-format", "auto"), []),
        (("--load-format=pt",), ["--load-format pt"]),
        (("--load-format", "NPCACHE"), ["--load-format NPCACHE"]),
    ],
)
def test_loaders(words: tuple[str, ...], found: list[str]) -> None:
    assert pickles(serve("org/m", "--revision", S1, *words)) == found


@pytest.mark.parametrize(
    ("command", "found"),
    [
        (["hf", "download", "org/m", "pytorch_model.bin"], ["pytorch_model.bin"]),
        (["hf", "download", "org/m", "--include", "*.bin"], ["*.bin"]),
        (["hf", "download", "org/m", "--exclude", "*.bin"], []),
        (["hf", "download", "org/m", "model.safetensors"], []),
        (["curl", "-LO", f"https://huggingface.co/o/m/resolve/{S1}/a.pth"], ["a.pth"]),
        (["python3", "-c", "hf_hub_download('o/m', 'pytorch_model.bin')"], ["pytorch_model.bin"]),
        (["python3", "-c", "snapshot_download('o/m')\npickle.load(f)"], ["pickle.load"]),
        (["python3", "-c", "snapshot_download('o/m')\ntorch.load(f)"], ["torch.load"]),
        (["python3", "-c", "snapshot_download('o/m')\ntorch.load(f, weights_only=True)"], []),
    ],
)
def test_downloads(command: list[str], found: list[str]) -> None:
    assert pickles(facts_of({"command": command})) == found
