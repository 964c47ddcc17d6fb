"""pinfold.lock: the same for the next run, for a run without network and for a reviewer."""

import pytest

from pinfold.cli.pinning.lock import Lock, LockedImage, UnusableLock, lock_text, read_lock
from pinfold.cli.pinning.lookups import Found, Lookups, Missing
from pinfold.cli.pinning.names import ImageName, ModelName
from tests.cli.pin.outside import COMMIT, DIGEST, NOW, Known, lookups

IMAGE = ImageName("docker.io/library/nginx", "1.29")
MODEL = ModelName("https://huggingface.co", "org/m", None)
BRANCH = ModelName("https://huggingface.co", "org/m", "v2")
OLD = "sha256:" + "cd" * 32


def test_what_was_found_is_written_by_name_and_to_the_second() -> None:
    asking = lookups(Known())
    asking.answers([BRANCH, IMAGE])
    assert lock_text(asking.locked()).decode() == (
        "{\n"
        '  "images": {\n'
        '    "docker.io/library/nginx:1.29": {\n'
        f'      "digest": "{DIGEST}",\n'
        '      "found": "2026-11-25T12:00:00Z"\n'
        "    }\n"
        "  },\n"
        '  "models": [\n'
        "    {\n"
        '      "asked": "v2",\n'
        f'      "commit": "{COMMIT}",\n'
        '      "endpoint": "https://huggingface.co",\n'
        '      "files": {\n'
        '        "config.json": {\n'
        f'          "blob": "{"e" * 40}",\n'
        '          "size": 512\n'
        "        }\n"
        "      },\n"
        '      "found": "2026-11-25T12:00:00Z",\n'
        '      "id": "org/m"\n'
        "    }\n"
        "  ],\n"
        '  "version": 1\n'
        "}\n"
    )


def test_the_order_of_questions_does_not_show() -> None:
    one, other = lookups(Known()), lookups(Known())
    one.answers([BRANCH, IMAGE, MODEL])
    other.answers([MODEL])
    other.answers([IMAGE, BRANCH])
    assert lock_text(one.locked()) == lock_text(other.locked())
    assert read_lock(lock_text(one.locked())) == one.locked()


def test_what_is_in_the_lock_is_not_asked() -> None:
    first = lookups(Known())
    first.answers([IMAGE, MODEL])
    known = Known(digest=OLD)
    second = lookups(known, first.locked())
    assert second.answers([IMAGE, MODEL, IMAGE]) == {IMAGE: Found(DIGEST), MODEL: Found(COMMIT)}
    assert known.asked == []
    assert second.locked() == first.locked()


def test_a_branch_that_was_not_asked_for_is_not_in_the_lock() -> None:
    first = lookups(Known())
    first.answers([MODEL])
    offline = Lookups(first.locked(), None, NOW)
    assert offline.answers([BRANCH]) == {BRANCH: Missing("it is not in the lock file (--offline)")}


def test_an_update_asks_anew_and_keeps_what_is_still_true() -> None:
    image = {str(IMAGE): LockedImage(OLD, NOW)}
    asking = lookups(Known(), Lock(images=image), update=True)
    assert asking.answers([IMAGE]) == {IMAGE: Found(DIGEST)}
    assert asking.locked().images[str(IMAGE)].digest == DIGEST
    same = lookups(Known(digest=OLD), Lock(images=image), update=True)
    same.answers([IMAGE])
    assert same.locked().images == image


def test_what_is_not_found_is_no_entry() -> None:
    known = Known(missing=frozenset({str(IMAGE)}))
    asking = lookups(known)
    assert asking.answers([IMAGE]) == {IMAGE: Missing(f"nobody has {IMAGE}")}
    assert asking.locked() == Lock()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("", "truncated", id="empty"),
        pytest.param("[]", "object", id="a list"),
        pytest.param('{"version": 2}', "version 2 is not read", id="of a later version"),
        pytest.param('{"version": 1, "x": 1}', "unknown field `x`", id="an unknown field"),
        pytest.param(
            '{"images": {"a": {"digest": "sha256:1", "found": "2026-11-25T12:00:00Z"}}}',
            "digest",
            id="a short digest",
        ),
        pytest.param(
            f'{{"images": {{"a": {{"digest": "{DIGEST}\\n", "found": "2026-11-25T12:00:00Z"}}}}}}',
            "digest",
            id="a line feed behind it",
        ),
    ],
)
def test_a_lock_that_is_none_is_refused(text: str, why: str) -> None:
    with pytest.raises(UnusableLock, match=why):
        read_lock(text.encode())
