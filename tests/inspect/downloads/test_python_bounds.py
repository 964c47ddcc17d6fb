"""Code of Python of any form is read in bounded time, and never with an error."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inspect.servers.reading import codes, facts_of

LONGEST_SECONDS = 1.5  # far below it alone; some machines are slow, or count branches

_NAMES = ("a", "b", "os", "m", "pipeline", "snapshot_download", "A", "self")
_EXPRESSIONS = st.recursive(
    st.sampled_from(_NAMES).map(str)
    | st.sampled_from(["'org/m'", "'x'", "None", "1", "os.environ['M']", "f'{a}/m'", "''"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: f"{p[0]} or {p[1]}"),
        st.tuples(inner, inner).map(lambda p: f"({p[0]} if a else {p[1]})"),
        st.tuples(inner, inner).map(lambda p: f"[{p[0]}, {p[1]}]"),
        st.tuples(inner, inner).map(lambda p: f"({p[0]}, {p[1]})"),
        st.tuples(inner, inner).map(lambda p: f"{{'k': {p[0]}, {p[1]}: 2}}"),
        st.tuples(inner, inner).map(lambda p: f"{p[0]} + {p[1]}"),
        st.tuples(inner, inner).map(lambda p: f"pipeline({p[0]}, model={p[1]})"),
        st.tuples(inner, inner).map(lambda p: f"A.from_pretrained({p[0]}, **{p[1]})"),
        inner.map(lambda e: f"snapshot_download({e}, revision={e})"),
        inner.map(lambda e: f"{e}.items()"),
        inner.map(lambda e: f"[x for x in {e}]"),
    ),
    max_leaves=6,
)
_LINES = st.one_of(
    st.tuples(st.sampled_from(_NAMES), _EXPRESSIONS).map(lambda p: f"{p[0]} = {p[1]}"),
    st.tuples(st.sampled_from(_NAMES), _EXPRESSIONS).map(
        lambda p: f"for {p[0]} in {p[1]}: m({p[0]})"
    ),
    st.tuples(_EXPRESSIONS, _EXPRESSIONS).map(lambda p: f"os.environ[{p[0]}] = {p[1]}"),
    _EXPRESSIONS.map(lambda e: f"for a, b in {e}: snapshot_download(a, revision=b)"),
    _EXPRESSIONS.map(lambda e: f"def m(a, b={e}): snapshot_download(a)"),
    _EXPRESSIONS,
    st.sampled_from(["from transformers import *", "import os", "from vllm import LLM as m"]),
)


@given(st.lists(_LINES, max_size=8).map("\n".join))
def test_any_code_is_read(code: str) -> None:
    facts_of({"command": ["python3", "-c", code + "\nsnapshot_download('org/m')"]})


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(
            "\n".join(f"a{i} = a{i + 1} if x else a{i + 1}" for i in range(450)), id="either"
        ),
        pytest.param(
            "\n".join(f"a{i} = a{i + 1}.to(x)\na{i} = a{i + 1}" for i in range(450))
            + "\nfrom transformers import pipeline\npipeline('x', model=a0)",
            id="objects of objects",
        ),
        pytest.param("A = " + str(["a"] * 900) + "\n" + "for a in A: 0\n" * 750, id="loops"),
        pytest.param(
            "\n".join(" " * i + f"for a{i} in [1, 2]:" for i in range(90))
            + "\n"
            + " " * 90
            + "snapshot_download('a/a')",
            id="nested loops",
        ),
        pytest.param(
            "\n".join(" " * i + f"for a{i} in [1, 2]:" for i in range(90))
            + "\n"
            + " " * 90
            + "f()",
            id="nested loops without a call",
        ),
        pytest.param("".join(f"def f{i}(): f{i}()\n" for i in range(700)), id="functions"),
        pytest.param(
            "C = " + str({str(i): "a" for i in range(900)}) + "\nx(C['1'])" * 300, id="entries"
        ),
        pytest.param("a" + ".b()" * 900 + "\n" + ("a" + ".b" * 900 + "\n") * 6, id="chains"),
        pytest.param("x = " + "(" * 90 + ")" * 90, id="brackets"),
        pytest.param("x = " + "'a' + " * 2500 + "'a'", id="a long sum"),
        pytest.param(
            "import os\n" + "os.environ['A'] = 'a'\n" * 700 + "x = os.environ['A']", id="set"
        ),
    ],
)
def test_a_code_that_takes_long(code: str) -> None:
    code = f"snapshot_download('org/m')\n{code}"
    container = {"command": ["python3", "-c", code]}
    start = time.process_time()
    facts = facts_of(container)
    assert time.process_time() - start < LONGEST_SECONDS
    assert facts.artefacts or codes(facts)


@pytest.mark.parametrize(
    ("filler", "times"),
    [
        pytest.param("# " + "x" * 12_000, 5, id="characters"),
        pytest.param("a;" * 6_000, 1, id="nodes"),
        pytest.param("import os; os.system('ls')\n# " + "x" * 12_000, 200, id="commands"),
    ],
)
def test_codes_without_end_are_not_all_read(filler: str, times: int) -> None:
    files = {"s": {"get.py": f"snapshot_download('org/m')\n{filler}"}}
    container = {
        "command": ["sh", "-c", "python /s/get.py\n" * times],
        "volumeMounts": [{"name": "s", "mountPath": "/s"}],
    }
    volumes = [{"name": "s", "configMap": {"name": "s"}}]
    start = time.process_time()
    found = codes(facts_of(container, volumes=volumes, files=files))
    assert time.process_time() - start < LONGEST_SECONDS
    assert "too-large" in found
