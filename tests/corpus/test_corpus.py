"""Each manifest: what a person reads in it, what is printed of it; and nothing is left over."""

from pathlib import Path

import pytest

from pinfold.cli.report import report_on
from tests.corpus import bless
from tests.corpus.manifests import Manifest, disagreements, facts_of, manifests, told

MANIFESTS = manifests()
BY_NAME = pytest.mark.parametrize("manifest", [pytest.param(m, id=m.name) for m in MANIFESTS])


@BY_NAME
def test_the_reader_says_what_a_person_reads(manifest: Manifest) -> None:
    said = told(report_on(manifest.documents()))
    known = disagreements().get(manifest.name)
    assert facts_of(said) == facts_of(manifest.expected if known is None else known)
    if known is not None:
        assert said != manifest.expected, "they agree now: make bless takes the row out"
        pinned = {fact for fact in said if fact.endswith((" pinned", ":pinned"))}
        assert pinned <= manifest.expected, "what is wrongly called pinned is never let stand"


@BY_NAME
def test_what_is_printed_is_what_was_blessed(manifest: Manifest) -> None:
    for path, text in manifest.outputs():
        assert path.exists(), "make bless writes it"
        assert text == path.read_text("utf-8"), "make bless shows the difference, and writes it"


def test_there_are_two_hundred_and_nothing_is_left_over() -> None:
    assert len(MANIFESTS) >= 200
    assert list(bless.stale()) == []
    assert set(disagreements()) <= {manifest.name for manifest in MANIFESTS}


def test_nothing_is_blessed_in_ci(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CI", "true")
    assert bless.main([]) == 2
    assert "CI compares and writes nothing" in capsys.readouterr().err


def test_blessing_shows_the_difference_and_writes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    output = tmp_path / "a.check.txt"
    output.write_text("before\n", "utf-8")
    monkeypatch.setattr(bless, "HERE", tmp_path)
    assert bless.write(output, "after\n")
    assert capsys.readouterr().out.splitlines()[2:] == ["@@ -1 +1 @@", "-before", "+after"]
    assert output.read_text("utf-8") == "after\n"
    assert not bless.write(output, "after\n")
