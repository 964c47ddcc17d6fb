"""Commands that a code of Python starts, as far as they are written out."""

import ast
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinfold.inspect.commands.python_starts import start_of
from tests.inspect.servers.reading import S1, SECRET, codes, env, facts_of, rows

SERVE = ["vllm", "serve", "org/m", "--revision", S1]
PINNED = ("model", "org/m", S1, "pinned")


@pytest.mark.parametrize(
    ("call", "start"),
    [
        pytest.param("os.system('a b')", "a b", id="a text"),
        pytest.param("os.popen('a b')", "a b", id="a pipe"),
        pytest.param("system('a')", "a", id="by its own name"),
        pytest.param("subprocess.getoutput('a b')", "a b", id="its output"),
        pytest.param("subprocess.run('a b', shell=True)", "a b", id="by a shell"),
        pytest.param("subprocess.run('a')", ("a",), id="a program"),
        pytest.param("subprocess.run('a', shell=False)", ("a",), id="by no shell"),
        pytest.param("subprocess.run(['a', 'b'], check=True, timeout=x)", ("a", "b"), id="words"),
        pytest.param("subprocess.Popen(('a', 'b'))", ("a", "b"), id="a tuple"),
        pytest.param(
            "check_call([sys.executable, '-m', 'x'])", ("python3", "-m", "x"), id="Python"
        ),
        pytest.param("os.execvp('a', ['a', 'b'])", ("a", "b"), id="in its place"),
        pytest.param("os.execlp('a', 'a', 'b')", ("a", "b"), id="word by word"),
        pytest.param("subprocess.run(['a', x])", None, id="a word that is not known"),
        pytest.param("subprocess.run(x)", None, id="all of it"),
        pytest.param("subprocess.run([])", None, id="no word"),
        pytest.param("subprocess.run(['a'], shell=True)", None, id="words by a shell"),
        pytest.param("subprocess.run('a', shell=x)", None, id="perhaps by a shell"),
        pytest.param("subprocess.run(['a'], env=x)", None, id="other variables"),
        pytest.param("subprocess.run(['a'], cwd='/x')", None, id="another folder"),
        pytest.param("subprocess.run(['a'], **x)", None, id="what is not known"),
        pytest.param("os.execvp('a', x)", None, id="words that are not known"),
        pytest.param("os.execv('a')", None, id="too few"),
        pytest.param("os.execl('a', 'a', b=1)", None, id="a keyword"),
        pytest.param("print('a')", None, id="another function"),
        pytest.param("print(['a'])", None, id="another function with words"),
        pytest.param("f()('a')", None, id="what a function gives"),
    ],
)
def test_a_call(call: str, start: object) -> None:
    node = ast.parse(call, mode="eval").body
    assert isinstance(node, ast.Call)
    assert start_of(node) == start


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(f"import subprocess\nsubprocess.run({SERVE})", id="words"),
        pytest.param(f"import os\nos.system('{' '.join(SERVE)}')", id="a text"),
        pytest.param(f"import os\nos.system('sh -c \"exec {' '.join(SERVE)}\"')", id="by a shell"),
    ],
)
def test_a_server_that_a_code_starts(code: str) -> None:
    assert PINNED in rows(facts_of({"command": ["python3", "-u", "-c", code]}))


def test_a_file_that_a_script_writes() -> None:
    script = f"cat > /a.py <<E\nimport os\nos.system('{' '.join(SERVE)}')\nE\npython /a.py"
    assert PINNED in rows(facts_of({"command": ["sh", "-c", script]}))


def test_a_file_of_a_configmap() -> None:
    container = {
        "command": ["python", "/s/a.py"],
        "volumeMounts": [{"name": "s", "mountPath": "/s"}],
    }
    files = {"s": {"a.py": f"import os\nos.system('{' '.join(SERVE)}')"}}
    volumes = [{"name": "s", "configMap": {"name": "s"}}]
    assert PINNED in rows(facts_of(container, volumes=volumes, files=files))


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["python3"], id="no code"),
        pytest.param(["python3", "-c"], id="no text"),
        pytest.param(["python3", "-u"], id="only an option"),
        pytest.param(["python3", "$(S)", "vllm"], id="a file that is not known"),
        pytest.param(["python3", "/s/a.py", "vllm"], id="a file of the image"),
        pytest.param(["python3", "-c", "$(S) vllm"], id="a code that is not known"),
        pytest.param(["python3", "-c", "os.system('vllm serve a/a'"], id="no Python"),
        pytest.param(["python3", "-c", "os.system('vllm')" + " " * 17000], id="too long"),
        pytest.param(["python3", "-c", "print('vllm serve a/a')"], id="starts nothing"),
    ],
)
def test_nothing_that_is_known_is_started(command: list[str]) -> None:
    assert rows(facts_of({"command": command, "env": env(S=SECRET)})) == []


def test_what_is_written_out_hides_nothing() -> None:
    code = f"snapshot_download('org/m', revision='{S1}')\nimport os\nos.system('du -sh / || ls')"
    facts = facts_of({"command": ["python3", "-c", code]})
    assert (rows(facts), codes(facts)) == ([PINNED], [])


def test_what_is_not_written_out_makes_the_rest_unsure() -> None:
    code = f"snapshot_download('org/m', revision='{S1}')\nimport os\nos.system(x)"
    facts = facts_of({"command": ["python3", "-c", code]})
    assert (rows(facts), codes(facts)) == ([("model", "org/m", None, "opaque")], ["unknown-server"])


_WORDS = st.sampled_from(["'a'", "x", "['a', 'b']", "[x]", "**x", "*x", "shell=True", "check=1"])


@given(st.sampled_from(["run", "system", "execvp", "execl", "Popen"]), st.lists(_WORDS, max_size=4))
def test_any_call(name: str, words: list[str]) -> None:
    code = f"import os, subprocess\nos.{name}({', '.join(words)})"
    container: dict[str, Any] = {"command": ["python3", "-c", code + "  # vllm"]}
    facts_of(container)
