"""What a `python -c` fetches."""

from typing import Any

import pytest

from pinfold.inspect.workload import ContainerFacts, Write
from tests.inspect.servers.reading import S1, SECRET, codes, env, facts_of, hazards, rows

PINNED = ("model", "org/m", S1, "pinned")
UNPINNED = ("model", "org/m", None, "unpinned")


def run(code: str, **container: Any) -> ContainerFacts:
    return facts_of({"command": ["python3", "-c", code], **container})


@pytest.mark.parametrize(
    ("code", "found"),
    [
        pytest.param("snapshot_download('org/m')", [UNPINNED], id="a repository"),
        pytest.param(f"snapshot_download('org/m', revision='{S1}')", [PINNED], id="its revision"),
        pytest.param("snapshot_download('org/m', revision=None)", [UNPINNED], id="none"),
        pytest.param(
            f"import huggingface_hub as h\n"
            f"h.hf_hub_download(repo_id='org/m', filename='f', revision='{S1}')",
            [PINNED],
            id="a file of it",
        ),
        pytest.param(
            "from huggingface_hub import snapshot_download as get, list_models\nget('org/m')",
            [UNPINNED],
            id="another name",
        ),
        pytest.param(
            "AutoModel.from_pretrained('/models/m')",
            [("model", "/models/m", None, "local")],
            id="path",
        ),
        pytest.param(
            f"from vllm import LLM\nLLM(model='org/m', revision='{S1}')", [PINNED], id="an engine"
        ),
        pytest.param(
            f"from modelscope import snapshot_download\n"
            f"snapshot_download('org/m', revision='{S1}')",
            [("model", "org/m", None, "unpinnable")],
            id="ModelScope",
        ),
        pytest.param(
            "import modelscope as m, os\nm.snapshot_download('org/m')",
            [("model", "org/m", None, "unpinnable")],
            id="ModelScope by its package",
        ),
        pytest.param("m, n = 1, 2\nR = 'org/m'\nsnapshot_download(R)", [UNPINNED], id="a name"),
        pytest.param(
            "for m in ['a/a', 'b/b']:\n    snapshot_download(m)",
            [("model", "a/a", None, "unpinned"), ("model", "b/b", None, "unpinned")],
            id="a loop",
        ),
        pytest.param(
            "import os\nsnapshot_download(os.environ['M'], revision=os.getenv('R', 'x'))",
            [PINNED],
            id="variables",
        ),
        pytest.param("snapshot_download('org/d', repo_type='dataset')", [], id="a dataset"),
        pytest.param(
            "snapshot_download('/a/b/c')", [("model", "/a/b/c", None, "unpinnable")], id="no name"
        ),
        pytest.param("(lambda: 1)()\nsnapshot_download('org/m')", [UNPINNED], id="another call"),
    ],
)
def test_what_is_fetched(code: str, found: list[Any]) -> None:
    facts = run(code, env=env(M="org/m", R=S1))
    assert (rows(facts), codes(facts)) == (found, [])


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("snapshot_download(", id="no Python"),
        pytest.param("snapshot_download('a\\0b')\x00", id="a null"),
        pytest.param("snapshot_download(x)", id="a name that is not set"),
        pytest.param("x = 'a/a'\nx = 'b/b'\nsnapshot_download(x)", id="a name that is set twice"),
        pytest.param("x = f()\nsnapshot_download(x)", id="a name of a call"),
        pytest.param("for x in y: snapshot_download(x)", id="a loop over what is not known"),
        pytest.param("snapshot_download(f'org/{x}')", id="a text with a hole"),
        pytest.param("snapshot_download(**x)", id="arguments that are not written"),
        pytest.param("snapshot_download(*x)", id="another such form"),
        pytest.param("snapshot_download('org/m', revision=x)", id="a revision"),
        pytest.param("import os\nsnapshot_download(os.environ['S'])", id="a secret"),
        pytest.param("import os\nsnapshot_download(os.environ['NONE'])", id="an unset variable"),
        pytest.param("exec('x')\nsnapshot_download('org/m')", id="what is hidden"),
        pytest.param("print('snapshot_download')", id="no call"),
        pytest.param(
            "from x import snapshot_download\nsnapshot_download('org/m')", id="another package's"
        ),
        pytest.param(
            "from x import y as snapshot_download\nsnapshot_download('org/m')",
            id="another function",
        ),
        pytest.param("def LLM(x): pass\nsnapshot_download('org/m')", id="a function of its own"),
        pytest.param("snapshot_download = f\nsnapshot_download('org/m')", id="a name of its own"),
        pytest.param("h.snapshot_download = f\nh.snapshot_download('org/m')", id="put in place"),
        pytest.param("from x import *\nsnapshot_download('org/m')", id="whatever x has"),
        pytest.param("snapshot_download('org/m')\n" * 51, id="too many"),
    ],
)
def test_what_cannot_be_read(code: str) -> None:
    facts = run(code, env=env(S=SECRET))
    assert {row[3] for row in rows(facts)} <= {"opaque"}
    assert codes(facts) == ["unknown-server"]


def test_a_long_code() -> None:
    assert codes(run("snapshot_download('a/a')" + " " * 20000)) == ["too-large"]


def test_code_that_is_not_known() -> None:
    facts = run("snapshot_download('$(S)')", env=env(S=SECRET))
    assert (rows(facts), codes(facts)) == ([], ["secret"])


@pytest.mark.parametrize(
    ("trust", "found"),
    [("True", ["trust-remote-code"]), ("x", ["trust-remote-code"]), ("False", [])],
)
def test_hazards(trust: str, found: list[str]) -> None:
    code = f"AutoModel.from_pretrained('org/m', trust_remote_code={trust})"
    assert hazards(run(code)) == found


@pytest.mark.parametrize(
    ("keywords", "pinned"),
    [
        pytest.param("", False, id="no revision of the code"),
        pytest.param(f", code_revision='{S1}'", True, id="a commit"),
        pytest.param(", code_revision='main'", False, id="a branch"),
        pytest.param(", code_revision=f()", False, id="not known"),
    ],
)
def test_code_of_a_repository(keywords: str, pinned: bool) -> None:
    code = f"AutoModel.from_pretrained('org/m', trust_remote_code=True{keywords})"
    (hazard,) = run(code).hazards
    assert hazard.pinned is pinned


@pytest.mark.parametrize(
    ("folder", "inside"),
    [("local_dir='/models/m'", "m"), ("cache_dir='/models'", "."), ("local_dir=x", None)],
)
def test_where_it_is_left(folder: str, inside: str | None) -> None:
    mounts = [{"name": "v", "mountPath": "/models"}]
    facts = run(f"snapshot_download('org/m', {folder})", volumeMounts=mounts)
    assert facts.writes == (Write("v", inside, "spec.containers[0].command[2]", "unpinned"),)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        pytest.param("def f(m):\n  snapshot_download(m)\nf('org/m')", [UNPINNED], id="a parameter"),
        pytest.param(
            f"def f(m, r='{S1}'):\n  snapshot_download(m, revision=r)\nf(m='org/m')",
            [PINNED],
            id="its default",
        ),
        pytest.param(
            "class A:\n  def get(self):\n    snapshot_download('org/m')\nA().get()",
            [UNPINNED],
            id="a class",
        ),
        pytest.param("snapshot_download('org/' + 'm')", [UNPINNED], id="a sum"),
        pytest.param("o = 'org'\nsnapshot_download(f'{o}/m')", [UNPINNED], id="an f-string"),
        pytest.param(
            "import os\nsnapshot_download(os.getenv('M', 'org/m'))", [UNPINNED], id="a default"
        ),
        pytest.param(
            "from os import environ\nsnapshot_download(environ.get('M', 'org/m'))",
            [UNPINNED],
            id="of the environment",
        ),
    ],
)
def test_what_names_mean(code: str, found: list[Any]) -> None:
    facts = run(code)
    assert (rows(facts), codes(facts)) == (found, [])


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("m = 'a/a'\ndef f(m):\n  snapshot_download(m)\nf('b/b')", id="two of a name"),
        pytest.param("def f(m):\n  snapshot_download(m)\nmap(f, x)\nf('b/b')", id="a value"),
        pytest.param("def f(m):\n  snapshot_download(m)\nf(*x)", id="stars"),
        pytest.param("def f(m):\n  snapshot_download(m)\nf(**x)", id="keywords"),
        pytest.param("def f(m):\n  snapshot_download(m)\nf('b/b')\nf(x)", id="one is not known"),
        pytest.param("def f(*m):\n  snapshot_download(m)\nf('b/b')", id="any number"),
        pytest.param("def f():\n  snapshot_download(x)\ndef f(): pass\nf()", id="defined twice"),
        pytest.param("m = 'a/a'\nasync def f(m):\n  snapshot_download(m)", id="another kind"),
        pytest.param("m = 'a/a'\nx = lambda m: snapshot_download(m)", id="a lambda"),
        pytest.param("m = 'a/a'\ntry: f()\nexcept E as m: snapshot_download(m)", id="an error"),
        pytest.param("m = 'a/a'\nm += 'x'\nsnapshot_download(m)", id="changed"),
        pytest.param("m = 'a/a'\n[snapshot_download(m) for m in x]", id="a comprehension"),
        pytest.param("snapshot_download(config.get('m', 'a/a'))", id="a dictionary"),
        pytest.param("snapshot_download(f'{x}/m')", id="a piece that is not known"),
        pytest.param("snapshot_download(f'{1:>3}/m')", id="a format"),
    ],
)
def test_what_names_may_mean(code: str) -> None:
    facts = run(code)
    assert (rows(facts), codes(facts)) == ([], ["unknown-server"])


def test_what_else_the_code_writes_is_not_known() -> None:
    mounts = [{"name": "v", "mountPath": "/models"}]
    code = f"snapshot_download('org/m', revision='{S1}', local_dir='/models/m')"
    only = run(f"print(1)\n{code}", volumeMounts=mounts)
    more = run(f"{code}\nopen('/models/m/x', 'w').write('')", volumeMounts=mounts)
    assert [(w.inside, w.state) for w in only.writes] == [("m", "pinned")]
    assert [(w.inside, w.state) for w in more.writes] == [("m", "pinned"), (None, "unknown")]
