"""model-source."""

from dataclasses import replace

import pytest

from pinfold.inspect.workload import Artefact, Origin, Provenance, State
from pinfold.policy.rules.model_source import From, Options, check
from tests.policy.facts import hazard, model, workload

OPTIONS = Options(allowed=("meta-llama/*", "acme", "s3://acme-models"))
KNOWN = Options(provenance=From.KNOWN)


def local(path: str = "/models/m", provenance: Provenance | None = None) -> Artefact:
    row = model(path, origin=Origin.LOCAL, state=State.LOCAL, endpoint=None, pin=None)
    return replace(row, provenance=provenance)


@pytest.mark.parametrize(
    "artefact",
    [
        pytest.param(model("meta-llama/m"), id="an approved organisation"),
        pytest.param(model("acme/m:Q4"), id="a quantisation"),
        pytest.param(model("s3://acme-models/m", origin=Origin.S3), id="an approved bucket"),
        pytest.param(local(), id="a path has no organisation"),
        pytest.param(model(None, state=State.OPAQUE), id="unreadable: command-understood's matter"),
        pytest.param(local("другая/m"), id="a path in another script"),
        pytest.param(local("/аcme/m"), id="a path from the root"),
    ],
)
def test_what_is_approved_passes(artefact: Artefact) -> None:
    assert list(check(workload(artefact), OPTIONS)) == []


def test_without_a_list_every_organisation_is_approved() -> None:
    assert list(check(workload(model("evil/m"), local("аcme/m")), Options())) == []


@pytest.mark.parametrize(
    ("artefact", "found", "fix"),
    [
        pytest.param(
            model("evil/m"),
            'model "evil/m" is evil/m, which no approved source covers',
            "load one from: meta-llama/*, acme, s3://acme-models",
            id="another organisation",
        ),
        pytest.param(
            model("acme/m", origin=Origin.MODELSCOPE),
            'model "acme/m" is modelscope://acme/m, which no approved source covers',
            "load one from: meta-llama/*, acme, s3://acme-models",
            id="the same name of another hub",
        ),
        pytest.param(
            model("meta-Ilama/Llama-3.1-8B"),
            'model "meta-Ilama/Llama-3.1-8B" is not approved, and looks like'
            ' "meta-llama/Llama-3.1-8B"',
            "write meta-llama/Llama-3.1-8B, if that is what you mean",
            id="a name that can be taken for an approved one",
        ),
        pytest.param(
            local("mеta-llama/m"),
            'model "mеta-llama/m" only looks like one of "meta-llama": it has letters'
            " of another script",
            "write its name anew, by hand",
            id="letters of another script",
        ),
    ],
)
def test_what_is_not_approved_is_told_with_its_fix(
    artefact: Artefact, found: str, fix: str
) -> None:
    (violation,) = check(workload(artefact), OPTIONS)
    assert (violation.found, violation.fix, violation.artefact) == (found, fix, artefact.id)


def test_a_long_list_is_shortened() -> None:
    (violation,) = check(workload(model("evil/m")), Options(allowed=("aa", "bb", "cc", "dd", "ee")))
    assert violation.fix == "load one from: aa, bb, cc and 2 more"


@pytest.mark.parametrize(
    ("provenance", "found"),
    [
        pytest.param(Provenance(None, "spec.containers[0].image", "pinned"), None, id="the image"),
        pytest.param(
            Provenance("v", "spec.initContainers[0].args[0]", "pinned"), None, id="fetched"
        ),
        pytest.param(
            Provenance("models", None, "unknown"),
            'model "/models/m" lies on volume models',
            id="a claim",
        ),
        pytest.param(
            Provenance(None, None, "unknown"),
            'model "/models/m" lies where nobody can tell',
            id="a folder that is not known",
        ),
        pytest.param(None, 'model "/models/m" lies where nobody can tell', id="nothing at all"),
    ],
)
def test_where_a_path_must_come_from(provenance: Provenance | None, found: str | None) -> None:
    facts = workload(local(provenance=provenance))
    assert [v.found for v in check(facts, KNOWN)] == ([found] if found else [])
    assert list(check(facts, Options())) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "VLLM_ALLOW_RUNTIME_LORA_UPDATING",
            "VLLM_ALLOW_RUNTIME_LORA_UPDATING lets clients load adapters that no manifest names",
        ),
        ("", "runtime-lora lets clients load adapters that no manifest names"),
    ],
)
def test_adapters_that_clients_name(text: str, found: str) -> None:
    (violation,) = check(workload(hazard("runtime-lora", text), hazard("import-path")), Options())
    assert violation.found == found
