"""A program that a volume brings may do anything, whatever it is called."""

from typing import Any

import pytest

from tests.inspect.servers.reading import S1, codes, env, facts_of, rows

SERVE = ["serve", "org/m", f"--revision={S1}"]
PINNED = ("model", "org/m", S1, "pinned")
NAMED = ("model", "org/m", S1, "opaque")
SCRIPTS = {"name": "s", "configMap": {"name": "start"}}
DISK = {"name": "d", "persistentVolumeClaim": {"claimName": "disk"}}


def read(
    program: str,
    mounts: list[dict[str, str]],
    volumes: list[dict[str, Any]],
    **more: Any,
) -> Any:
    container = {
        "command": [program, *SERVE],
        "volumeMounts": mounts,
        "resources": {"limits": {"nvidia.com/gpu": 1}},
        **more,
    }
    return facts_of(container, volumes=volumes)


@pytest.mark.parametrize(("program", "mount", "volume", "variables", "code"), [
    pytest.param("/s/vllm", {"name": "s", "mountPath": "/s"}, SCRIPTS, {}, "configmap",
                 id="a path into a ConfigMap"),
    pytest.param("/d/bin/vllm", {"name": "d", "mountPath": "/d"}, DISK, {}, "volume",
                 id="a path onto a disk"),
    pytest.param("vllm", {"name": "s", "mountPath": "/usr/local/bin"}, SCRIPTS, {}, "configmap",
                 id="a folder of programs is mounted"),
    pytest.param("vllm", {"name": "s", "mountPath": "/usr/bin/vllm", "subPath": "x"}, SCRIPTS, {},
                 "configmap", id="one file is mounted among the programs"),
    pytest.param("vllm", {"name": "d", "mountPath": "/usr/local"}, DISK, {}, "volume",
                 id="a folder above them is mounted"),
    pytest.param("vllm", {"name": "s", "mountPath": "/s"}, SCRIPTS, {"PATH": "/s:/usr/bin"},
                 "configmap", id="PATH leads to it"),
])  # fmt: skip
def test_it_is_not_taken_for_what_it_is_called(
    program: str, mount: dict[str, str], volume: Any, variables: dict[str, str], code: str
) -> None:
    facts = read(program, [mount], [volume], env=env(**variables))
    assert (rows(facts), codes(facts)) == ([NAMED], [code])


@pytest.mark.parametrize(("program", "mount", "variables"), [
    pytest.param("vllm", {"name": "d", "mountPath": "/models"}, {}, id="a disk of models"),
    pytest.param("vllm", {"name": "d", "mountPath": "/usr/bin/other"}, {}, id="another program"),
    pytest.param("/usr/bin/vllm", {"name": "d", "mountPath": "/models"}, {}, id="the image has it"),
    pytest.param("vllm", {"name": "d", "mountPath": "/usr/bin"}, {"PATH": "/opt/bin:"},
                 id="a folder that is not searched"),
])  # fmt: skip
def test_other_mounts_mean_nothing(
    program: str, mount: dict[str, str], variables: dict[str, str]
) -> None:
    facts = read(program, [mount], [DISK], env=env(**variables))
    assert (rows(facts), codes(facts)) == ([PINNED], [])


def test_a_part_of_path_that_is_known_is_searched_first() -> None:
    script = "export PATH=/d/bin:$PATH; vllm " + " ".join(SERVE)
    facts = facts_of(
        {"command": ["sh", "-c", script], "volumeMounts": [{"name": "d", "mountPath": "/d"}]},
        volumes=[DISK],
    )
    assert (rows(facts), codes(facts)) == ([NAMED], ["volume"])


def test_a_path_from_a_folder_that_is_not_known_is_left_to_the_image() -> None:
    facts = read("bin/vllm", [{"name": "d", "mountPath": "/d"}], [DISK])
    assert (rows(facts), codes(facts)) == ([PINNED], [])


def test_a_script_at_hand_that_is_not_read_is_no_server() -> None:
    mount = {"name": "s", "mountPath": "/s"}
    facts = facts_of(
        {"command": ["/s/vllm", *SERVE], "volumeMounts": [mount],
         "resources": {"limits": {"nvidia.com/gpu": 1}}},
        volumes=[SCRIPTS], files={"start": {"vllm": "#!/usr/bin/python3\nimport os\n"}},
    )  # fmt: skip
    assert (rows(facts), codes(facts)) == ([NAMED], ["configmap"])
