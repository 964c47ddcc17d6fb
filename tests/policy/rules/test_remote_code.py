"""remote-code."""

import pytest

from pinfold.inspect.workload import Artefact, Hazard, Origin, Pin, PinForm
from pinfold.policy.rules.remote_code import Options, check
from tests.policy.facts import hazard, model, workload

CODE_REVISION = Pin(PinForm.FLAG, "--code-revision", None)


def trust(*, pinned: bool = False, pin: Pin | None = CODE_REVISION) -> Hazard:
    return hazard("trust-remote-code", "--trust-remote-code", pin=pin, pinned=pinned)


def test_code_at_a_commit_passes() -> None:
    assert list(check(workload(model(), trust(pinned=True)), Options())) == []


@pytest.mark.parametrize(
    ("names", "allowed", "passes"),
    [
        pytest.param(["acme/m"], ("acme/*",), True, id="an organisation whose code was read"),
        pytest.param(["acme/m:Q4_K_M"], ("acme/m",), True, id="a quantisation of the repository"),
        pytest.param(["acme/m", "evil/m"], ("acme/*",), False, id="only one of two"),
        pytest.param(["acme/m"], (), False, id="nobody read anything"),
        pytest.param([], ("acme/*",), False, id="which repository is not known"),
    ],
)
def test_code_that_was_read_passes(
    names: list[str], allowed: tuple[str, ...], passes: bool
) -> None:
    facts = workload(*map(model, names), trust())
    assert (list(check(facts, Options(allowed=allowed))) == []) is passes


@pytest.mark.parametrize(
    "beside",
    [
        pytest.param(model("/models/m", origin=Origin.LOCAL), id="a path"),
        pytest.param(model("acme/m", origin=Origin.MODELSCOPE), id="another hub's"),
        pytest.param(model(None), id="not known"),
    ],
)
def test_what_lies_beside_an_approved_repository_is_not_approved(beside: Artefact) -> None:
    facts = workload(model("acme/t"), beside, trust())
    assert len(list(check(facts, Options(allowed=("acme/*",))))) == 1


def test_code_of_another_container_is_no_excuse() -> None:
    elsewhere = hazard("trust-remote-code", "--trust-remote-code", container="other")
    assert len(list(check(workload(model("acme/m"), elsewhere), Options(allowed=("acme/*",))))) == 1


def test_the_fix_where_the_server_has_a_pin() -> None:
    (violation,) = check(workload(model(), trust()), Options())
    assert violation.found == '--trust-remote-code runs code of "org/m" at no commit of its own'
    assert violation.why == "whoever can push it runs code in the pod"
    assert violation.fix == (
        "add --code-revision=<40-hex commit>, or switch --trust-remote-code off"
    )
    assert violation.find == "git ls-remote https://huggingface.co/org/m HEAD"
    assert (violation.artefact, violation.place) == ("org/m", "spec.containers[0].args[2]")


@pytest.mark.parametrize(
    ("facts", "fix"),
    [
        pytest.param(
            [model()],
            "switch --trust-remote-code off, or ask your cluster admin to add org/m to"
            " remoteCode.allowed",
            id="a repository",
        ),
        pytest.param(
            [model(), model("org/t")],
            "switch --trust-remote-code off, or ask your cluster admin to add org/m and org/t to"
            " remoteCode.allowed",
            id="two",
        ),
        pytest.param(
            [model("/models/m", origin=Origin.LOCAL)],
            "switch --trust-remote-code off",
            id="a local path",
        ),
    ],
)
def test_the_fix_where_it_has_none(facts: list[object], fix: str) -> None:
    (violation,) = check(workload(*facts, trust(pin=None)), Options())  # type: ignore[arg-type]
    assert (violation.fix, violation.find) == (fix, None)


@pytest.mark.parametrize(
    ("text", "plugins", "passes"),
    [
        pytest.param("--middleware acme.auth.Check", ("acme.*",), True, id="a class"),
        pytest.param("--tool-parser-plugin /opt/acme/p.py", ("/opt/acme/*",), True, id="a file"),
        pytest.param("SGLANG_PLUGINS=acme.one", ("acme.*",), True, id="a variable"),
        pytest.param("--logits-processors acme.a evil.b", ("acme.*",), False, id="one of two"),
        pytest.param("--tool-parser-plugin /opt/acme/../p", ("/opt/acme/*",), False, id="upwards"),
        pytest.param("--middleware acme.auth.Check", (), False, id="none is named"),
        pytest.param("--middleware acme.a acme.b…", ("acme.*",), False, id="more is left out"),
        pytest.param("", ("*",), False, id="nothing is known of it"),
    ],
)
def test_plugins(text: str, plugins: tuple[str, ...], passes: bool) -> None:
    facts = workload(hazard("import-path", text))
    assert (list(check(facts, Options(plugins=plugins))) == []) is passes


@pytest.mark.parametrize(
    ("fact", "found", "fix"),
    [
        pytest.param(
            hazard("import-path", "--middleware a.b"),
            '"--middleware a.b" loads code into the server',
            "remove it, or ask your cluster admin to add a.b to remoteCode.plugins",
            id="a plugin",
        ),
        pytest.param(
            hazard("import-path"),
            '"import-path" loads code into the server',
            "remove it, or ask your cluster admin to add it to remoteCode.plugins",
            id="one of which only the place is known",
        ),
        pytest.param(
            hazard("code-in-requests", "--enable-custom-logit-processor"),
            "--enable-custom-logit-processor runs code that comes with a request",
            "remove --enable-custom-logit-processor",
            id="code in requests",
        ),
        pytest.param(
            hazard("development-routes"),
            "development-routes opens routes that load weights and call into the workers",
            "remove development-routes",
            id="routes",
        ),
    ],
)
def test_other_ways_for_code_to_come_in(fact: Hazard, found: str, fix: str) -> None:
    (violation,) = check(workload(fact), Options())
    assert (violation.found, violation.fix) == (found, fix)


@pytest.mark.parametrize(("text", "plugins", "passes"), [
    pytest.param("PYTHONPATH=/app", (), True, id="into the image, which its digest holds"),
    pytest.param("LD_PRELOAD=libtcmalloc.so", (), True, id="a library of the image"),
    pytest.param("PYTHONPATH=/v on volume v", (), False, id="onto a volume"),
    pytest.param("PYTHONPATH=/v on volume v", ("/v",), True, id="a path that is trusted"),
    pytest.param("PYTHONPATH=/v/../x on volume v", ("/v/*",), False, id="upwards"),
    pytest.param("PYTHONPATH=/v/… on volume v", ("/v/*",), False, id="cut off"),
    pytest.param("PYTHONPATH= on volume v", ("*",), False, id="the working directory"),
    pytest.param("/opt/venv on volume v", (), False, id="a mount over code"),
    pytest.param("/opt/venv on volume v", ("/opt/*",), True, id="a mount that is trusted"),
])  # fmt: skip
def test_code_on_a_volume(text: str, plugins: tuple[str, ...], passes: bool) -> None:
    facts = workload(hazard("code-path", text))
    assert (list(check(facts, Options(plugins=plugins))) == []) is passes


@pytest.mark.parametrize(("text", "found", "fix"), [
    pytest.param(
        "/opt/venv on volume v", "volume v lies over code of the server at /opt/venv",
        "build the code into the image and remove the mount,"
        " or ask your cluster admin to add /opt/venv to remoteCode.plugins",
        id="a mount",
    ),
    pytest.param(
        "PYTHONPATH=/v/a=b on volume v", "PYTHONPATH=/v/a=b leads to volume v",
        "build the code into the image and remove PYTHONPATH,"
        " or ask your cluster admin to add /v/a=b to remoteCode.plugins",
        id="a variable",
    ),
    pytest.param(
        "PYTHONPATH=… on any volume", "PYTHONPATH=… leads to any volume",
        "build the code into the image and remove PYTHONPATH", id="a value that is not known",
    ),
])  # fmt: skip
def test_how_code_on_a_volume_is_told(text: str, found: str, fix: str) -> None:
    (violation,) = check(workload(hazard("code-path", text)), Options())
    assert (violation.found, violation.fix) == (found, fix)


def test_other_hazards_are_other_rules() -> None:
    assert list(check(workload(hazard("runtime-lora")), Options())) == []
