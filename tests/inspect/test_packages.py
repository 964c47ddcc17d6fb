"""Packages that a container installs as it starts."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inspect.servers.reading import S1, env
from tests.inspect.starting import GPU, hazards_of, on_a_gpu

INSTALL = "pip-install"


@pytest.mark.parametrize(
    "script",
    [
        "pip install acme",
        "pip3.11 install -U acme",
        "/opt/venv/bin/pip --no-cache-dir install acme",
        "python3 -m pip install acme",
        "pip install -r requirements.txt",
        "pip install -rrequirements.txt",
        "pip install --requirement=requirements.txt",
        "pip install -e .",
        "pip install .",
        "pip install /src/acme",
        "pip install --no-index --find-links https://h/w acme",
        "pip download acme",
        "uv pip install --system acme",
        "uv add acme",
        "uv run --with acme serve.py",
        "uv run --with-requirements=r.txt serve.py",
        "uvx acme",
        "uv tool run --from acme x",
        "uv tool install acme",
        "pipx run acme",
        "pipx install --python 3.12 acme",
        "sudo env A=b pip install acme",
        "uv sync",
        "pip-sync requirements.txt",
        "pip install --no-deps https://h/acme.whl",
        "pip install https://h/acme.whl#sha256=" + "ab" * 32,
        "conda install -y acme",
        "mamba env create -f e.yaml",
        "micromamba -y install acme",
        "poetry install",
        "poetry self add acme",
        "pdm add acme",
        "pipenv install",
        "pixi global install acme",
        "rye add acme",
        "easy_install acme",
        "python3 setup.py install",
        "python -m spacy download en_core_web_sm",
        "$(which pip) install acme",
        "python3 -c \"import pip; pip.main(['install', 'acme'])\"",
        "python3 -c 'import os; os.system(\"pip install acme\")'",
        "python3 -c \"import sys; run([sys.executable, '-m', 'pip', 'install', 'a'])\"",
        "python3 -c \"import subprocess; subprocess.run(['uv', 'pip', 'install', 'a'])\"",
        "cat > a.py <<E\nimport os\nos.system('pip3 install acme')\nE\npython3 a.py",
    ],
)
def test_installations_without_hashes(script: str) -> None:
    found = on_a_gpu(script)
    assert [hazard for hazard, _ in found if hazard == INSTALL] == [INSTALL]


@pytest.mark.parametrize(
    "script",
    [
        "pip install --require-hashes -r requirements.txt",
        "PIP_REQUIRE_HASHES=1 pip install -r requirements.txt",
        "UV_REQUIRE_HASHES=true uv pip install -r requirements.txt",
        "pip install --no-index --find-links /wheels acme",
        "pip install --no-deps /src/acme",
        "pip install --help",
        "pip install",
        "pip list",
        "pip",
        "pip --version",
        "uv",
        "uv pip",
        "uv pip list",
        "uv sync --frozen",
        "uv sync --locked",
        "pip install --no-deps https://h/acme.whl#sha256=" + "ab" * 32,
        "pip install --no-deps 'https://h/acme.tar.gz#egg=a&sha256=" + "ab" * 32 + "'",
        "conda list",
        "poetry install --help",
        "pipenv install --deploy",
        "pipenv sync",
        "pdm install --frozen-lockfile",
        "easy_install",
        "python3 setup.py --version",
        "python -m spacy info",
        "python -m ensurepip",
        "$(which pip) list",
        "python3 -c \"import subprocess; subprocess.run('pip install --require-hashes -r r.txt')\"",
        "python3 -c 'print(1)' # pip",
        "uv run serve.py --with x",
        "uv run",
        "uv tool list",
        "pipx list",
        "pipx",
        "python3 -m build",
        "echo pip install acme",
    ],
)
def test_what_is_held_or_installs_nothing(script: str) -> None:
    assert on_a_gpu(script) == []


@pytest.mark.parametrize(
    ("script", "found"),
    [
        pytest.param(
            "pip install --extra-index-url https://u:secret@h/s --require-hashes -r r.txt",
            [("extra-index", "--extra-index-url https://…@h/s")],
            id="a second index, and no password in a message",
        ),
        pytest.param(
            "pip install -ihttps://h/s --require-hashes -r r.txt",
            [("package-index", "-i https://h/s")],
            id="another index, written on",
        ),
        pytest.param(
            "uv pip install --default-index=https://h/s --require-hashes -r r.txt",
            [("package-index", "--default-index https://h/s")],
            id="uv's name for it",
        ),
        pytest.param(
            "pip install --trusted-host h -f https://h/w --require-hashes -r r.txt",
            [("trusted-host", "--trusted-host h"), ("find-links", "-f https://h/w")],
            id="a host, and a page of links",
        ),
        pytest.param(
            "pip install --require-hashes git+https://h/o/r",
            [("git-package", "git+https://h/o/r")],
            id="a branch",
        ),
        pytest.param(
            "uv run --with git+https://u@h/o/r@main#egg=x a.py",
            [
                ("git-package", "git+https://…@h/o/r@main#egg=x"),
                (INSTALL, "uv run --with git+https://…@h/o/r@main#egg=x a.py"),
            ],
            id="a branch by name",
        ),
        pytest.param(
            f"pip install --require-hashes 'x @ git+https://h/o/r@{S1}#egg=x'", [], id="a commit"
        ),
        pytest.param(
            "pip install acme -i", [(INSTALL, "pip install acme -i")], id="an option without value"
        ),
    ],
)
def test_where_packages_come_from(script: str, found: list[tuple[str, str]]) -> None:
    assert on_a_gpu(script) == found


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        (
            {"PIP_EXTRA_INDEX_URL": "https://u:p@h/s"},
            [("extra-index", "PIP_EXTRA_INDEX_URL=https://…@h/s")],
        ),
        ({"UV_INDEX": "https://h/s"}, [("extra-index", "UV_INDEX=https://h/s")]),
        ({"PIP_INDEX_URL": ""}, []),
        ({"PIP_NO_CACHE_DIR": "1"}, []),
    ],
)
def test_variables(variables: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert hazards_of({"resources": GPU, "env": env(**variables)}) == found
    twice = {"command": ["sh", "-c", "a; b"], "resources": GPU, "env": env(**variables)}
    assert hazards_of(twice) == found


HASH = "--hash=sha256:" + "ab" * 32
MOUNTS = [{"name": "c", "mountPath": "/c"}]
VOLUMES = [{"name": "c", "configMap": {"name": "m"}}]


@pytest.mark.parametrize(
    ("program", "text", "held"),
    [
        pytest.param("pip", f"acme==1 {HASH}\n", True, id="a hash"),
        pytest.param("pip", f"acme==1 \\\n  {HASH}\nx==1\n", True, id="pip then asks for all"),
        pytest.param("pip", "acme==1\n", False, id="none"),
        pytest.param("pip", f"acme==1  # {HASH}\n", False, id="in a comment"),
        pytest.param("pip", "", False, id="nothing in it"),
        pytest.param("uv pip", f"acme==1 {HASH}\n# x\n\n--only-binary :all:\n", True, id="uv"),
        pytest.param("uv pip", f"acme==1 {HASH}\nx==1\n", False, id="uv asks for no other"),
        pytest.param("uv pip", f"acme==1 {HASH}\n-r o.txt\n", False, id="another file"),
        pytest.param("uv pip", f"acme==1 {HASH}\n--editable .\n", False, id="a folder"),
    ],
)
def test_a_requirements_file_at_hand(program: str, text: str, held: bool) -> None:
    install = f"{program} install -r /c/r.txt"
    container = {"command": install.split(), "resources": GPU, "volumeMounts": MOUNTS}
    found = hazards_of(container, volumes=VOLUMES, files={"m": {"r.txt": text}})
    assert found == ([] if held else [(INSTALL, install)])


def test_a_requirements_file_that_a_script_writes() -> None:
    assert on_a_gpu(f"echo 'acme==1 {HASH}' > r.txt; pip install -r r.txt") == []
    unknown = on_a_gpu(f"echo 'acme==1 {HASH}' $(date) > r.txt; pip install -r r.txt")
    assert unknown == [(INSTALL, "pip install -r r.txt")]


def test_options_in_a_requirements_file() -> None:
    text = f"--extra-index-url=https://u:p@h/s\n-f /wheels\n--pre\nacme==1 {HASH}\n"
    command = ["pip", "install", "-r", "/c/r.txt"]
    container = {"command": command, "resources": GPU, "volumeMounts": MOUNTS}
    found = hazards_of(container, volumes=VOLUMES, files={"m": {"r.txt": text}})
    assert found == [("extra-index", "--extra-index-url https://…@h/s")]


CONFIG = "[global]\nindex-url = https://h/s\ntrusted-host=h\n[install]\ntimeout = 3\nx\n"


@pytest.mark.parametrize(
    ("command", "mount", "variables", "found"),
    [
        pytest.param(
            "pip install --require-hashes -r r.txt",
            {"mountPath": "/etc/pip.conf", "subPath": "pip.conf"},
            {},
            [
                ("package-index", "/etc/pip.conf: index-url https://h/s"),
                ("trusted-host", "/etc/pip.conf: trusted-host h"),
            ],
            id="for all",
        ),
        pytest.param(
            "pip install --require-hashes -r r.txt",
            {"mountPath": "/c"},
            {"PIP_CONFIG_FILE": "/c/pip.conf"},
            [
                ("package-index", "/c/pip.conf: index-url https://h/s"),
                ("trusted-host", "/c/pip.conf: trusted-host h"),
            ],
            id="that a variable names",
        ),
        pytest.param("sleep 1", {"mountPath": "/root/.pip"}, {}, [], id="nothing is installed"),
        pytest.param(
            "pip install --require-hashes -r r.txt", {"mountPath": "/c"}, {}, [], id="elsewhere"
        ),
    ],
)
def test_a_configuration_of_pip(
    command: str, mount: Any, variables: dict[str, str], found: list[tuple[str, str]]
) -> None:
    mounts = [{"name": "c", **mount}]
    container = {"command": command.split(), "resources": GPU, "volumeMounts": mounts}
    files = {"m": {"pip.conf": CONFIG}}
    container["env"] = env(**variables)
    assert hazards_of(container, volumes=VOLUMES, files=files) == found


def test_only_pods_in_which_a_model_is_likely_are_asked() -> None:
    install = {"command": ["pip", "install", "acme"]}
    server = {"image": "vllm/vllm-openai:v0.33.0", "args": ["--model", "org/m"]}
    assert hazards_of(install) == []
    assert hazards_of(install, server) == [(INSTALL, "pip install acme")]
    assert hazards_of(install, {"resources": GPU}) == [(INSTALL, "pip install acme")]


def test_hooks_are_read() -> None:
    hook = {"lifecycle": {"postStart": {"exec": {"command": ["pip", "install", "acme"]}}}}
    assert hazards_of({**hook, "resources": GPU}) == [(INSTALL, "pip install acme")]


@given(
    st.lists(
        st.sampled_from(
            ["pip", "uv", "uvx", "pipx", "install", "run", "tool", "-r", "--with", "-m", "python3",
             "--index-url=", "git+x@y", "--", "-i", "x", "", "conda", "sync", "pip-sync", "-c",
             "pip install", "setup.py"]
        ),
        max_size=8,
    )
)  # fmt: skip
def test_any_words_are_read(words: list[str]) -> None:
    hazards_of({"command": words, "resources": GPU})
