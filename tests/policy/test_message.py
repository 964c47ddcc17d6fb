"""Messages, as the person who meets them sees them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinfold.policy.evaluate import Finding
from pinfold.policy.message import denial, warnings
from pinfold.policy.violation import Mode, Violation


def finding(
    found: str = '"vllm/vllm-openai:latest" has no digest',
    *,
    policy: str = "default",
    find: str | None = "crane digest vllm/vllm-openai:latest",
    place: str = "spec.containers[0].image",
    fix: str = "append @sha256:<digest>",
) -> Finding:
    violation = Violation(
        rule="image-digest",
        container="vllm",
        place=place,
        found=found,
        why="what runs can change",
        fix=fix,
        find=find,
    )
    return Finding(policy, violation, Mode.ENFORCE)


def test_a_denial_says_what_where_why_and_what_to_type() -> None:
    assert denial([finding()]) == (
        'policy "default": 1 violation\n'
        '[image-digest] container "vllm", spec.containers[0].image: '
        '"vllm/vllm-openai:latest" has no digest; what runs can change.\n'
        "  Fix: append @sha256:<digest>   Print it: crane digest vllm/vllm-openai:latest"
    )


def test_what_two_policies_find_is_told_once() -> None:
    text = denial([finding(policy="team"), finding(policy="default")])
    assert text.startswith('policies "default", "team": 1 violation\n[image-digest]')
    assert text.count("[image-digest]") == 1


def test_without_a_command_only_the_fix_is_told() -> None:
    assert denial([finding(find=None)]).endswith("\n  Fix: append @sha256:<digest>")


def test_a_note_stands_at_the_end() -> None:
    assert denial([finding()], "Ask your cluster admin.").endswith("\nAsk your cluster admin.")


def test_what_does_not_fit_is_counted_and_the_note_stays() -> None:
    many = [finding(place=f"spec.containers[{index}].image") for index in range(9)]
    text = denial(many, "Ask your cluster admin.")
    assert text.startswith('policy "default": 9 violations\n')
    assert text.endswith("\n+5 more\nAsk your cluster admin.")
    assert len(text.encode()) <= 1024


def test_a_long_text_of_the_user_loses_its_middle() -> None:
    text = denial([finding("x" * 5000 + " has no digest")])
    assert "xxx…xxx" in text
    assert " has no digest; what runs can change." in text


@pytest.mark.parametrize(
    ("found", "shown"),
    [("a\nb", "a\\nb"), ("a\x1b[31mb", "a\\x1b[31mb"), ("a\u202eb", "a\\u202eb")],
)
def test_characters_that_would_forge_the_output_are_escaped(found: str, shown: str) -> None:
    assert f": {shown}; " in denial([finding(found)])


def test_a_warning_is_one_line() -> None:
    (text,) = warnings([finding(), finding(policy="team")], "pinfold would refuse this:")
    assert text == (
        'pinfold would refuse this: [image-digest] container "vllm": '
        '"vllm/vllm-openai:latest" has no digest; append @sha256:<digest>'
    )


_TEXT = st.text(max_size=700)


@given(st.lists(st.tuples(_TEXT, _TEXT, _TEXT), min_size=1, max_size=8), st.sampled_from(["", "n"]))
def test_a_denial_keeps_to_1024_bytes(texts: list[tuple[str, str, str]], note: str) -> None:
    text = denial([finding(f, fix=x, find=c) for f, x, c in texts], note)
    assert len(text.encode()) <= 1024
    assert text.startswith("policy")


@given(_TEXT, _TEXT)
def test_a_warning_keeps_to_256_characters(found: str, fix: str) -> None:
    (text,) = warnings([finding(found, fix=fix)], "pinfold would refuse this:")
    assert len(text) <= 256
    assert text.isprintable()
