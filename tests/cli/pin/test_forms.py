"""A commit is written in the form of the server, and in the style of the file."""

import json
from textwrap import indent

import pytest

from pinfold.cli.pinning.outcome import Fate
from tests.cli.pin.outside import COMMIT, DIGEST, pinned

VLLM = f"vllm/vllm-openai:v0.33.0@{DIGEST}"
TGI = f"ghcr.io/huggingface/text-generation-inference:3.3.6@{DIGEST}"
REV = f"--revision={COMMIT}"


def pod(container: str, image: str = VLLM, more: str = "") -> str:
    return (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n"
        f"  - name: c\n    image: {image}\n{indent(container, '    ')}{indent(more, '  ')}"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "args:\n- --model\n- org/m # ours\n- --port\n- '80'\n",
            f"args:\n- --model\n- org/m # ours\n- {REV}\n- --port\n- '80'\n",
            id="block list",
        ),
        pytest.param(
            "args:\n  -   --model=org/m\n",
            f"args:\n  -   --model=org/m\n  -   {REV}\n",
            id="block list, indented in its own way",
        ),
        pytest.param(
            'args:\n- "--model=org/m"\n', f'args:\n- "--model=org/m"\n- "{REV}"\n', id="quotes"
        ),
        pytest.param(
            "args: ['--model', 'org/m', --port, '80']\n",
            f"args: ['--model', 'org/m', '{REV}', --port, '80']\n",
            id="flow list",
        ),
        pytest.param(
            "args: [\n  --model,\n  org/m,\n  --port, '80',\n]\n",
            f"args: [\n  --model,\n  org/m,\n  {REV},\n  --port, '80',\n]\n",
            id="flow list over lines",
        ),
        pytest.param(
            "args: [org/m, --port, '80']\n",
            f"args: [org/m, {REV}, --port, '80']\n",
            id="a positional, which older versions of the image do not take",
        ),
        pytest.param(
            "args: [org/m, --revision, main]\n",
            f"args: [org/m, --revision, {COMMIT}]\n",
            id="a positional with a branch",
        ),
        pytest.param(
            "args: [--model, org/m, --revision, main]\n",
            f"args: [--model, org/m, --revision, {COMMIT}]\n",
            id="a branch is replaced",
        ),
        pytest.param(
            "args: [--model, org/m, --revision=v1.0]\n",
            f"args: [--model, org/m, --revision={COMMIT}]\n",
            id="a tag is replaced in its word",
        ),
        pytest.param(
            "command:\n- sh\n- -c\n- |\n  # starts it\n  exec vllm serve \\\n    org/m \\\n"
            "    --port 80\n",
            "command:\n- sh\n- -c\n- |\n  # starts it\n  exec vllm serve \\\n"
            f"    org/m {REV} \\\n    --port 80\n",
            id="a script in a block",
        ),
        pytest.param(
            "command: [sh, -c, 'vllm serve \"org/m\" --port 80']\n",
            f"command: [sh, -c, 'vllm serve \"org/m\" {REV} --port 80']\n",
            id="a script in one line",
        ),
        pytest.param(
            "command: [sh, -c, git clone https://huggingface.co/org/m /m]\n",
            f"command: [sh, -c, git clone https://huggingface.co/org/m {REV} /m]\n",
            id="an address in a script",
        ),
        pytest.param(
            'command: [sh, -c, "MODEL=org/m; exec vllm serve $MODEL"]\n',
            f'command: [sh, -c, "MODEL=org/m; exec vllm serve $MODEL {REV}"]\n',
            id="a script's variable",
        ),
        pytest.param(
            "env:\n- name: M\n  value: org/m\nargs: [--model, $(M)]\n",
            f"env:\n- name: M\n  value: org/m\nargs: [--model, $(M), {REV}]\n",
            id="a variable in an argument",
        ),
        pytest.param(
            "env:\n- {name: R, value: main}\nargs: [--model, org/m, --revision, $(R)]\n",
            f"env:\n- {{name: R, value: {COMMIT}}}\nargs: [--model, org/m, --revision, $(R)]\n",
            id="a revision in a variable",
        ),
        pytest.param(
            "args: [--model=org/m, --tokenizer, org/t]\n",
            f"args: [--model=org/m, {REV}, --tokenizer, org/t, --tokenizer-revision={COMMIT}]\n",
            id="a model and its tokenizer",
        ),
        pytest.param(
            "args: [org/m, --revision, main, --tokenizer, org/t]\n",
            f"args: [org/m, --revision, {COMMIT}, --tokenizer, org/t,"
            f" --tokenizer-revision={COMMIT}]\n",
            id="a branch that was the tokenizer's too",
        ),
        pytest.param(
            f'args: [--model=org/m, {REV}, \'--speculative-config={{"model":"org/d"}}\']\n',
            f"args: [--model=org/m, {REV}, '--speculative-config="
            f'{{"model":"org/d","revision":"{COMMIT}"}}\']\n',
            id="a key of a JSON",
        ),
    ],
)
def test_vllm(before: str, after: str) -> None:
    text, outcome = pinned(pod(before))
    assert text == pod(after)
    assert {row.fate for row in outcome.rows} == {Fate.PINNED}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            'env:\n- name: MODEL_ID\n  value: "org/m"  # ours\n- name: PORT\n  value: "80"\n',
            f'env:\n- name: MODEL_ID\n  value: "org/m"  # ours\n- name: REVISION\n'
            f'  value: "{COMMIT}"\n- name: PORT\n  value: "80"\n',
            id="a variable, in a block",
        ),
        pytest.param(
            "env: [{name: MODEL_ID, value: org/m}]\n",
            f"env: [{{name: MODEL_ID, value: org/m}}, {{name: REVISION, value: {COMMIT}}}]\n",
            id="a variable, in a flow",
        ),
        pytest.param(
            "env:\n- name: MODEL_ID\n  value: org/m\n- name: REVISION\n  value: main\n",
            f"env:\n- name: MODEL_ID\n  value: org/m\n- name: REVISION\n  value: {COMMIT}\n",
            id="a variable that is there",
        ),
        pytest.param(
            "args: [--model-id, org/m, --lora-adapters, 'org/a,org/b@main']\n",
            f"args: [--model-id, org/m, {REV}, --lora-adapters, 'org/a@{COMMIT},org/b@{COMMIT}']\n",
            id="behind the name",
        ),
    ],
)
def test_text_generation_inference(before: str, after: str) -> None:
    text, outcome = pinned(pod(before, TGI))
    assert text == pod(after, TGI)
    assert {row.fate for row in outcome.rows} == {Fate.PINNED}


def test_a_flag_that_only_some_versions_take() -> None:
    """The digest hides the version, so each is read; the flag leaves those that know it."""
    image = f"lmsysorg/sglang:v0.5.5@{DIGEST}"
    command = "command: [python3, -m, sglang.launch_server]\n"
    before = "args: [--model-path, org/m, --speculative-draft-model-path, org/d%s]\n"
    after = before.replace("org/m", f"org/m, {REV}")
    flag = f"--speculative-draft-model-revision={COMMIT}"
    text, outcome = pinned(pod(command + before % "", image))
    assert text == pod(command + after % f", {flag}", image)
    assert [(row.fate, row.wrote) for row in outcome.rows] == [
        (Fate.PINNED, REV),
        (Fate.PINNED, flag),
    ]


def test_python_in_a_script() -> None:
    code = 'python3 -c "from huggingface_hub import snapshot_download as s; s(%s)"\n'
    image = f"python:3@{DIGEST}"
    before = pod("command:\n- sh\n- -c\n- |\n  " + code % "'org/m'", image)
    after = pod("command:\n- sh\n- -c\n- |\n  " + code % f"'org/m', revision='{COMMIT}'", image)
    assert pinned(before)[0] == after


CONFIG_MAP = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: cfg}\ndata:\n"
MOUNT = "volumeMounts: [{name: v, mountPath: /c}]\n"
VOLUME = "volumes: [{name: v, configMap: {name: cfg}}]\n"


@pytest.mark.parametrize(
    ("command", "before", "after"),
    [
        pytest.param(
            "args: [--config, /c/s.yaml]\n",
            "  s.yaml: |\n    # ours\n    model: org/m\n    port: 80\n",
            f"  s.yaml: |\n    # ours\n    model: org/m\n    revision: {COMMIT}\n    port: 80\n",
            id="a config file",
        ),
        pytest.param(
            "args: [--config, /c/s.yaml]\n",
            "  s.yaml: |\n    model: org/m\n    revision: main\n",
            f"  s.yaml: |\n    model: org/m\n    revision: {COMMIT}\n",
            id="a config file with a branch",
        ),
        pytest.param(
            "command: [bash, /c/run.sh]\n",
            "  run.sh: |\n    exec vllm serve org/m\n  other: org/m\n",
            f"  run.sh: |\n    exec vllm serve org/m {REV}\n  other: org/m\n",
            id="a script",
        ),
    ],
)
def test_config_maps_of_the_same_input(command: str, before: str, after: str) -> None:
    manifest = pod(command + MOUNT, more=VOLUME) + CONFIG_MAP
    assert pinned(manifest + before)[0] == manifest + after


@pytest.mark.parametrize("spaces", [None, 2, 4])
def test_json_stays_json(spaces: int | None) -> None:
    def text(args: list[str], image: str) -> str:
        container = {"name": "c", "image": image, "args": args}
        value = {"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [container]}}
        return json.dumps(value, indent=spaces)

    before = text(["--model", "org/m", "--port", "80"], "vllm/vllm-openai:v0.33.0")
    assert pinned(before)[0] == text(["--model", "org/m", REV, "--port", "80"], VLLM)


def test_an_anchor_is_written_once_and_counts_wherever_it_is_used() -> None:
    def text(tag: str, flag: str) -> str:
        return (
            "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n"
            f"  - &base\n    name: a\n    image: &image vllm/vllm-openai:v0.33.0{tag}\n"
            f"    args: &args [--model, org/m{flag}]\n"
            "  - {<<: *base, name: b}\n"
            "  - name: c\n    image: *image\n    args: *args\n"
        )

    after, outcome = pinned(text("", ""))
    assert after == text(f"@{DIGEST}", f", {REV}")
    assert [row.fate for row in outcome.rows] == [Fate.PINNED] * 6


@pytest.mark.parametrize(
    ("container", "why"),
    [
        pytest.param(
            "args: [--model=org/m, " + REV + ", --enable-lora, --lora-modules, a=org/a]\n",
            "vllm offers no pin for it; download it in an init container with hf download org/a"
            f" --revision {COMMIT} --local-dir <path>, and load that path",
            id="an adapter of vLLM",
        ),
        pytest.param(
            "args:\n-\n  --model=org/m\n",
            "no place was found that pins it and it alone",
            id="a list that is not understood",
        ),
    ],
)
def test_what_cannot_be_written_is_said(container: str, why: str) -> None:
    text, outcome = pinned(pod(container))
    assert text == pod(container)
    assert [(row.fate, row.why) for row in outcome.rows] == [(Fate.BY_HAND, why)]


def test_updates_move_what_is_pinned() -> None:
    old, new = "sha256:" + "cd" * 32, "1234" * 10
    before = pod(f"args: [--model, org/m, --revision={new}]\n", f"vllm/vllm-openai:v0.33.0@{old}")
    assert pinned(before)[0] == before
    after, outcome = pinned(before, update=True)
    assert after == pod(f"args: [--model, org/m, {REV}]\n")
    assert [(r.fate, r.was, r.wrote) for r in outcome.rows] == [
        (Fate.MOVED, old, f"@{DIGEST}"),
        (Fate.MOVED, new, REV),
    ]
    again, outcome = pinned(after, update=True)
    assert again == after
    assert [row.fate for row in outcome.rows] == [Fate.KEPT, Fate.KEPT]


def test_a_broken_document_hides_no_other() -> None:
    before = "a: [\n---\n" + pod("args: [--model, org/m]\n") + "---\nb: *none\n"
    after, outcome = pinned(before)
    assert after == "a: [\n---\n" + pod(f"args: [--model, org/m, {REV}]\n") + "---\nb: *none\n"
    assert len(outcome.errors) == 2


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_marks_stay(end: str, mark: str) -> None:
    before = pod("args:\n- --model=org/m\n", "vllm/vllm-openai:v0.33.0")
    after = pod(f"args:\n- --model=org/m\n- {REV}\n")
    assert pinned(mark + before.replace("\n", end))[0] == mark + after.replace("\n", end)
