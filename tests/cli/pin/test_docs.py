"""docs/pin.md says what the command does."""

import json
import re
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from hack.render_manifests import MANIFESTS
from pinfold.cli.main import main

TEXT = (MANIFESTS.parent / "docs/pin.md").read_text("utf-8")
GOLDEN = Path(__file__).with_name("golden")


def test_every_option_is_documented() -> None:
    text = CliRunner().invoke(main, ["pin", "--help"]).output
    options = set(re.findall(r"--[a-z-]+", text)) - {"--help"}
    assert {option for option in options if f"`{option}" not in TEXT} == set()


def test_every_field_of_the_lock_is_documented() -> None:
    lock = json.loads((GOLDEN / "pinfold.lock").read_bytes())
    documented = set(re.findall(r"`(?:images\.\*|models\[\])?\.?(\w+)`", TEXT))
    rows: list[dict[str, Any]] = [
        lock,
        *lock["images"].values(),
        *lock["models"],
        *lock["models"][0]["files"].values(),
    ]
    assert {field for row in rows for field in row} - documented == {"models"}


def test_the_example_is_what_is_printed() -> None:
    example = re.search(r"```text\n\$ pinfold pin chat.yaml\n([^`]*)```", TEXT)
    assert example
    assert (GOLDEN / "output.txt").read_text("utf-8").startswith(example[1])
