"""`make bless`: show how the expected outputs differ from what is printed now, and write them anew.

    python -m tests.corpus.bless [FILE…]

What a person expects of a manifest is its first line, and is never written here: where the reader
says something else, that is told, and it is a defect until somebody has judged it. Rows of
disagreements.txt that no longer hold are taken out. Refused where CI=true: there, a difference is
a failure.
"""

import difflib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from pinfold.cli.report import report_on
from tests.corpus.manifests import (
    DISAGREEMENTS,
    HERE,
    Manifest,
    disagreements,
    facts_of,
    manifests,
    told,
)


def main(arguments: Sequence[str]) -> int:
    """1 where the reader disagrees with a person and nobody has written it down."""
    if os.environ.get("CI") == "true":
        print("make bless: CI compares and writes nothing; run it by hand", file=sys.stderr)
        return 2
    wanted = {Path(name).resolve() for name in arguments}
    chosen = [one for one in manifests() if not wanted or one.path.resolve() in wanted]
    changed = sum(write(path, text) for one in chosen for path, text in one.outputs())
    changed += sum(_remove(path) for path in stale()) if not wanted else 0
    print(f"{len(chosen)} manifests, {changed} files changed")
    return _compare(chosen)


def write(path: Path, text: str) -> bool:
    before = path.read_text("utf-8") if path.exists() else ""
    if before == text:
        return False
    name = path.relative_to(HERE).as_posix()
    lines = before.splitlines(keepends=True), text.splitlines(keepends=True)
    sys.stdout.writelines(difflib.unified_diff(*lines, f"a/{name}", f"b/{name}"))
    path.write_text(text, "utf-8")
    return True


def stale() -> Iterator[Path]:
    """Outputs whose manifest is gone."""
    kept = {path for one in manifests() for path in (*_outputs_of(one),)}
    for ending in ("*.inspect.json", "*.check.txt"):
        yield from (path for path in sorted(HERE.rglob(ending)) if path not in kept)


def _outputs_of(one: Manifest) -> tuple[Path, Path]:
    return one.path.with_suffix(".inspect.json"), one.path.with_suffix(".check.txt")


def _remove(path: Path) -> bool:
    print(f"removed: {path.relative_to(HERE).as_posix()}")
    path.unlink()
    return True


def _compare(chosen: Sequence[Manifest]) -> int:
    """Say where reader and person disagree; forget the disagreements that are over."""
    listed = disagreements()
    new = 0
    for one in chosen:
        said = told(report_on(one.documents()))
        if said == one.expected:
            if listed.pop(one.name, None) is not None:
                print(f"{one.name}: agrees now")
        elif listed.get(one.name) != said:
            new += 1
            print(f"{one.name}\n  expected: {facts_of(one.expected)}\n  said:     {facts_of(said)}")
    known = DISAGREEMENTS.read_text("utf-8").splitlines()
    kept = [row for row in known if row[:1] in ("", "#") or row.partition(": ")[0] in listed]
    if kept != known:
        DISAGREEMENTS.write_text("\n".join(kept) + "\n", "utf-8")
    return int(bool(new))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
