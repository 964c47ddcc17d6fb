"""hub-redirect."""

import pytest

from pinfold.inspect.workload import Artefact, Hazard, Origin, State
from pinfold.policy.rules.hub_redirect import Options, check
from tests.policy.facts import COMMIT, HUB, hazard, model, workload

MODELSCOPE = "https://modelscope.cn"
MIRROR = "https://hub.example.com"
TRUSTING = Options(trusted_endpoints=(HUB, f"{MIRROR}/", MODELSCOPE))


@pytest.mark.parametrize(
    ("facts", "passes"),
    [
        pytest.param([model()], True, id="the hub itself"),
        pytest.param([model(endpoint=None)], True, id="no hub at all"),
        pytest.param([model(endpoint=f"{HUB}/")], True, id="a slash more"),
        pytest.param([model(endpoint=MIRROR)], False, id="a mirror"),
        pytest.param(
            [model(endpoint=MIRROR, revision=COMMIT, state=State.PINNED)], False, id="though pinned"
        ),
        pytest.param([model(origin=Origin.MODELSCOPE, endpoint=None)], False, id="ModelScope"),
        pytest.param([hazard("hub-endpoint", f"HF_ENDPOINT={MIRROR}")], False, id="a variable"),
        pytest.param([hazard("hub-endpoint", f"HF_ENDPOINT={HUB}")], True, id="the hub by name"),
        pytest.param([hazard("other-hub", "VLLM_USE_MODELSCOPE")], False, id="a switch"),
    ],
)
def test_who_may_answer(facts: list[Artefact | Hazard], passes: bool) -> None:
    assert (list(check(workload(*facts), Options())) == []) is passes
    assert list(check(workload(*facts), TRUSTING)) == []


def test_a_variable_is_told_once_and_not_for_each_artefact() -> None:
    facts = workload(
        hazard("hub-endpoint", f"HF_ENDPOINT={MIRROR}"),
        model(endpoint=MIRROR),
        model("org/t", endpoint=MIRROR),
    )
    assert [v.place for v in check(facts, Options())] == ["spec.containers[0].args[2]"]


@pytest.mark.parametrize(
    ("fact", "found", "fix"),
    [
        pytest.param(
            model(endpoint=MIRROR),
            'model "org/m" is answered by https://hub.example.com',
            "load it from https://huggingface.co, or ask your cluster admin to add"
            " https://hub.example.com to hubRedirect.trustedEndpoints",
            id="an address",
        ),
        pytest.param(
            hazard("hub-endpoint", f"HF_ENDPOINT={MIRROR}"),
            "HF_ENDPOINT makes https://hub.example.com answer for the hub",
            "remove HF_ENDPOINT, or ask your cluster admin to add https://hub.example.com to"
            " hubRedirect.trustedEndpoints",
            id="a variable",
        ),
        pytest.param(
            hazard("hub-endpoint", "HF_ENDPOINT="),
            "HF_ENDPOINT makes an address answer that is known only when the pod runs",
            "remove HF_ENDPOINT, or write the address itself",
            id="an empty one",
        ),
        pytest.param(
            hazard("other-hub", "VLLM_USE_MODELSCOPE"),
            "VLLM_USE_MODELSCOPE takes names for those of another hub",
            "remove VLLM_USE_MODELSCOPE, or ask your cluster admin to add https://modelscope.cn to"
            " hubRedirect.trustedEndpoints",
            id="ModelScope",
        ),
        pytest.param(
            hazard("other-hub", "LMDEPLOY_USE_OPENMIND_HUB"),
            "LMDEPLOY_USE_OPENMIND_HUB takes names for those of another hub",
            "remove LMDEPLOY_USE_OPENMIND_HUB",
            id="a hub that no list holds",
        ),
        pytest.param(
            hazard("model-redirect", "VLLM_MODEL_REDIRECT_PATH"),
            "VLLM_MODEL_REDIRECT_PATH can give any name another meaning",
            "remove VLLM_MODEL_REDIRECT_PATH, and write the names that are meant",
            id="a file of names",
        ),
        pytest.param(
            hazard("offline-cache", "HF_HUB_OFFLINE with /hf on volume v"),
            "HF_HUB_OFFLINE with /hf on volume v: the cache is believed, and it can be written to",
            "mount it with readOnly: true, or load the files from an image volume pinned by"
            " @sha256:<digest>",
            id="a cache",
        ),
    ],
)
def test_messages(fact: Artefact | Hazard, found: str, fix: str) -> None:
    (violation,) = check(workload(fact), Options())
    assert (violation.found, violation.fix) == (found, fix)


def test_other_hazards_are_other_rules() -> None:
    assert list(check(workload(hazard("import-path")), Options())) == []
