"""A clone is what its checkout says, only where nothing goes on without the checkout."""

import time

import pytest

from tests.inspect.servers.reading import S1, S2, SECRET, env, facts_of, rows

MOUNTS = [{"name": "v", "mountPath": "/models"}]
URL = "https://huggingface.co/org/m"
CLONE = f"git clone {URL} /models/m"


def said(script: str, *shell: str, **container: object) -> tuple[str | None, str, str]:
    """Revision and state of the clone, and the state of what it leaves in the folder."""
    command = [*(shell or ("sh", "-c")), script]
    facts = facts_of({"command": command, "volumeMounts": MOUNTS, **container})
    (row,) = rows(facts)
    return row[2], row[3], facts.writes[0].state


@pytest.mark.parametrize(
    "script",
    [
        f"{CLONE} && cd /models/m && git checkout {S1}",
        f"{CLONE}; cd /models/m; git checkout {S1}",
        f"git lfs install\n{CLONE}\ncd /models/m && git checkout {S1}\n",
        f"{CLONE}\ngit -C /models/m checkout -q {S1}",
        f"{CLONE}\ncd /models\ngit -C m checkout {S1}",
        f"{CLONE}\ngit -C /models/m reset --hard {S1}",
        f"cd /models && git clone {URL}.git && cd m && git checkout --detach {S1}",
        f"cd /models; git clone {URL}/ && git -C m checkout {S1}",
        f"git clone --depth 1 -b main {URL} /models/m && git -C /models/m checkout {S1}",
        f"GIT_LFS_SKIP_SMUDGE=1 {CLONE}; cd /models/m; git checkout {S1} && git lfs pull",
        f"set -e\n{CLONE}\ncd /models/m && git checkout {S1}\ngit lfs pull\n",
        f"set -eux; {CLONE}; git -C /models/m checkout {S1}; exec sleep 1",
        f"REV={S1}\n{CLONE}\ncd /models/m\ngit checkout $REV",
        f'REV={S1}\n{CLONE}\ncd "/models/m"\ngit checkout "${{REV}}"',
        f"# git checkout main\n{CLONE}  # all of it\ngit -C /models/m \\\n  checkout {S1} # this",
        f"git config --global http.x y\n{CLONE} && cd /models/m && git status && git checkout {S1}",
        f"{CLONE} >/dev/null 2>&1 && git -C /models/m checkout {S1} 2>&1",
    ],
)
def test_it_is_pinned(script: str) -> None:
    assert said(script) == (S1, "pinned", "pinned")


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(CLONE, id="no checkout"),
        pytest.param(f"{CLONE}; cd /models/m; git checkout v1", id="a tag"),
        pytest.param(f"{CLONE}; cd /models/m; git checkout {S1[:12]}", id="a short commit"),
        pytest.param(f"{CLONE}; cd /models/m; git checkout {S1} -- a.py", id="one file"),
        pytest.param(f"{CLONE}; cd /models/m; git checkout -b {S1}", id="a branch of that name"),
        pytest.param(f"{CLONE}; cd /models/x; git checkout {S1}", id="another folder"),
        pytest.param(f"{CLONE}; cd $X; git checkout {S1}", id="a folder that is not known"),
        pytest.param(f"{CLONE}; cd /models/m; git checkout $X", id="a commit that is not known"),
        pytest.param(f"cd /models/m; git checkout {S1}; {CLONE}", id="before it"),
        pytest.param(f"{CLONE}; cd /models/m; git checkout {S1}; sleep 1", id="goes on"),
        pytest.param(f"{CLONE}; cd /models/m; git checkout {S1} || true", id="may fail"),
        pytest.param(f"{CLONE}; cd /models/m; git checkout {S1} | tee x", id="in a pipe"),
        pytest.param(f"{CLONE}; cd /models/m; git checkout {S1} &", id="in the background"),
        pytest.param(f"{CLONE}; cd /models/m; (git checkout {S1})", id="in a subshell"),
        pytest.param(f"{CLONE}; if [ -n x ]; then git -C /models/m checkout {S1}; fi", id="if"),
        pytest.param(
            f"set -e\n{CLONE}\n[ -f y ] && git -C /models/m checkout {S1}\nsleep 1", id="and"
        ),
        pytest.param(f"set -e\nset +e\n{CLONE}\ngit -C /models/m checkout {S1}\ntrue", id="set +e"),
        pytest.param(
            f'set -e\ns"et" +e\n{CLONE}\ngit -C /models/m checkout {S1}\ntrue', id="in quotes"
        ),
        pytest.param(
            f"set -e\n$X +e\n{CLONE}\ngit -C /models/m checkout {S1}\ntrue", id="any command"
        ),
        pytest.param(f"{CLONE}; git -C /models/m checkout {S1} && git pull", id="a pull"),
        pytest.param(
            f"{CLONE}; git -C /models/m checkout {S1} && git -C /models/m checkout {S2}", id="two"
        ),
        pytest.param(f"{CLONE}; cd /models/m; exec git checkout {S1}", id="exec"),
        pytest.param(f"{CLONE}; git --git-dir /models/m checkout {S1}", id="another option"),
        pytest.param(f"{CLONE}; git -C /models/m config core.x y; git checkout {S1}", id="config"),
        pytest.param(f"{CLONE}; git", id="git alone"),
        pytest.param(f"git -C /models/m checkout {S1}; {CLONE}", id="the other way round"),
        pytest.param(f"git clone -- $X; {CLONE}; git -C /models/m checkout {S1}", id="two clones"),
        pytest.param(f"eval 'git -C /models/m checkout {S1}'; {CLONE}", id="eval"),
        pytest.param(f"cd $X; git clone {URL}; cd m; git checkout {S1}", id="nobody knows where"),
        pytest.param(f"git clone {URL} $X; git -C /models/m checkout {S1}", id="an unknown folder"),
        pytest.param(
            f"git clone $X {URL} /models/m; git -C /models/m checkout {S1}", id="unknown options"
        ),
        pytest.param(f"export GIT_DIR=/x; {CLONE}; cd /models/m; git checkout {S1}", id="GIT_DIR"),
        pytest.param(f"{CLONE} --depth 1; git -C /models/m checkout {S1}", id="a late option"),
        pytest.param(f"exec sh; {CLONE}; git -C /models/m checkout {S1}", id="exec before"),
        pytest.param(f"{CLONE}; exec true && git -C /models/m checkout {S1}", id="exec beside it"),
        pytest.param(f"{CLONE}; git -C /models/m checkout {S1} && sleep 1; sleep 2", id="half"),
    ],
)
def test_it_is_not_pinned(script: str) -> None:
    facts = facts_of(
        {"command": ["sh", "-c", script], "env": env(X=SECRET), "volumeMounts": MOUNTS}
    )
    assert {row[3] for row in rows(facts)} <= {"unpinned", "opaque"}
    assert {write.state for write in facts.writes} <= {"unpinned", "unknown"}


def test_a_shell_that_ends_at_the_first_failure() -> None:
    script = f"{CLONE}\ncd /models/m\ngit checkout {S1}\nsleep 1"
    assert said(script, "bash", "-ec") == (S1, "pinned", "pinned")
    assert said(script, "bash", "-xc") == (None, "unpinned", "unpinned")


@pytest.mark.parametrize("line", ["git ", "git checkout && ", "a=b ", "'\"", "set ", "# ", "\\\n"])
def test_no_script_takes_long(line: str) -> None:
    script = f"{CLONE}; git -C /models/m checkout {S1}; : " + line * 2000
    begun = time.process_time()
    facts_of({"command": ["sh", "-c", script]})
    assert time.process_time() - begun < 1.0


def test_a_script_that_is_run_itself() -> None:
    text = f"#!/bin/sh\n{CLONE}\ngit -C /models/m checkout {S1}\n"
    volumes = [{"name": "s", "configMap": {"name": "s"}}]
    files = {"s": {"run": text, "on": text + "sleep 1\n"}}
    mounts = [{"name": "s", "mountPath": "/s"}]
    for name, state in (("run", "pinned"), ("on", "unpinned")):
        container = {"command": [f"/s/{name}"], "volumeMounts": mounts}
        (row,) = rows(facts_of(container, volumes=volumes, files=files))
        assert row[3] == state


def test_it_takes_one_script() -> None:
    facts = facts_of({"command": ["git", "clone", URL, "/m"]})
    assert rows(facts) == [("model", "org/m", None, "unpinned")]
    two = f"sh -c '{CLONE}'; git -C /models/m checkout {S1}"
    assert said(two) == (None, "unpinned", "unpinned")
    quoted = f"{CLONE}; git -C /models/m 'checkout' {S1}"
    assert said(quoted) == (None, "unpinned", "unpinned")


def test_source_code_is_no_model() -> None:
    script = f"git clone https://github.com/o/c /models/c && git -C /models/c checkout {S1}"
    assert rows(facts_of({"command": ["sh", "-c", script], "env": env(A="vllm")})) == []


def test_a_branch_can_be_named_as_a_commit() -> None:
    script = f"git clone -b {S1} {URL} /models/m && git -C /models/m checkout {S1}"
    assert said(script) == (S1, "unpinned", "unpinned")


def test_modelscope_s_commits_pin_nothing() -> None:
    script = (
        f"git clone https://modelscope.cn/models/o/m.git /models/m; git -C /models/m checkout {S1}"
    )
    assert said(script) == (None, "unpinned", "unpinned")


def test_a_pinned_clone_that_moves_on_is_not_pinned() -> None:
    clone = f"git clone --revision {S1} {URL} /models/m"
    assert said(clone) == (S1, "pinned", "pinned")
    assert said(f"{clone}; git -C /models/m lfs pull") == (S1, "pinned", "pinned")
    assert said(f"{clone}; git -C /models/m pull origin main") == (S1, "unpinned", "unpinned")


def test_where_the_commit_is_to_be_written() -> None:
    script = f"{CLONE} && git -C /models/m checkout {S1}"
    (row,) = facts_of({"command": ["sh", "-c", script]}).artefacts
    assert row.pin is not None
    assert (row.pin.to("x"), row.pin.place) == ("git checkout x", row.place)
