"""Names that can be taken for one another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinfold.policy.look_alike import looks_like, skeleton


@pytest.mark.parametrize(
    ("name", "alike"),
    [
        pytest.param("meta-llama", False, id="the name itself"),
        pytest.param("meta-Ilama", True, id="a capital I for an l"),
        pytest.param("meta-1lama", True, id="a one for an l"),
        pytest.param("Meta-Llama", True, id="another case"),
        pytest.param("rneta-llama", True, id="rn for an m"),
        pytest.param("meta_llama", True, id="another line between"),
        pytest.param("metа-llama", True, id="a Cyrillic letter"),
        pytest.param("ｍeta-llama", True, id="a full-width letter"),
        pytest.param("metallama", True, id="a letter left out"),
        pytest.param("meta-lllama", True, id="one put in"),
        pytest.param("meta-lIama", True, id="one for another"),
        pytest.param("mtea-llama", True, id="two swapped"),
        pytest.param("mteallama", True, id="two swapped and one left out"),
        pytest.param("meta-lamas", True, id="two edits"),
        pytest.param("beta-pajama", False, id="another name"),
        pytest.param("meta-llama-ai", False, id="three letters more"),
        pytest.param("meta", False, id="a part of it"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_what_can_be_taken_for_meta_llama(name: str, alike: bool) -> None:
    assert looks_like(name, "meta-llama") is alike


@pytest.mark.parametrize(
    ("name", "other", "alike"),
    [
        pytest.param("g00gle", "google", True, id="zeros for an o, however many"),
        pytest.param("acne", "acme", True, id="one edit of a short name"),
        pytest.param("acnet", "acme", False, id="two of a short name"),
        pytest.param("ab", "ac", False, id="names so short are all alike"),
        pytest.param("AB", "ab", True, id="but not in case"),
    ],
)
def test_short_names(name: str, other: str, alike: bool) -> None:
    assert looks_like(name, other) is alike


@given(st.text(max_size=300), st.text(max_size=300))
def test_it_is_the_same_both_ways(left: str, right: str) -> None:
    assert looks_like(left, right) == looks_like(right, left)


@given(st.text(alphabet="acdeghj-", min_size=8, max_size=90), st.integers(0, 89))
def test_a_letter_left_out_is_always_seen(name: str, where: int) -> None:
    index = where % len(name)
    shorter = name[:index] + name[index + 1 :]
    assert looks_like(shorter, name) is (shorter != name)


def test_the_skeleton() -> None:
    assert skeleton("Org_0.1") == "org-o-l"
