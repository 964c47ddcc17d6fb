"""One bound on work for a whole Pod: fair to its containers, closed where it ends."""

from typing import Any

import msgspec
import pytest

from pinfold.inspect import containers, startup
from pinfold.inspect.commands import taken
from pinfold.inspect.podspec import PodSpec
from pinfold.inspect.read import NO_FILES, Files, inspect_pods
from pinfold.inspect.workload import Workload

C1 = "1" * 40
TOO_LARGE = "too-large"
# Nothing of a model in it, and more work than any container gets.
HEAVY_SCRIPT = "X=$X\n" * 200 + "a || X=$X$X\n" * 300
HEAVY: dict[str, Any] = {"image": "busybox", "command": ["sh", "-c", HEAVY_SCRIPT]}
SERVER = {"image": "vllm/vllm-openai", "args": ["--model", "org/m", "--revision", C1]}
SCRIPT = {"image": "x", "command": ["sh", "-c", "v=vllm; exec $v serve org/m"]}
DOWNLOAD = {"image": "x", "command": ["hf", "download", "org/m", "--local-dir", "/m"]}
HIDDEN = {"image": "x", "command": ["sh", "-c", "a=vl; b=lm; exec $a$b serve org/m"]}


def named(rows: list[dict[str, Any]], letter: str) -> list[dict[str, Any]]:
    return [{"name": f"{letter}{index}", **row} for index, row in enumerate(rows)]


def read(
    *rows: dict[str, Any],
    init: tuple[dict[str, Any], ...] = (),
    files: Files = NO_FILES,
    **spec: Any,
) -> Workload:
    value = {
        "containers": named(list(rows), "c"),
        "initContainers": named(list(init), "i"),
        **spec,
    }
    pods = {"spec": msgspec.convert(value, PodSpec)}
    return inspect_pods("Pod", "ml", "a", pods, files=files)


def too_large(found: Workload) -> list[str]:
    """The containers of which this is said."""
    return list(dict.fromkeys(o.container for o in found.opaque if o.code == TOO_LARGE))


def models(found: Workload) -> list[tuple[str, str | None]]:
    return [(row.container, row.id) for row in found.artefacts]


# -- fair ----------------------------------------------------------------------------------------


def test_what_stands_around_a_heavy_container_is_read() -> None:
    found = read(SERVER, HEAVY, SCRIPT, init=(DOWNLOAD, HEAVY))
    assert models(found) == [("i0", "org/m"), ("c0", "org/m"), ("c2", "org/m")]
    assert too_large(found) == ["i1", "c1"]


def test_one_that_needs_more_than_its_first_share_gets_it() -> None:
    script = "\n".join(f"mkdir -p /a/{i} --x y z" for i in range(200)) + "\nvllm serve org/m"
    found = read({"image": "x", "command": ["sh", "-c", script]}, SERVER)
    assert models(found) == [("c0", "org/m"), ("c1", "org/m")]
    assert too_large(found) == []


def test_a_pod_of_many_ordinary_containers_is_read() -> None:
    found = read(*[SCRIPT] * 60)
    assert len(found.artefacts) == 60
    assert too_large(found) == []


def test_each_pod_of_an_object_has_a_bound_of_its_own() -> None:
    script = "\n".join(f"mkdir -p /a/{i} --x y z" for i in range(300)) + "\nvllm serve org/m"
    one = {"containers": [{"name": "c", "image": "x", "command": ["sh", "-c", script]}]}
    pods = {f"spec.p{i}": msgspec.convert(one, PodSpec) for i in range(10)}
    assert too_large(inspect_pods("Group", "ml", "a", pods)) == []


# -- closed --------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", [
    pytest.param(SERVER, id="an image that starts its server"),
    pytest.param({"image": "x", "env": [{"name": "HF_MODEL_ID", "value": "org/m"}]},
                 id="a server that a variable names"),
    pytest.param(SCRIPT, id="a script"),
    pytest.param(HIDDEN, id="a script without a word of it"),
    pytest.param({"image": "nginx"}, id="nothing at all"),
])  # fmt: skip
def test_what_the_bound_leaves_out_is_never_passed_over(row: dict[str, Any]) -> None:
    found = read(*[HEAVY] * 20, row)
    assert "c20" in too_large(found)


def test_a_heavy_script_of_which_nothing_is_about_a_model_is_nobodys_business() -> None:
    assert too_large(read(HEAVY)) == []
    assert too_large(read({"image": "nginx"}, HEAVY)) == []
    clones = "git clone https://github.com/a/b\n" * 300
    assert too_large(read({"image": "x", "command": ["sh", "-c", clones]})) == []


def test_but_it_is_told_where_others_have_left_it_too_little() -> None:
    assert too_large(read(HEAVY, HEAVY)) == ["c0", "c1"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("vllm serve org/m", ["c0"], id="of a model"),
        pytest.param("echo hello", [], id="of nothing"),
        pytest.param("x" * 300_000, ["c0"], id="too long to look through"),
    ],
)
def test_files_at_hand_tell_whether_a_heavy_script_matters(text: str, told: list[str]) -> None:
    row = {**HEAVY, "volumeMounts": [{"name": "s", "mountPath": "/s"}]}
    volumes = [{"name": "s", "configMap": {"name": "scripts"}}]
    found = read(row, volumes=volumes, files={"scripts": {"a.sh": text}})
    assert too_large(found) == told


@pytest.mark.parametrize("more", [
    pytest.param({"resources": {"limits": {"nvidia.com/gpu": 1}}}, id="an accelerator"),
    pytest.param({"image": "vllm/vllm-openai"}, id="the image of a server"),
    pytest.param({"env": [{"name": "HF_MODEL_ID", "value": "org/m"}]}, id="a model's variable"),
    pytest.param({"command": ["sh", "-c", f"# vllm\n{HEAVY_SCRIPT}"]}, id="a word of it"),
    pytest.param({"command": ["sh", "-c", f"sh -c 'hf download a/b'\n{HEAVY_SCRIPT}"]},
                 id="a download"),
])  # fmt: skip
def test_a_heavy_script_is_told_where_a_model_is_likely(more: dict[str, Any]) -> None:
    assert "c0" in too_large(read(HEAVY | more))


@pytest.mark.parametrize("script", [
    pytest.param("sh -c 'a'\n" * 300, id="shells"),
    pytest.param("git clone https://huggingface.co/a/b\n" * 170, id="clones"),
    pytest.param("foo --model a/b\n" * 500, id="programs that nobody knows"),
    pytest.param("hf download a/b\n" * 300, id="downloads"),
])  # fmt: skip
def test_commands_that_are_too_many_are_told(script: str) -> None:
    env = [{"name": f"V{i}", "value": "x"} for i in range(1500)]
    gpu = {"limits": {"nvidia.com/gpu": 1}}
    row = {"image": "x", "command": ["sh", "-c", script], "env": env, "resources": gpu}
    assert too_large(read(row)) == ["c0"]


@pytest.mark.parametrize("row", [
    pytest.param({"command": ["vllm", "serve", *["x"] * 20_000]}, id="words"),
    pytest.param({"command": ["vllm", "serve", "x" * 900_000]}, id="a word"),
    pytest.param({"env": [{"name": f"V{i}", "value": "$(V0)"} for i in range(9_000)]},
                 id="variables"),
    pytest.param({"envFrom": [{"secretRef": {"name": "s"}}] * 20_000}, id="sources of variables"),
    pytest.param({"volumeMounts": [{"name": "v", "mountPath": f"/{i}"} for i in range(201)]},
                 id="mounts"),
    pytest.param({"livenessProbe": {"exec": {"command": ["a"] * 20_000}}}, id="a probe"),
])  # fmt: skip
def test_a_container_that_is_too_large_is_not_taken_apart(row: dict[str, Any]) -> None:
    found = read({"image": "x", **row}, SERVER)
    assert too_large(found) == ["c0"]
    assert models(found) == [("c1", "org/m")]


def test_of_too_many_containers_none_is_read_and_no_image_is_accepted() -> None:
    pinned = {"image": f"a@sha256:{'0' * 64}"}
    found = read(*[pinned] * 300)
    assert too_large(found) == ["c200"]
    assert [(use.place, use.problem) for use in found.images if use.reference is None] == [
        ("spec.containers[200].image", "a Pod of more than 200 containers is not read")
    ]


def test_of_too_many_volumes_none_is_read_and_no_image_is_accepted() -> None:
    image = {"reference": f"a@sha256:{'0' * 64}"}
    volumes = [{"name": f"v{i}", "image": image} for i in range(600)]
    found = read(SERVER, volumes=volumes)
    assert too_large(found) == ["c0"]
    assert [(use.place, use.problem) for use in found.images if use.problem is not None] == [
        ("spec.volumes[500].image.reference", "a Pod of more than 500 image volumes is not read")
    ]


# -- after the readings --------------------------------------------------------------------------

EMPTY: dict[str, Any] = {"volumes": [{"name": "m", "emptyDir": {}}]}
MOUNTED = {"volumeMounts": [{"name": "m", "mountPath": "/m"}]}
LOADS = {"image": "vllm/vllm-openai", "args": ["--model", "/m"], **MOUNTED}


def test_a_volume_that_a_heavy_container_can_write_to_is_not_known() -> None:
    pinned = {**DOWNLOAD, "command": [*DOWNLOAD["command"], "--revision", C1], **MOUNTED}
    many = [{"name": "m", "mountPath": f"/{i}"} for i in range(201)]
    for others, state in (
        ([], "pinned"),
        ([HEAVY | MOUNTED], "unknown"),
        ([HEAVY] * 20, "unknown"),
        ([{"image": "x", "volumeMounts": many}], "unknown"),
    ):
        found = read(LOADS, *others, init=(pinned,), **EMPTY)
        local = next(row for row in found.artefacts if row.container == "c0")
        assert local.provenance is not None
        assert local.provenance.state == state


def test_what_fills_a_volume_is_asked_once() -> None:
    args = ["--model", "/m", "--tokenizer", "/m"]
    found = read(LOADS | {"args": args}, init=(DOWNLOAD | MOUNTED,), **EMPTY)
    assert [row.provenance.state for row in found.artefacts if row.provenance] == ["unpinned"] * 2


PIP = {"image": "busybox", "command": ["sh", "-c", "pip install torch"]}


def test_what_starts_beside_a_heavy_container_is_told() -> None:
    found = read(SERVER, PIP, HEAVY, PIP)
    assert [(row.container, row.hazard) for row in found.hazards] == [
        ("c1", "pip-install"),
        ("c3", "pip-install"),
    ]


def test_where_the_bound_ends_before_it_that_is_told_instead() -> None:
    found = read(SERVER, *[HEAVY] * 20, PIP)
    assert found.hazards == ()
    assert "c21" in too_large(found)


def test_a_start_that_needs_more_than_a_share_gets_what_is_left() -> None:
    script = "\n".join(f"mkdir -p /a/{i} --x y z" for i in range(200)) + "\npip install torch"
    found = read(SERVER, {"image": "busybox", "command": ["sh", "-c", script]})
    assert [row.hazard for row in found.hazards] == ["pip-install"]
    assert too_large(found) == []


def test_of_a_start_that_needs_more_than_all_that_is_told_which_was_read() -> None:
    script = "pip install torch\n" + "a || X=1\n" * 300
    row = {"image": "busybox", "command": ["sh", "-c", script]}
    found = read(SERVER, row)
    assert too_large(found) == []
    assert too_large(read(SERVER, HEAVY, HEAVY, HEAVY, row))[-1] == "c4"


def test_scripts_whose_trees_are_looked_at_again_take_work_for_it() -> None:
    script = "curl a\n" + f"# {'x' * 30_000}\n"
    found = read(SERVER, *[{"image": "busybox", "command": ["sh", "-c", script]}] * 16)
    assert set(too_large(found)) == {f"c{index}" for index in range(1, 17)}


# -- the same answer, kept or not ----------------------------------------------------------------


@pytest.mark.parametrize("rows", [
    pytest.param([SERVER, SCRIPT, PIP], id="ordinary"),
    pytest.param([HEAVY, SERVER, PIP, HEAVY, SCRIPT], id="heavy ones"),
    pytest.param([PIP, *[HEAVY] * 20, SERVER, PIP, SCRIPT], id="more than the bound"),
    pytest.param([*[SCRIPT] * 199, HIDDEN], id="as many as there may be"),
])  # fmt: skip
def test_a_pod_is_answered_alike_however_often_it_is_asked(rows: list[dict[str, Any]]) -> None:
    for kept in (containers.KEPT, taken.KEPT, startup.KEPT):
        kept.clear()
    first = read(*rows)
    assert read(*rows) == first
    containers.KEPT.clear()
    assert read(*rows) == first
    taken.KEPT.clear()
    assert read(*rows) == first
    startup.KEPT.clear()
    assert read(*rows) == first
    containers.KEPT.clear()
    assert read(*rows) == first


@pytest.mark.parametrize("count", [210, 400])
def test_more_artefacts_than_are_listed_are_told(count: int) -> None:
    adapters = [f"a{number}=o/x{number}" for number in range(count)]
    found = read(SERVER | {"args": ["--model", "a/b", "--lora-modules", *adapters]})
    assert too_large(found) == ["c0"]
    assert len(found.artefacts) <= 200


def test_of_many_downloads_that_may_matter_one_row_tells_that_not_all_were_read() -> None:
    script = "# vllm\n" + "curl -O https://x/y\n" * 300
    found = read({"image": "x", "command": ["sh", "-c", script]})
    assert [str(row.code) for row in found.opaque] == [TOO_LARGE]


def test_artefacts_on_many_volumes_end_where_the_work_does() -> None:
    names = [f"m{number}" for number in range(200)]
    row = SERVER | {
        "args": ["--model", "a/b", "--lora-modules", *(f"a{n}=o/x{n}" for n in range(190))],
        "volumeMounts": [{"name": name, "mountPath": f"/{name}"} for name in names],
    }
    found = read(row, row, volumes=[{"name": name, "emptyDir": {}} for name in names])
    assert too_large(found) == ["c0", "c1"]
    assert "a/b" in [row.id for row in found.artefacts]
