"""The most that a script may ask for: honest ones are read, and no other takes long.

Each of the slowest is kept here; what counts is the same on every machine. All of them take less
than a twentieth of a second on a common one.
"""

import pytest

from tests.inspect.commands.running import commands, problems, shown

LINES = range(300)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("\n".join(f"mkdir -p /a/{i} --x y z" for i in LINES), id="commands"),
        pytest.param(
            "\n".join(f'mkdir -p /a/{i} --x "$M" y --m ab --c d' for i in LINES), id="long ones"
        ),
        pytest.param("\n".join(f'export X{i}="$M"' for i in range(150)), id="variables"),
        pytest.param("\n".join(f"echo a >> /t/a{i % 7}" for i in LINES), id="files"),
        pytest.param("\n".join("# a" for _ in range(9000)), id="comments"),
        pytest.param("\n".join(f"[ -n $X ] || X={i}" for i in range(30)), id="tests"),
        pytest.param("cp " + "a " * 3000 + "b", id="many words"),
        pytest.param("f() { cp a b; }; " + "f a\n" * 200, id="calls of a function"),
        pytest.param("for i in {1..64}; do cp a$i b; done", id="a loop"),
    ],
)
def test_an_honest_script_is_read(script: str) -> None:
    found = commands("bash", "-c", f"{script}\nvllm serve $M")
    assert problems(found) == []
    assert ["vllm", "serve", "org/m"] in shown(found)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("\n".join(f"if a{i}; then X{i}=1; fi" for i in LINES), id="branches"),
        pytest.param(
            "\n".join(f"case $S in a) X{i}=1;; b) X{i}=2;; esac" for i in LINES), id="cases"
        ),
        pytest.param(" && ".join(f"X{i}=`a`" for i in range(400)), id="a chain"),
        pytest.param("\n".join(f"a || X{i}=1" for i in LINES), id="alternatives"),
        pytest.param("\n".join(f"while a; do X{i}=1; done" for i in range(200)), id="loops"),
        pytest.param("f() { f; f; if a; then f; fi; }; f", id="a function that calls itself"),
        pytest.param(
            "\n".join(f'f{i}() {{ f{i + 1} "$@" $M; f{i + 1} b; f{i + 1} c; f{i + 1} d; }}'
                      for i in range(30)) + "\n" + "f0 a\n" * 5,
            id="functions that call others",
        ),
        pytest.param("A=(a)\n" + 'A+=("${A[@]}")\n' * 40, id="an array that doubles"),
        pytest.param("A=aaaaaaaa\n" + "A=$A$A$A$A\n" * 20, id="a text that grows"),
        pytest.param("set -- " + "a " * 60 + ";" + 'v "$@" "$@" "$@";' * 60, id="parameters"),
        pytest.param("\n".join(f"export X{i}=1" for i in range(600)), id="variables"),
        pytest.param(
            "\n".join(f"export X{i}=1" for i in range(150)) + "\nA=1 v" * 400, id="for a command"
        ),
        pytest.param("a;" * 1400, id="commands"),
        pytest.param("a b c d\n" * 6000, id="words"),
        pytest.param(f"X={'a' * 60_000}\n" + 'v "$X"\n' * 10, id="a long text, often"),
        pytest.param(f"X='# {'a' * 60_000}'\n" + 'eval "$X"\n' * 300, id="a long text evaluated"),
        pytest.param(
            "echo 'v 1; v 2; v 3' > /x\n" + ". /x\n" * 300, id="a file that is read often"
        ),
        pytest.param("trap 'a; b; c' EXIT\n" * 400, id="traps"),
        pytest.param("\n".join(f"X{i}=$(echo a | cat)" for i in range(180)), id="outputs"),
        pytest.param(
            "cat > /t <<'E'\n" + "v a\n" * 900 + "sh /t\nE\nsh /t", id="a script that runs itself"
        ),
    ],
)  # fmt: skip
def test_a_script_that_asks_for_too_much_is_too_large(script: str) -> None:
    found = commands("bash", "-c", f"{script}\nvllm serve $M", "zero", "a")
    assert "too-large" in problems(found)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("X='eval \"$X\"; eval \"$X\"'; eval \"$X\"", id="eval of itself"),
        pytest.param("echo 'bash /x; bash /x' > /x; bash /x", id="a file that runs itself"),
        pytest.param("f() { f; }; f", id="a function that runs itself"),
        pytest.param("while a; do " * 70 + "v" + "; done" * 70, id="many loops in one another"),
        pytest.param("f0; " + "\n".join(f"f{i}() {{ f{i + 1}; }}" for i in range(9)) + "\nf0",
                     id="functions in one another"),
    ],
)  # fmt: skip
def test_what_is_nested_too_deeply_is_not_followed(script: str) -> None:
    assert "shell-syntax" in problems(commands("bash", "-c", script))


@pytest.mark.parametrize(
    ("script", "count"),
    [
        pytest.param("while a; do " * 20 + "X=1; v" + "; done" * 20, 21, id="nested loops"),
        pytest.param("v " + "$(a " * 25 + ")" * 25, 26, id="nested outputs"),
        pytest.param(
            f"X={'a' * 1000}\n" + "v ${X%%*a*a*b}\n" * 50, 50, id="patterns of several stars"
        ),
        pytest.param('v "' + "$M " * 2000 + '"', 1, id="a text of variables"),
        pytest.param("sh -c 'v 1; v 2; v 3'\n" * 200, 600, id="shells"),
        pytest.param(
            "".join(f"cat > /t/f{i} <<E\nv $M\nE\nsh /t/f{i}\n" for i in range(100)),
            200,
            id="files that are run",
        ),
    ],
)
def test_what_looks_slow_is_read(script: str, count: int) -> None:
    found = commands("bash", "-c", script)
    assert len(found.processes) == count
    assert problems(found) == []


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("for a in {1..60}; do " * 3 + "v $a" + "; done" * 3, id="in one another"),
        pytest.param(
            "for a in {1..60}; do if b; then X=1; else Y=2; fi; " * 2 + "v $X" + "; done" * 2,
            id="with branches",
        ),
    ],
)
def test_the_last_rounds_of_long_loops_are_read_as_one(script: str) -> None:
    found = commands("bash", "-c", script)
    assert problems(found) == []
    assert shown(found)[-1] in (["v", "?"], ["v", "?*"])
