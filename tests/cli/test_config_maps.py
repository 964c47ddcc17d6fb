"""ConfigMaps of an input: shared by all its files, and where two differ, each file's own."""

import pytest

from pinfold.cli.report import report_on
from pinfold.documents.read import read_documents

S1 = "1" * 20 + "a" * 20


def config_map(model: str, revision: str = "", name: str = "llm") -> str:
    return (
        f"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n"
        f"data: {{MODEL_ID: {model}, REVISION: '{revision}'}}\n"
    )


POD = """---
apiVersion: v1
kind: Pod
metadata: {name: tgi}
spec:
  containers:
    - name: tgi
      image: ghcr.io/huggingface/text-generation-inference:3.3.6
      envFrom: [{configMapRef: {name: llm}}]
"""


def told(*files: str) -> list[str]:
    """Id and state of each artefact, and code and detail of what cannot be told."""
    documents = [
        row for i, text in enumerate(files) for row in read_documents(text.encode(), str(i))
    ]
    workloads = [read.workload for read in report_on(documents).workloads]
    return [
        *(f"{row.id} {row.state}" for one in workloads for row in one.artefacts),
        *(f"{row.code}: {row.detail}" for one in workloads for row in one.opaque),
    ]


ELSEWHERE = "configmap: ConfigMap llm stands in another file too, and says something else there"
UNKNOWN = "configmap: ConfigMap llm can set any variable"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param([POD, config_map("o/m", S1)], ["o/m pinned"], id="of another file"),
        pytest.param([config_map("o/m") + POD, config_map("o/m")], ["o/m unpinned"], id="the same"),
        pytest.param(
            [config_map("o/m") + POD, config_map("o/n") + POD],
            ["o/m unpinned", "o/n unpinned"],
            id="each file has its own",
        ),
        pytest.param(
            [config_map("o/m", S1) + POD, config_map("o/n")],
            ["o/m opaque", ELSEWHERE],
            id="a pin that another file may undo",
        ),
        pytest.param(
            [
                config_map("o/m", S1) + config_map("o/x", name="z") + POD,
                config_map("o/y", name="z"),
            ],
            ["o/m pinned"],
            id="another one is in doubt",
        ),
        pytest.param([POD, config_map("o/m"), config_map("o/n")], [UNKNOWN], id="which of two"),
        pytest.param([POD + config_map("o/m") + config_map("o/n")], [UNKNOWN], id="two in a file"),
        pytest.param([POD], [UNKNOWN], id="none"),
    ],
)
def test_which_one_a_pod_sees(files: list[str], expected: list[str]) -> None:
    assert told(*files) == expected
