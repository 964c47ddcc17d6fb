"""model-revision."""

import pytest

from pinfold.inspect.workload import Artefact, Origin, Pin, PinForm, State
from pinfold.policy.rules.model_revision import Options, check
from tests.policy.facts import COMMIT, model, workload


@pytest.mark.parametrize(
    "artefact",
    [
        pytest.param(model(revision=COMMIT, state=State.PINNED), id="a full commit"),
        pytest.param(model("/models/m", state=State.LOCAL, origin=Origin.LOCAL), id="a local path"),
        pytest.param(model(state=State.OPAQUE), id="unreadable: command-understood's matter"),
        pytest.param(
            model("oci://r.io/m", state=State.PINNED, origin=Origin.OCI, endpoint=None),
            id="a digest has no hub to trust",
        ),
    ],
)
def test_what_cannot_change_passes(artefact: Artefact) -> None:
    assert list(check(workload(artefact), Options())) == []


@pytest.mark.parametrize(
    ("artefact", "found", "fix"),
    [
        pytest.param(
            model(),
            'model "org/m" follows its default branch',
            "add --revision=<40-hex commit>",
            id="no revision",
        ),
        pytest.param(
            model(revision="main"),
            'model "org/m" follows "main", which is no full commit id',
            "add --revision=<40-hex commit>",
            id="a branch",
        ),
        pytest.param(
            model(pin=Pin(PinForm.ENV, "REVISION", None), server="tgi"),
            'model "org/m" follows its default branch',
            "add env REVISION=<40-hex commit>",
            id="a server that is pinned by a variable",
        ),
        pytest.param(
            model(pin=Pin(PinForm.SUFFIX, "hf://org/m:", None), server="storage-initializer"),
            'model "org/m" follows its default branch',
            "write hf://org/m:<40-hex commit>",
            id="an address",
        ),
        pytest.param(
            model(
                "r.io/m:1",
                origin=Origin.OCI,
                endpoint=None,
                pin=Pin(PinForm.SUFFIX, "oci://r.io/m:1@", None),
            ),
            'model "r.io/m:1" has no digest',
            "write oci://r.io/m:1@sha256:<digest>",
            id="a modelcar",
        ),
        pytest.param(
            model("org/lora", state=State.UNPINNABLE, pin=None),
            'model "org/lora" has no pin: vllm offers none for it',
            "download it in an init container with hf download org/lora --revision <40-hex commit>"
            " --local-dir <path>, and load that path",
            id="a server that offers no pin",
        ),
        pytest.param(
            model("org/r:Q4", state=State.UNPINNABLE, pin=None),
            'model "org/r:Q4" has no pin: vllm offers none for it',
            "download it in an init container with hf download org/r --include '*Q4*'"
            " --revision <40-hex commit> --local-dir <path>, and load that path",
            id="one quantisation of a repository",
        ),
        pytest.param(
            model("org/r/a.gguf", state=State.UNPINNABLE, pin=None),
            'model "org/r/a.gguf" has no pin: vllm offers none for it',
            "download it in an init container with hf download org/r a.gguf"
            " --revision <40-hex commit> --local-dir <path>, and load that path",
            id="a file of a repository",
        ),
        pytest.param(
            model("s3://b/m", state=State.UNPINNABLE, origin=Origin.S3, endpoint=None, pin=None),
            'model "s3://b/m" has no pin: vllm offers none for it',
            "load it from an image volume pinned by @sha256:<digest>",
            id="a bucket",
        ),
    ],
)
def test_what_can_change_is_told_with_its_fix(artefact: Artefact, found: str, fix: str) -> None:
    (violation,) = check(workload(artefact), Options())
    assert (violation.found, violation.fix) == (found, fix)


@pytest.mark.parametrize(
    ("artefact", "find"),
    [
        (model("org/m"), "git ls-remote https://huggingface.co/org/m HEAD"),
        (model("org/r:Q4_K_M"), "git ls-remote https://huggingface.co/org/r HEAD"),
        (model("org/r/f.gguf"), "git ls-remote https://huggingface.co/org/r HEAD"),
        (model(endpoint="https://hub.corp/"), "git ls-remote https://hub.corp/org/m HEAD"),
        (model(endpoint="http://evil"), "git ls-remote https://huggingface.co/org/m HEAD"),
        (model(endpoint=None), "git ls-remote https://huggingface.co/org/m HEAD"),
        (model(None), None),
        (model("s3://b/m", origin=Origin.S3), None),
    ],
)
def test_the_command_that_prints_the_commit(artefact: Artefact, find: str | None) -> None:
    options = Options(trusted_endpoints=("https://huggingface.co", "https://hub.corp"))
    (violation,) = check(workload(artefact), options)
    assert violation.find == find


@pytest.mark.parametrize(
    ("identifier", "violations"), [("acme/m", 0), ("acme-evil/m", 1), (None, 1)]
)
def test_repositories_may_be_allowed_to_float(identifier: str | None, violations: int) -> None:
    options = Options(floating=("acme/*",))
    assert len(list(check(workload(model(identifier)), options))) == violations


@pytest.mark.parametrize(
    ("endpoint", "violations"),
    [
        pytest.param("https://huggingface.co", 0, id="the hub"),
        pytest.param("https://huggingface.co/", 0, id="the hub with a slash"),
        pytest.param("https://hub.corp", 0, id="a mirror that is trusted"),
        pytest.param("http://mirror", 1, id="a mirror that is not"),
        pytest.param("https://huggingface.co.evil.io", 1, id="a longer host"),
    ],
)
def test_a_commit_counts_only_where_the_hub_is_trusted(endpoint: str, violations: int) -> None:
    options = Options(trusted_endpoints=("https://huggingface.co", "https://hub.corp/"))
    pinned = model(revision=COMMIT, state=State.PINNED, endpoint=endpoint)
    assert len(list(check(workload(pinned), options))) == violations


def test_an_untrusted_hub_is_named_with_both_ways_out() -> None:
    pinned = model(revision=COMMIT, state=State.PINNED, endpoint="http://mirror")
    (violation,) = check(workload(pinned), Options())
    assert violation.found == 'model "org/m" is answered by http://mirror'
    assert violation.fix == (
        "load it from https://huggingface.co, or ask your cluster admin to add http://mirror to"
        " modelRevision.trustedEndpoints"
    )
