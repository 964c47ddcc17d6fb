"""What a container runs: shells and programs around a command are taken off."""

from typing import Any

import pytest

from tests.inspect.commands.running import commands, problems, shown


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(["v", "$(M)", "$M"], [["v", "org/m", "$M"]], id="Kubernetes' form alone"),
        pytest.param(["v", "$(S)"], [["v", "?"]], id="an unknown value is one word"),
        pytest.param(["sh", "-c", "a"], [["a"]], id="a shell"),
        pytest.param(["/bin/bash", "-lc", "a"], [["a"]], id="options in one word"),
        pytest.param(["bash", "-e", "-u", "-c", "a"], [["a"]], id="several options"),
        pytest.param(["bash", "-euxo", "pipefail", "-c", "a"], [["a"]], id="an option with a name"),
        pytest.param(["bash", "+x", "-c", "a"], [["a"]], id="an option taken back"),
        pytest.param(["bash", "--norc", "-c", "a"], [["a"]], id="a long option"),
        pytest.param(["bash", "--rcfile", "/x", "-c", "a"], [["a"]], id="one with a file"),
        pytest.param(["bash", "-c", "--", "a"], [["a"]], id="the end of options"),
        pytest.param(["busybox", "sh", "-c", "a"], [["a"]], id="busybox"),
        pytest.param(["sh", "-c", "sh -c 'a b'"], [["a", "b"]], id="a shell in a shell"),
        pytest.param(["bash", "/x.sh", "a"], [["/x.sh", "a"]], id="a file that is not at hand"),
        pytest.param(["bash"], [], id="a shell without a script reads nothing"),
        pytest.param(["sh", "-c"], [], id="no text behind -c"),
        pytest.param(["tini", "--", "a", "b"], [["a", "b"]], id="an init process"),
        pytest.param(["/usr/bin/tini", "-s", "-g", "--", "a"], [["a"]], id="with options"),
        pytest.param(["env", "-u", "X", "A=b", "a"], [["a"]], id="env"),
        pytest.param(["env", "A=b"], [], id="env that only prints"),
        pytest.param(["env", "-S", "A=b a b", "c"], [["a", "b", "c"]], id="env with a text"),
        pytest.param(["env", "-i", "-vSa b"], [["a", "b"]], id="written on"),
        pytest.param(["env", "--split-string=a b"], [["a", "b"]], id="by its long name"),
        pytest.param(["env", "--split-string", "a"], [["a"]], id="or behind it"),
        pytest.param(["env", "-S", "a $(S)"], [["?*"]], id="a text that is not known"),
        pytest.param(["env", "-S", "a 'b c'"], [["?*"]], id="a text with quotes"),
        pytest.param(["env", "-S"], [], id="no text"),
        pytest.param(["env", "-i"], [], id="only options"),
        pytest.param(["command", "-v", "a"], [], id="a question after a command"),
        pytest.param(["command", "a"], [["a"]], id="a command past functions"),
        pytest.param(["timeout", "-k", "5", "10", "a"], [["a"]], id="a program with a number"),
        pytest.param(["nohup", "nice", "-n", "5", "a"], [["a"]], id="two in one another"),
        pytest.param(["uv", "run", "--with", "x", "a"], [["a"]], id="one with a keyword"),
        pytest.param(["uv", "pip", "install"], [["uv", "pip", "install"]], id="another keyword"),
        pytest.param(["uv"], [["uv"]], id="no keyword"),
        pytest.param(["uvx", "--from", "x", "hf@latest", "a"], [["hf", "a"]], id="uvx"),
        pytest.param(["uv", "tool", "run", "hf@1.2", "a"], [["hf", "a"]], id="uvx in full"),
        pytest.param(["uv", "tool", "install", "a"], [["uv", "tool", "install", "a"]], id="a tool"),
        pytest.param(["pipx", "run", "--spec", "x", "hf", "a"], [["hf", "a"]], id="pipx"),
        pytest.param(["uvx"], [], id="uvx alone"),
        pytest.param(["conda", "run", "-n", "x", "a"], [["a"]], id="a keyword, then options"),
        pytest.param(["numactl", "-N", "0", "--membind=0", "a"], [["a"]], id="numactl"),
        pytest.param(["nice", "-n"], [], id="options without an end"),
    ],
)
def test_what_a_container_runs(words: list[str], found: list[list[str]]) -> None:
    assert shown(commands(*words)) == found


def test_env_gives_variables_to_its_command() -> None:
    (process,) = commands("env", "A=$(S)", "M=x", "a").processes
    variables = process.environment
    assert variables.values["M"].text == "x"
    assert variables.values["A"].unread is not None


def test_the_working_directory_is_the_containers() -> None:
    assert commands("a", workingDir="/w").processes[0].folder == "/w"


@pytest.mark.parametrize(
    ("container", "entrypoint", "words"),
    [
        pytest.param({}, True, [], id="nothing"),
        pytest.param({"args": ["a", "b"]}, True, ["a", "b"], id="arguments for the image's own"),
        pytest.param({"args": ["sh", "-c", "a"]}, False, ["a"], id="a shell as argument"),
        pytest.param({"args": ["env", "a"]}, False, ["a"], id="a wrapper as argument"),
    ],
)
def test_arguments_alone_are_for_the_images_own_command(
    container: dict[str, Any], entrypoint: bool, words: list[str]
) -> None:
    (process,) = commands(**container).processes
    assert (process.entrypoint, [word.text for word in process.argv]) == (entrypoint, words)


def test_command_and_args_are_one_command_line() -> None:
    (process,) = commands("a", args=["b", "c"]).processes
    assert [word.place for word in process.argv] == [
        "spec.containers[0].command[0]",
        "spec.containers[0].args[0]",
        "spec.containers[0].args[1]",
    ]


def test_hooks_and_probes_run_too() -> None:
    handler = {"exec": {"command": ["sh", "-c", "$(M) $M"]}}
    found = commands(
        "a",
        lifecycle={"postStart": handler, "preStop": {"exec": {"command": ["b"]}}},
        livenessProbe={"exec": {"command": ["c"]}},
        readinessProbe={"exec": {}},
        startupProbe={"httpGet": {}},
    )
    programs = [process.argv[0].text for process in found.processes]
    assert programs == ["a", "M", "\ufffc", "b", "c"]
    assert found.processes[-1].argv[0].place == "spec.containers[0].livenessProbe.exec.command[0]"


def test_too_many_shells_in_one_another_are_not_followed() -> None:
    assert problems(commands(*["nohup"] * 20, "a")) == ["shell-syntax"]


FILES = {"conf": {"run.sh": "#!/bin/bash\nv $1 $M", "tool.py": "#!/usr/bin/python3\n"}}
MOUNT = [{"name": "conf", "mountPath": "/conf"}]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param(["/conf/run.sh", "x"], [["v", "x", "org/m"]], id="run by its first line"),
        pytest.param(["bash", "/conf/run.sh", "x"], [["v", "x", "org/m"]], id="given to a shell"),
        pytest.param(["sh", "-c", "/conf/run.sh x"], [["v", "x", "org/m"]], id="from a script"),
        pytest.param(["/conf/tool.py"], [["/conf/tool.py"]], id="of another language"),
        pytest.param(["/other/run.sh"], [["/other/run.sh"]], id="in the image"),
        pytest.param(["run.sh"], [["run.sh"]], id="found on PATH"),
        pytest.param(["$(S)/run.sh"], [["?/run.sh"]], id="in an unknown folder"),
    ],
)
def test_a_script_in_a_configmap_at_hand_is_read(words: list[str], found: list[list[str]]) -> None:
    assert shown(commands(*words, files=FILES, volumeMounts=MOUNT)) == found


def test_a_script_says_where_its_text_stands() -> None:
    (process,) = commands("/conf/run.sh", "x", files=FILES, volumeMounts=MOUNT).processes
    assert process.argv[0].place == "spec.containers[0].command[0]"
    assert process.argv[0].via == ("ConfigMap conf",)


@pytest.mark.parametrize("program", ["ksh", "zsh", "watch"])
def test_a_program_that_runs_a_text(program: str) -> None:
    assert problems(commands(program, "-c", "a b")) == ["shell-syntax"]


def test_parameters_of_an_unknown_number() -> None:
    assert shown(commands("bash", "-c", "bash -c 'v $1' x $S")) == [["v", "?*"]]
