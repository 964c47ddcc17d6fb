"""What torchrun, accelerate and DeepSpeed start, and where that cannot be told."""

from typing import Any

import pytest

from pinfold.inspect.commands.launchers import launched
from pinfold.inspect.commands.model import HOLE, Environment, Process, Token, Unread
from pinfold.inspect.workload import Code
from tests.inspect.servers.reading import S1, facts_of, rows

UNREAD = Unread(Code.SECRET, "a Secret")


def starts(line: str) -> str | None:
    """What a line starts; a ? in a word is not known, a ! is not known and one word."""

    def token(text: str) -> Token:
        unread = (
            Unread(Code.SECRET, "a Secret", clean="!" in text) if set("?!") & set(text) else None
        )
        return Token(text.replace("?", HOLE).replace("!", HOLE), "p", unread=unread)

    process = launched(Process(tuple(map(token, line.split())), Environment({})))
    return None if process is None else " ".join(word.text for word in process.argv)


@pytest.mark.parametrize(
    ("line", "started"),
    [
        pytest.param("torchrun train.py --x 1", "python3 train.py --x 1", id="bare"),
        pytest.param(
            "/opt/bin/torchrun --nproc_per_node=8 --nnodes 2 a.py", "python3 a.py", id="options"
        ),
        pytest.param(
            "torchrun --standalone a.py --standalone", "python3 a.py --standalone", id="flag"
        ),
        pytest.param("torchrun -m pkg.train x", "python3 -m pkg.train x", id="a module"),
        pytest.param("torchrun --no-python ./a b", "./a b", id="a program"),
        pytest.param("torchrun --node-rank ! a.py", "python3 a.py", id="a number not known"),
        pytest.param("python3.11 -m torch.distributed.run a.py", "python3 a.py", id="as a module"),
        pytest.param("python -m torch.distributed.launch --use_env a.py", "python3 a.py", id="old"),
        pytest.param(
            "accelerate launch --config_file c.yaml --multi_gpu a.py",
            "python3 a.py",
            id="accelerate",
        ),
        pytest.param("accelerate-launch --module pkg", "python3 -m pkg", id="accelerate-launch"),
        pytest.param("deepspeed --num_gpus 2 --no_ssh a.py", "python3 a.py", id="DeepSpeed"),
        pytest.param("mpirun -n 1 tritonserver -x", "tritonserver -x", id="mpirun"),
        pytest.param(
            "mpiexec --allow-run-as-root --mca btl ^tcp -np 2 python a.py",
            "python a.py",
            id="an option of two words",
        ),
        pytest.param("mpirun -n 1 a : -n 1 b", None, id="two programs"),
        pytest.param("mpirun -x HF_HOME=/x a", None, id="a variable is set"),
        pytest.param("mpirun --mca a ? b", None, id="a second value that may be words"),
        pytest.param(
            "python -m accelerate.commands.launch --config c.yaml --multi a.py",
            "python3 a.py",
            id="abbreviated",
        ),
        pytest.param("torchrun --n 2 a.py", None, id="abbreviated to several sorts"),
        pytest.param("torchrun --new-option x.py a.py", None, id="an option not known here"),
        pytest.param("torchrun --nnodes ? a.py", None, id="a value that may be words"),
        pytest.param("torchrun ? a.py", None, id="words not known"),
        pytest.param("torchrun --nnodes", None, id="nothing"),
        pytest.param("torchrun", None, id="alone"),
        pytest.param("accelerate config", None, id="another command of accelerate"),
        pytest.param("python a.py", None, id="no launcher"),
    ],
)
def test_what_a_launcher_starts(line: str, started: str | None) -> None:
    assert starts(line) == started


def test_no_words_are_no_launcher() -> None:
    assert launched(Process((), Environment({}))) is None


@pytest.mark.parametrize(
    ("revision", "state"), [pytest.param("main", "unpinned", id="a branch"), (S1, "pinned")]
)
def test_a_script_at_hand_is_read(revision: str, state: str) -> None:
    load = f"AutoModel.from_pretrained('org/m', revision='{revision}')"
    code = f"from transformers import AutoModel\n{load}"
    container: dict[str, Any] = {
        "command": ["torchrun", "--nproc-per-node", "8", "/code/train.py"],
        "volumeMounts": [{"name": "code", "mountPath": "/code"}],
    }
    volumes = [{"name": "code", "configMap": {"name": "scripts"}}]
    facts = facts_of(container, volumes=volumes, files={"scripts": {"train.py": code}})
    assert rows(facts) == [("model", "org/m", revision, state)]


@pytest.mark.parametrize("name", ["JOB_COMPLETION_INDEX", "LWS_WORKER_INDEX"])
def test_a_number_that_comes_with_the_pod_hides_nothing(name: str) -> None:
    script = f"torchrun --node-rank=${name} /code/a.py; vllm serve org/m --node-rank ${name}"
    facts = facts_of({"command": ["sh", "-c", script + f" --revision {S1}"]})
    assert (rows(facts), facts.opaque) == ([("model", "org/m", S1, "pinned")], ())
