"""python-packages."""

import pytest

from pinfold.inspect.workload import Hazard
from pinfold.policy.rules.python_packages import Options, check
from tests.policy.facts import hazard, workload

OURS = Options(indexes=("https://pypi.org/simple/", "https://pypi.corp/team"))


@pytest.mark.parametrize(
    ("fact", "passes"),
    [
        pytest.param(hazard("package-index", "-i https://pypi.org/simple"), True, id="PyPI"),
        pytest.param(hazard("package-index", "-i https://pypi.corp/team/x/"), True, id="below"),
        pytest.param(hazard("package-index", "-i https://…@pypi.corp/team"), True, id="a password"),
        pytest.param(hazard("package-index", "-i https://…@evil/simple"), False, id="a host in it"),
        pytest.param(hazard("package-index", "-i https://pypi.corp/teams"), False, id="beside it"),
        pytest.param(hazard("package-index", "-i https://pypi.corp/team/../x"), False, id="up"),
        pytest.param(hazard("extra-index", "UV_INDEX=https://pypi.corp/team"), True, id="variable"),
        pytest.param(
            hazard("extra-index", "PIP_EXTRA_INDEX_URL=https://pypi.corp/team https://evil/s"),
            False,
            id="one of two",
        ),
        pytest.param(hazard("extra-index", "UV_INDEX=https://pypi.corp/team/…"), False, id="cut"),
        pytest.param(hazard("extra-index"), False, id="which is not known"),
        pytest.param(hazard("find-links", "-f https://h/w"), False, id="a page"),
        pytest.param(hazard("trusted-host", "--trusted-host pypi.corp"), False, id="unchecked"),
        pytest.param(hazard("pip-install", "pip install a"), False, id="no hashes"),
        pytest.param(hazard("import-path"), True, id="another rule's"),
    ],
)
def test_where_packages_may_come_from(fact: Hazard, passes: bool) -> None:
    assert (list(check(workload(fact), OURS)) == []) is passes


@pytest.mark.parametrize(
    ("fact", "found", "fix", "find"),
    [
        (
            hazard("pip-install", "pip install acme"),
            '"pip install acme" installs packages as the pod starts, without hashes',
            "build it into the image, or write pip install --require-hashes -r requirements.txt",
            "uv pip compile --generate-hashes requirements.in",
        ),
        (
            hazard("pip-install"),
            '"pip-install" installs packages as the pod starts, without hashes',
            "build it into the image, or write pip install --require-hashes -r requirements.txt",
            "uv pip compile --generate-hashes requirements.in",
        ),
        (
            hazard("git-package", "git+https://h/o/r"),
            '"git+https://h/o/r" follows a branch of a repository',
            "write git+<address>@<40-hex commit>",
            None,
        ),
        (
            hazard("extra-index", "--extra-index-url https://h/s"),
            '"--extra-index-url https://h/s" asks a second index',
            "take one --index-url that holds all, or have it added to pythonPackages.indexes",
            None,
        ),
    ],
)
def test_messages(fact: Hazard, found: str, fix: str, find: str | None) -> None:
    (violation,) = check(workload(fact), Options())
    assert (violation.found, violation.fix, violation.find) == (found, fix, find)
