"""Scripts that lie elsewhere when they run: copied, moved, linked, written by `tee`."""

from pathlib import Path

import pytest

from tests.inspect.commands.running import commands, problems, shell, shown
from tests.inspect.commands.test_shell_as_bash import folder as folder  # noqa: PLC0414 - a fixture
from tests.inspect.commands.test_shell_as_bash import run

FILES = {
    "cm": {"a.sh": "#!/bin/bash\nv a $1\n", "b.sh": "#!/bin/sh\nv b $1\n", ".c.sh": "v c"},
    "some": {"x": "#!/bin/sh\nv x\n"},
}
MOUNTS = [
    {"name": "cm", "mountPath": "/cm"},
    {"name": "some", "mountPath": "/some"},
    {"name": "pvc", "mountPath": "/pvc"},
    {"name": "fixed", "mountPath": "/fixed", "readOnly": True},
    {"name": "cm", "mountPath": "/usr/local/bin/start", "subPath": "a.sh"},
]


def ran(script: str) -> list[list[str]]:
    """What it runs beside the programs that copy."""
    found = commands("bash", "-c", script, files=FILES, volumeMounts=MOUNTS)
    return [words for words in shown(found) if words[0] not in ("cp", "mv", "ln", "install")]


@pytest.mark.parametrize(
    ("script", "words"),
    [
        pytest.param("cp /cm/a.sh /t/s && bash /t/s 1", ["v", "a", "1"], id="cp"),
        pytest.param("cp /cm/a.sh /t/; /t/a.sh 1", ["v", "a", "1"], id="into a folder"),
        pytest.param("cp /cm/a.sh /t; /t/a.sh", ["v", "a"], id="a target that may be a folder"),
        pytest.param("cd /t; cp /cm/a.sh .; ./a.sh", ["v", "a"], id="into this folder"),
        pytest.param("cp -t /t /cm/a.sh; /t/a.sh", ["v", "a"], id="a folder named first"),
        pytest.param("cp --target-directory=/t -- /cm/a.sh; /t/a.sh", ["v", "a"], id="in full"),
        pytest.param("cp /cm/a.sh /cm/b.sh /t; /t/b.sh", ["v", "b"], id="several"),
        pytest.param("cp /cm/*.sh /t/; /t/b.sh", ["v", "b"], id="by a pattern"),
        pytest.param("cp -r /cm /t; /t/b.sh", ["v", "b"], id="a folder by another name"),
        pytest.param("cp -a /cm /t; /t/cm/b.sh", ["v", "b"], id="a folder into another"),
        pytest.param("cp -a /cm/. /t/; /t/b.sh", ["v", "b"], id="all of a folder"),
        pytest.param("cp /cm/a.sh /t/s; cp /cm/b.sh /t/s; /t/s", ["v", "b"], id="the last counts"),
        pytest.param("mv /cm/a.sh /t/s; sh /t/s", ["v", "a"], id="mv"),
        pytest.param("ln -s /cm/a.sh /t/s; sh /t/s", ["v", "a"], id="ln"),
        pytest.param("install -m 755 /cm/a.sh /t/s; /t/s", ["v", "a"], id="install"),
        pytest.param("install -Dm755 /cm/a.sh -t /t; /t/a.sh", ["v", "a"], id="with its folder"),
        pytest.param("cat /cm/a.sh > /t/s; sh /t/s", ["v", "a"], id="cat"),
        pytest.param("cp /cm/a.sh /usr/bin/go; go 1", ["v", "a", "1"], id="as a program"),
        pytest.param("PATH=/t:$PATH; cp /cm/a.sh /t/env; env v x", ["v", "a", "v"], id="in PATH"),
        pytest.param("start 1", ["v", "a", "1"], id="mounted as a program"),
        pytest.param("echo v y > /cm/a.sh; sh /cm/a.sh", ["v", "a"], id="a file that is fixed"),
    ],
)
def test_a_copy_is_the_same_script(script: str, words: list[str]) -> None:
    assert ran(script)[-1] == words


@pytest.mark.parametrize(
    ("script", "codes"),
    [
        pytest.param("cp /opt/a.sh /t/s; sh /t/s", [], id="a file of the image"),
        pytest.param("cp /pvc/a.sh /t/s; sh /t/s", ["volume"], id="a file of a volume"),
        pytest.param("cp -n /cm/a.sh /t/s; sh /t/s", [], id="what lies there stays"),
        pytest.param("cp /cm/*.py /t; sh /t/a.sh", [], id="a pattern that fits none"),
        pytest.param("cp /cm/* /t; sh /t/.c.sh", [], id="a hidden file"),
        pytest.param("cp /cm/$S /t; sh /t/a.sh", [], id="a source that is not known"),
        pytest.param("cp /cm/a.sh $S; sh /t/a.sh", [], id="a target that is not known"),
        pytest.param("cd $S; cp a.sh /t; sh /t/a.sh", [], id="a folder that is not known"),
        pytest.param("cp; sh /t/a.sh", [], id="nothing"),
        pytest.param("cp -t", [], id="half an option"),
        pytest.param("ln -s a.sh /t/s; sh /t/s", [], id="a link within a folder"),
        pytest.param("echo v > a; ln -s $PWD/a /t/s; sh /t/s", [], id="a link to a written file"),
        pytest.param("echo v > /a; ln -s /a /t/s; sh /t/s", [], id="the same by its path"),
        pytest.param(
            "cp /cm/a.sh /t/s; cp /opt/a.sh /t/s; sh /t/s", ["shell-syntax"], id="one over another"
        ),
        pytest.param(
            "ln -s /cm/a.sh /t/s; echo v > /t/s; sh /t/s", ["shell-syntax"], id="through a link"
        ),
        pytest.param("echo v > /fixed/s; sh /fixed/s", [], id="a volume that is not written to"),
        pytest.param("printf '#!/x/python\n' > /t/vllm; /t/vllm", ["shell-syntax"],
                     id="a program in another language"),
        pytest.param("echo '#!/x/python' > /bin/vllm; vllm", ["shell-syntax"],
                     id="the same by its name"),
        pytest.param("echo '#!/x/python' > /t/a.py; /t/a.py", [], id="one of Python"),
    ],
)  # fmt: skip
def test_any_other_copy_is_not_known(script: str, codes: list[str]) -> None:
    found = commands("bash", "-c", script, files=FILES, volumeMounts=MOUNTS)
    assert problems(found) == codes
    assert not any(words[0] == "v" for words in shown(found))


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("tee s1 <<'E'\nrec $M x\nE\nsh s1", id="tee"),
        pytest.param("cat <<E | tee s2 s3 > /dev/null\nrec $M\nE\nsh s3", id="tee behind a pipe"),
        pytest.param("echo rec a > s4; cp s4 s5; echo rec b > s4; sh s5", id="a copy keeps"),
        pytest.param("echo rec a > s6; mv s6 s7; sh ./s7", id="mv"),
        pytest.param("mkdir -p d; echo rec a > s8; cp s8 d; sh d/s8", id="into a folder"),
        pytest.param("echo rec a > s9; install -m 700 s9 t9; ./t9", id="install"),
    ],
)
def test_bash_runs_the_copy(script: str, folder: Path) -> None:
    recorded = run("/bin/bash", script, folder)
    found = [words[1:] for words in shell(script) if words[0] == "rec"]
    assert found == recorded


def test_appended_to_a_file_the_text_is_not_known() -> None:
    found = commands("bash", "-c", "echo v > /t/s; echo v | tee -a /t/s; sh /t/s")
    assert problems(found) == ["shell-syntax"]
