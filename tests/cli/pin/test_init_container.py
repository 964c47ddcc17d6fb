"""Where a server offers no pin: a download in an init container, and the path for the name."""

import pytest

from pinfold.cli.pinning.artefacts import Downloads
from pinfold.cli.pinning.outcome import Fate
from pinfold.cli.pinning.run import Outcome, pin
from tests.cli.pin.outside import COMMIT, DIGEST, Known, lookups

VLLM = f"vllm/vllm-openai:v0.33.0@{DIGEST}"


def pinned(text: str, image: str | None = None, files: tuple[str, ...] = ()) -> tuple[str, Outcome]:
    known = Known(files=files)
    outcome = pin({"x.yaml": text.encode()}, lookups(known), Downloads(image))
    return outcome.files[0].after.decode(), outcome


BEFORE = f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: chat}}
spec:
  template:
    spec:
      containers:
      - name: vllm   # serves
        image: {VLLM}
        env:
        - name: HF_TOKEN
          valueFrom: {{secretKeyRef: {{name: hub, key: token}}}}
        args:
        - --model=org/m
        - --revision={COMMIT}
        - --enable-lora
        - --lora-modules
        - sql=org/sql
        - chat=org/chat
      # the end
---
a: 1
"""
AFTER = f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: chat}}
spec:
  template:
    spec:
      containers:
      - name: vllm   # serves
        image: {VLLM}
        env:
        - name: HF_TOKEN
          valueFrom: {{secretKeyRef: {{name: hub, key: token}}}}
        args:
        - --model=org/m
        - --revision={COMMIT}
        - --enable-lora
        - --lora-modules
        - sql=/pinfold/org/sql
        - chat=/pinfold/org/chat
        volumeMounts:
        - {{name: pinfold, mountPath: /pinfold, readOnly: true}}
      initContainers:
      - name: pinfold-org-sql
        image: {VLLM}
        command: [hf, download, org/sql, --revision, {COMMIT}, --local-dir, /pinfold/org/sql]
        env: [{{name: HF_TOKEN, valueFrom: {{secretKeyRef: {{name: hub, key: token}}}}}}]
        volumeMounts: [{{name: pinfold, mountPath: /pinfold}}]
      - name: pinfold-org-chat
        image: {VLLM}
        command: [hf, download, org/chat, --revision, {COMMIT}, --local-dir, /pinfold/org/chat]
        env: [{{name: HF_TOKEN, valueFrom: {{secretKeyRef: {{name: hub, key: token}}}}}}]
        volumeMounts: [{{name: pinfold, mountPath: /pinfold}}]
      volumes:
      - {{name: pinfold, emptyDir: {{}}}}
      # the end
---
a: 1
"""


def test_adapters_of_vllm_are_downloaded_before_it_starts() -> None:
    after, outcome = pinned(BEFORE)
    assert after == AFTER
    assert [(row.fate, row.wrote) for row in outcome.rows] == [
        (Fate.PINNED, f"init container pinfold-org-sql, which downloads {COMMIT}"),
        (Fate.PINNED, f"init container pinfold-org-chat, which downloads {COMMIT}"),
    ]
    again, outcome = pinned(after)
    assert (again, outcome.rows) == (after, ())


def test_what_is_there_is_added_to() -> None:
    before = BEFORE.replace(
        "      # the end\n",
        "      volumes:\n      - name: cache\n        emptyDir: {}\n"
        "      initContainers:\n      -   name: first\n"
        f"          image: busybox:1@{DIGEST}\n          command: ['true']\n",
    ).replace("        - chat=org/chat\n", "")
    after, outcome = pinned(before)
    assert [row.fate for row in outcome.rows] == [Fate.PINNED]
    assert after.endswith(
        "      volumes:\n      - name: cache\n        emptyDir: {}\n"
        "      - {name: pinfold, emptyDir: {}}\n"
        "      initContainers:\n      -   name: first\n"
        f"          image: busybox:1@{DIGEST}\n          command: ['true']\n"
        f"      - name: pinfold-org-sql\n        image: {VLLM}\n"
        f"        command: [hf, download, org/sql, --revision, {COMMIT}, --local-dir,"
        " /pinfold/org/sql]\n"
        "        env: [{name: HF_TOKEN, valueFrom: {secretKeyRef: {name: hub, key: token}}}]\n"
        "        volumeMounts: [{name: pinfold, mountPath: /pinfold}]\n"
        "---\na: 1\n"
    )


LLAMA = f"""\
apiVersion: v1
kind: Pod
spec:
  containers:
  - name: c
    image: ghcr.io/ggml-org/llama.cpp:server@{DIGEST}
    args: [-hf, org/m:Q4_K_M]
"""
FLOW = (
    f"{{apiVersion: v1, kind: Pod, spec: {{containers: [{{name: c, image: '{VLLM}', args:"
    f" [--model=org/m, --revision={COMMIT}, --enable-lora, --lora-modules, a=org/a]}}]}}}}\n"
)


GGUF = ("m-Q4_K_M.gguf", "m-Q4_K_M_L.gguf", "README.md")


def test_llama_cpp_loads_the_file_that_it_would_have_chosen() -> None:
    image = f"acme/hf:1@{DIGEST}"
    after, outcome = pinned(LLAMA, image, GGUF)
    assert after == LLAMA.replace(
        "[-hf, org/m:Q4_K_M]\n",
        "[-m, /pinfold/org/m/m-Q4_K_M.gguf]\n"
        "    volumeMounts:\n    - {name: pinfold, mountPath: /pinfold, readOnly: true}\n"
        f"  initContainers:\n  - name: pinfold-org-m-q4-k-m\n    image: {image}\n"
        f"    command: [hf, download, org/m, m-Q4_K_M.gguf, --revision, {COMMIT}, --local-dir,"
        " /pinfold/org/m]\n"
        "    volumeMounts: [{name: pinfold, mountPath: /pinfold}]\n"
        "  volumes:\n  - {name: pinfold, emptyDir: {}}\n",
    )
    assert [row.fate for row in outcome.rows] == [Fate.PINNED]


@pytest.mark.parametrize(
    ("before", "why"),
    [
        pytest.param(
            LLAMA.replace("Q4_K_M", "Q8_0"),
            "no init container: its repository has no file of Q8_0, so nobody can tell which is"
            " loaded; ",
            id="no such file",
        ),
        pytest.param(
            LLAMA.replace(":Q4_K_M", ""),
            "no init container: its repository has 2 files, so nobody can tell which is loaded; ",
            id="several files",
        ),
        pytest.param(
            LLAMA,
            "no init container: its image has no hf program; name one that has with --init-image; ",
            id="no hf in the image",
        ),
        pytest.param(
            FLOW, "no init container: the manifest is not written in blocks; ", id="not in blocks"
        ),
    ],
)
def test_where_none_can_be_written_it_is_said_what_to_write(before: str, why: str) -> None:
    after, outcome = pinned(before, files=GGUF)
    assert after == before
    (row,) = outcome.rows
    assert row.fate is Fate.BY_HAND
    assert row.why.startswith(why)
    assert f"--revision {COMMIT} --local-dir <path>, and load that path" in row.why
