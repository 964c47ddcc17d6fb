"""No manifest makes it fail, and none is changed beyond its pins, however it is spoilt."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pinfold.cli.pinning.artefacts import Downloads
from pinfold.cli.pinning.outcome import Fate
from pinfold.cli.pinning.run import pin
from tests.cli.pin.outside import COMMIT, DIGEST, Known, lookups

GOLDEN = Path(__file__).with_name("golden")
CONFIG = """\
---
apiVersion: v1
kind: ConfigMap
metadata: {name: cfg, namespace: ml}
data:
  s.yaml: |
    model: org/m
---
apiVersion: v1
kind: Pod
metadata: {name: p, namespace: ml}
spec:
  volumes: [{name: v, configMap: {name: cfg}}]
  containers:
  - name: a
    image: &i vllm/vllm-openai:v0.33.0
    args: [--config, /c/s.yaml]
    volumeMounts: [{name: v, mountPath: /c}]
  - {name: b, image: *i, command: [sh, -c, 'vllm serve "org/n" --revision main']}
"""
SEED = (GOLDEN / "before.yaml").read_text("utf-8") + CONFIG
BITS = [
    "",
    " ",
    "\n",
    "  ",
    "\t",
    "- ",
    "'",
    '"',
    "{",
    "]",
    "*i",
    "&i ",
    "#",
    ": ",
    "---\n",
    "|-\n",
]


@given(
    st.lists(
        st.tuples(
            st.integers(0, len(SEED)),
            st.integers(0, 6),
            st.sampled_from(BITS) | st.text(max_size=3),
        ),
        max_size=4,
    ),
    st.booleans(),
)
def test_a_spoilt_manifest(cuts: list[tuple[int, int, str]], update: bool) -> None:
    text = SEED
    for start, length, bit in cuts:
        text = text[:start] + bit + text[start + length :]
    data = text.encode("utf-8", "surrogatepass")
    outcome = pin({"x.yaml": data}, lookups(Known(), update=update), Downloads(None))
    after = outcome.files[0].after
    written = [row for row in outcome.rows if row.fate in (Fate.PINNED, Fate.MOVED)]
    assert (after != data) is bool(written)
    if not any(row.wrote.startswith("init") for row in written):
        cut = after.replace(f"@{DIGEST}".encode(), b"").replace(COMMIT.encode(), b"")
        assert len(cut) <= len(data) + len(written) * 60


def test_connections_end_with_the_questions() -> None:
    known = Known()
    pin({"x.yaml": SEED.encode()}, lookups(known))
    assert known.closed == 2  # images are asked about first, then models
