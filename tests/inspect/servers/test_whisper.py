"""Which Whisper model a server of speech recognition loads."""

from typing import Any

import pytest

from tests.inspect.servers.reading import SECRET, codes, env, facts_of

SPEACHES = "ghcr.io/speaches-ai/speaches:latest-cpu"
LINUXSERVER = "lscr.io/linuxserver/faster-whisper:gpu"
WYOMING = "rhasspy/wyoming-whisper:2.4.0"
ASR = "onerahmet/openai-whisper-asr-webservice:v1.9.1-gpu"
CPP = "ghcr.io/ggml-org/whisper.cpp:main"


@pytest.mark.parametrize(
    ("container", "found"),
    [
        pytest.param(
            {"image": SPEACHES, "env": env(WHISPER__MODEL="Systran/faster-whisper-base")},
            "Systran/faster-whisper-base hub unpinnable",
            id="speaches",
        ),
        pytest.param(
            {"image": "fedirz/faster-whisper-server:1", "env": env(WHISPER__MODEL="o/m")},
            "o/m hub unpinnable",
            id="by its older name",
        ),
        pytest.param(
            {"image": LINUXSERVER, "env": env(WHISPER_MODEL="tiny-int8")},
            "tiny-int8 unknown unpinnable",
            id="LinuxServer",
        ),
        pytest.param(
            {"image": WYOMING, "args": ["--model", "Systran/x", "--language", "en"]},
            "Systran/x hub unpinnable",
            id="Wyoming",
        ),
        pytest.param(
            {"command": ["python3", "-m", "wyoming_faster_whisper", "--model", "small"]},
            "small unknown unpinnable",
            id="its module",
        ),
        pytest.param(
            {"image": ASR, "env": env(ASR_MODEL="large-v3", ASR_ENGINE="faster_whisper")},
            "large-v3 unknown unpinnable",
            id="the web service",
        ),
        pytest.param(
            {"image": CPP, "command": ["whisper-server", "-m", "/models/ggml-base.bin"]},
            "/models/ggml-base.bin local local",
            id="whisper.cpp",
        ),
    ],
)
def test_what_is_named(container: dict[str, Any], found: str) -> None:
    facts = facts_of(container)
    (row,) = facts.artefacts
    assert (f"{row.id} {row.origin} {row.state}", codes(facts)) == (found, [])


@pytest.mark.parametrize("image", [SPEACHES, LINUXSERVER, WYOMING, ASR])
def test_nothing_is_named(image: str) -> None:
    facts = facts_of({"image": image})
    assert (facts.artefacts, codes(facts)) == ((), ["script-in-image"])


def test_a_model_that_is_not_known() -> None:
    facts = facts_of({"image": ASR, "env": env(ASR_MODEL=SECRET)})
    assert ([row.state for row in facts.artefacts], codes(facts)) == (["opaque"], ["secret"])
