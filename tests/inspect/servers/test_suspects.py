"""Which containers are suspects, and what is said of a command that is not read."""

from typing import Any

import pytest

from tests.inspect.servers.reading import OTHER, S1, SECRET, TGI, VLLM, codes, env, facts_of, rows

GPU = {"limits": {"nvidia.com/gpu": "1"}}


def run(*command: str, **more: Any) -> list[str]:
    return codes(facts_of({"command": list(command), **more}))


@pytest.mark.parametrize(
    "container",
    [
        pytest.param({"image": "nginx"}, id="a web server"),
        pytest.param({"image": "nginx", "command": ["sh", "-c", "if [ a ]; then"]}, id="no script"),
        pytest.param({"command": ["sh", "-c", "eval $X"]}, id="a script that is not read"),
        pytest.param({"command": ["sh", "-c", "curl $X; eval $X"]}, id="a script with curl"),
        pytest.param({"command": ["python", "app.py"]}, id="a program"),
        pytest.param({"command": ["sleep", "1"], "resources": GPU}, id="sleep on a GPU"),
        pytest.param({"command": ["nvidia-smi"], "resources": GPU}, id="nvidia-smi"),
        pytest.param(
            {"command": ["sh", "-c", "echo $X; sleep inf"], "resources": GPU},
            id="a script that does nothing",
        ),
        pytest.param({"command": ["ray", "start", "--block"], "image": VLLM}, id="a worker"),
        pytest.param({"command": ["vllm", "chat", "--model-name", "x"]}, id="a client"),
        pytest.param({"command": ["vllm", "bench", "serve", "--model", "x"]}, id="a benchmark"),
        pytest.param({"command": ["hf", "auth", "login"]}, id="a login"),
        pytest.param({"command": ["curl", "http://vllm/health"], "image": VLLM}, id="a probe"),
        pytest.param({"command": ["python", "-c", "print(1)"]}, id="a line of Python"),
        pytest.param({"command": ["python", "-m", "http.server"], "image": VLLM}, id="a module"),
        pytest.param({"command": ["python3"], "env": env(URL="http://vllm")}, id="Python alone"),
        pytest.param(
            {"command": ["python", "-W", "x", "-u", "-"], "env": env(A="vllm")},
            id="Python that reads its input",
        ),
        pytest.param({"command": ["$(S)"], "env": env(S=SECRET)}, id="an unknown program"),
        pytest.param({"image": "x/proxy", "args": ["--upstream", "http://vllm:8000"]}, id="proxy"),
        pytest.param({"resources": {"limits": {"cpu": "1"}}}, id="a limit of CPU"),
        pytest.param({"image": "!", "command": ["a"]}, id="an image that is none"),
    ],
)
def test_a_container_that_is_no_suspect(container: dict[str, Any]) -> None:
    facts = facts_of(container)
    assert (rows(facts), codes(facts)) == ([], [])


@pytest.mark.parametrize(
    ("container", "code"),
    [
        pytest.param(
            {"command": ["python", "train.py"], "resources": GPU},
            "script-in-image",
            id="a program on a GPU",
        ),
        pytest.param(
            {"command": ["/app/run"], "resources": {"requests": {"amd.com/gpu": 1}}},
            "script-in-image",
            id="on another one",
        ),
        pytest.param({"resources": GPU}, "script-in-image", id="an image's own command"),
        pytest.param(
            {"command": ["python", "-m", "app"], "resources": GPU}, "script-in-image", id="a module"
        ),
        pytest.param(
            {"command": ["python", "-mapp"], "resources": GPU},
            "script-in-image",
            id="a module written on",
        ),
        pytest.param(
            {"command": ["python", "-c", "x"], "resources": GPU},
            "script-in-image",
            id="a line of Python",
        ),
        pytest.param(
            {"command": ["sh", "-c", "eval $(cat x)"], "resources": GPU},
            "shell-syntax",
            id="a script",
        ),
        pytest.param(
            {"command": ["$(S)"], "env": env(S=SECRET), "resources": GPU},
            "secret",
            id="an unknown program",
        ),
        pytest.param(
            {"command": ["sh", "-c", "$S x"], "env": env(S=SECRET), "resources": GPU},
            "secret",
            id="an unknown program of a script",
        ),
        pytest.param(
            {"command": ["python", "x.py"], "image": VLLM}, "script-in-image", id="a server's image"
        ),
        pytest.param(
            {"command": ["a"], "env": env(LLAMA_ARG_MODEL="x")},
            "script-in-image",
            id="a variable that names a model",
        ),
        pytest.param(
            {"image": "x/app", "env": env(OPTION_MODEL_ID="x")},
            "script-in-image",
            id="a variable for an image",
        ),
    ],
)
def test_a_command_of_a_suspect_that_is_not_read(container: dict[str, Any], code: str) -> None:
    assert codes(facts_of(container)) == [code]


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["mistralrs-server", "plain", "-m", "x"], id="a server"),
        pytest.param(["/app/koboldcpp", "--model", "x"], id="by its path"),
        pytest.param(["python3", "-m", "mlc_llm"], id="a module"),
        pytest.param(["python3", "-u", "-m", "aphrodite.endpoints"], id="behind an option"),
        pytest.param(["vllm", "bench", "sweep", "serve"], id="another subcommand of vLLM"),
        pytest.param(["vllm", "snapshot", "restore", "/s"], id="a snapshot"),
        pytest.param(["vllm"], id="vLLM alone"),
        pytest.param(["modelscope", "pipeline", "org/m"], id="a download"),
        pytest.param(["docling-tools", "models", "download"], id="names of its own"),
        pytest.param(["xh", "https://x/org/m/resolve/main/f"], id="a file of a hub"),
        pytest.param(["python", "get.py", "--u=https://x/org/m/resolve/main/f"], id="by a script"),
        pytest.param(["python", "-c", "import vllm; vllm.go()"], id="a line of Python"),
        pytest.param(["sh", "-c", "a && xinference launch x"], id="in a script"),
        pytest.param(["python3", "-m", "vllm.entrypoints.llm"], id="a module of vLLM"),
    ],
)
def test_a_known_program_that_cannot_be_read_yet(command: list[str]) -> None:
    assert run(*command) == ["unknown-server"]


@pytest.mark.parametrize(
    ("image", "args"),
    [
        pytest.param("koboldai/koboldcpp:latest", ["x"], id="KoboldCpp"),
        pytest.param("xprobe/xinference:v1", [], id="Xinference"),
        pytest.param("x/aria2", ["https://huggingface.co/org/m"], id="a download"),
    ],
)
def test_an_image_that_cannot_be_read_yet(image: str, args: list[str]) -> None:
    assert codes(facts_of({"image": image, "args": args})) == ["unknown-server"]


@pytest.mark.parametrize(
    "container",
    [
        pytest.param({"command": ["/usr/bin/vllm", "serve", "org/m"]}, id="by its path"),
        pytest.param({"command": ["python3", "/usr/bin/vllm", "serve", "org/m"]}, id="by Python"),
        pytest.param(
            {"command": ["python3.12", "-m", "vllm.entrypoints.cli.main", "serve", "org/m"]},
            id="as a module",
        ),
        pytest.param({"command": ["vllm", "launch", "render", "org/m"]}, id="a component"),
        pytest.param(
            {"command": ["tini", "--", "uv", "run", "vllm", "serve", "org/m"]}, id="in two"
        ),
        pytest.param(
            {"image": "nvcr.io/nvidia/vllm:25.09-py3", "args": ["vllm", "serve", "org/m"]},
            id="as arguments of an image that runs them",
        ),
        pytest.param({"args": ["bash", "-c", "vllm serve org/m"]}, id="a shell as arguments"),
        pytest.param({"command": ["sh", "-c", "v''ll\\m serve org/m"]}, id="with quotes in it"),
        pytest.param({"command": ["sh", "-c", "`true`; vllm serve org/m"]}, id="behind others"),
        pytest.param(
            {"lifecycle": {"postStart": {"exec": {"command": ["vllm", "serve", "org/m"]}}}},
            id="in a hook",
        ),
    ],
)
def test_a_server_is_known_by_its_command(container: dict[str, Any]) -> None:
    assert ("model", "org/m", None, "unpinned") in rows(facts_of(container))


@pytest.mark.parametrize(
    ("image", "server"),
    [
        pytest.param("vllm/vllm-openai:v0.33.0", "vllm", id="vLLM"),
        pytest.param("mirror.example:5000/a/b/vllm-openai:v0.33.0", "vllm", id="on a mirror"),
        pytest.param("vllm/vllm-openai-cpu:v0.33.0", "vllm", id="for a CPU"),
        pytest.param(TGI, "tgi", id="TGI"),
    ],
)
def test_a_server_is_known_by_its_image(image: str, server: str) -> None:
    assert {row.server for row in facts_of({"image": image}).artefacts} == {server}


def test_two_servers_of_a_script_are_both_read() -> None:
    script = f"vllm serve a/a --revision {S1} & vllm serve b/b & vllm serve b/b"
    facts = facts_of({"command": ["sh", "-c", script]})
    assert rows(facts) == [("model", "a/a", S1, "pinned"), ("model", "b/b", None, "unpinned")]


@pytest.mark.parametrize(
    ("source", "code"),
    [
        pytest.param({"configMap": {"name": "c"}}, "configmap", id="a ConfigMap"),
        pytest.param({"secret": {}}, "secret", id="a Secret"),
        pytest.param({"persistentVolumeClaim": {"claimName": "w"}}, "volume", id="a claim"),
        pytest.param({"emptyDir": {}}, "volume", id="an emptyDir"),
    ],
)
@pytest.mark.parametrize("command", [["bash", "/x/run.sh"], ["/x/run.sh"], ["python", "/x/run.py"]])
def test_a_script_on_a_volume(source: dict[str, Any], code: str, command: list[str]) -> None:
    facts = facts_of(
        {"image": VLLM, "command": command, "volumeMounts": [{"name": "v", "mountPath": "/x"}]},
        volumes=[{"name": "v", **source}],
    )
    assert codes(facts) == [code]


def test_a_script_at_hand_in_another_language() -> None:
    facts = facts_of(
        {"image": VLLM, "command": ["python", "/x/a.py"],
         "volumeMounts": [{"name": "v", "mountPath": "/x"}]},
        volumes=[{"name": "v", "configMap": {"name": "c"}}],
        files={"c": {"a.py": "import vllm"}},
    )  # fmt: skip
    assert codes(facts) == ["configmap"]


def test_a_shell_script_at_hand_is_read() -> None:
    facts = facts_of(
        {"image": OTHER, "command": ["bash", "/x/a.sh", "org/m"],
         "volumeMounts": [{"name": "v", "mountPath": "/x"}]},
        volumes=[{"name": "v", "configMap": {"name": "c"}}],
        files={"c": {"a.sh": 'exec vllm serve "$1"'}},
    )  # fmt: skip
    (row,) = facts.artefacts
    assert (row.id, row.via) == ("org/m", ("ConfigMap c", '"$1"'.strip('"')))


def test_a_server_in_the_name_of_an_image_makes_its_variables_tell() -> None:
    model = env(MODEL_ID="org/m")
    assert rows(facts_of({"image": "acme/chat-vllm:1", "env": model})) == [
        ("model", "org/m", None, "opaque")
    ]
    assert rows(facts_of({"image": "acme/chat:1", "env": model})) == []
    client = env(MODEL_ID="org/m", OPENAI_BASE_URL="http://llm:8000/v1")
    assert rows(facts_of({"image": "acme/rag-vllm:1", "env": client})) == []
    assert rows(facts_of({"image": "acme/vllm-router:1", "env": model})) == []
