"""command-understood."""

import pytest

from pinfold.inspect.workload import Code
from pinfold.policy.rules.command_understood import _FIX, Options, check
from pinfold.policy.violation import Mode
from tests.policy.facts import opaque, workload


def test_what_was_not_understood_is_told_with_its_code() -> None:
    (violation,) = check(workload(opaque(Code.SECRET)), Options())
    assert violation.found == "$EXTRA can add arguments (secret)"
    assert violation.fix == "take the arguments out of the Secret; keep only the token there"


@pytest.mark.parametrize(
    ("code", "at_most"),
    [
        (Code.CONFIGMAP, Mode.WARN),
        (Code.SCRIPT_IN_IMAGE, Mode.WARN),
        (Code.UNKNOWN_SERVER, Mode.WARN),
        (Code.VOLUME, Mode.WARN),
        (Code.SECRET, None),
        (Code.UNSET_VARIABLE, None),
        (Code.SHELL_SYNTAX, None),
        (Code.SERVER_REFUSES, None),
        (Code.REDIRECT, None),
        (Code.TOO_LARGE, None),
    ],
)
def test_what_its_reader_cannot_mend_warns_at_most(code: Code, at_most: Mode | None) -> None:
    (violation,) = check(workload(opaque(code)), Options())
    assert (violation.mode, violation.at_most) == (None, at_most)


def test_a_policy_sets_the_mode_of_a_code() -> None:
    options = Options(codes={Code.CONFIGMAP: Mode.ENFORCE})
    (violation,) = check(workload(opaque(Code.CONFIGMAP)), options)
    assert violation.mode is Mode.ENFORCE


def test_every_code_has_a_fix() -> None:
    assert set(_FIX) == set(Code)
