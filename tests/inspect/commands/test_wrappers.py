"""Programs that run another: where its command begins, and what they change of it."""

import pytest

from tests.inspect.commands.running import commands, problems, shell, shown

ENDPOINT = {"name": "E", "value": "1"}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        pytest.param("torchrun --nproc_per_node=8 --nnodes 2 x.py --a", "python3 x.py --a",
                     id="torchrun"),
        pytest.param("torchrun -m x.y --a", "python3 -m x.y --a", id="of a module"),
        pytest.param("torchrun --no-python v a", "v a", id="of any program"),
        pytest.param("python3.11 -m torch.distributed.run -t 3 x.py", "python3 x.py",
                     id="as a module"),
        pytest.param("python3 -m torch.distributed.launch --use-env x.py", "python3 x.py",
                     id="as it was"),
        pytest.param("accelerate launch --num_processes 2 --gpu-ids 1 -m e", "python3 -m e",
                     id="accelerate"),
        pytest.param("accelerate config", "accelerate config", id="another of accelerate"),
        pytest.param("deepspeed --num_gpus 8 x.py", "python3 x.py", id="deepspeed"),
        pytest.param("mpirun -np 2 --allow-run-as-root -x A --mca btl tcp v a", "v a", id="mpirun"),
        pytest.param("mpiexec -n 2 v a", "v a", id="mpiexec"),
        pytest.param("numactl -N 0 --membind=0 -l v a", "v a", id="numactl"),
        pytest.param("nsys profile -o x -t cuda --force-overwrite true v a", "v a", id="nsys"),
        pytest.param("nsys stats x", "nsys stats x", id="another of nsys"),
        pytest.param("trtllm-llmapi-launch v a", "v a", id="trtllm-llmapi-launch"),
        pytest.param("opentelemetry-instrument --traces_exporter otlp --x=y v a", "v a",
                     id="opentelemetry"),
        pytest.param("ddtrace-run v a", "v a", id="ddtrace-run"),
        pytest.param("tini -s -- v a", "v a", id="tini"),
        pytest.param("tini -gvvv v a", "v a", id="tini, letters together"),
        pytest.param("dumb-init -v -- v a", "v a", id="dumb-init"),
        pytest.param("stdbuf -oL -e L v a", "v a", id="stdbuf"),
        pytest.param("taskset -c 0-3 v a", "v a", id="taskset"),
        pytest.param("ionice -c2 -n 0 chrt -f 99 nice -10 v a", "v a", id="three of them"),
        pytest.param("unbuffer -p v a", "v a", id="unbuffer"),
        pytest.param("script -qefc 'v a' /dev/null", "v a", id="script"),
        pytest.param("script --command='v a' x", "v a", id="script, in full"),
        pytest.param("su -c 'v a' user", "v a", id="su"),
        pytest.param("su -l user -s /bin/sh --command 'v a'", "v a", id="su, of a user"),
        pytest.param("runuser user -c 'v a'", "v a", id="runuser"),
        pytest.param("runuser -u user -- v a", "v a", id="runuser of words"),
        pytest.param("flock /x -c 'v a'", "v a", id="flock"),
        pytest.param("flock -n /x v a", "v a", id="flock of words"),
        pytest.param("uv run --with x v a", "v a", id="uv run"),
        pytest.param("uv --offline run x.py a", "python3 x.py a", id="uv run of a file"),
        pytest.param("uv run -m x.y", "python3 -m x.y", id="uv run of a module"),
        pytest.param("uv tool run v a", "v a", id="uv tool run"),
        pytest.param("uv --unknown run v a", "uv --unknown run v a", id="uv, not known"),
        pytest.param("uv run", "", id="uv run of nothing"),
        pytest.param("uvx --from x v@0.6 a", "v a", id="uvx"),
        pytest.param("pixi run -e x v a", "v a", id="pixi"),
        pytest.param("conda run -n x --no-capture-output v a", "v a", id="conda"),
        pytest.param("sudo -Eu x v a", "v a", id="sudo"),
        pytest.param("gosu x chroot /x unshare -r v a", "v a", id="other users and roots"),
        pytest.param("gdb -ex run --args v a", "v a", id="gdb"),
        pytest.param("gdb v", "gdb v", id="gdb without words"),
        pytest.param("strace -f -o x v a", "v a", id="strace"),
        pytest.param("python -m", "python -m", id="half a module"),
        pytest.param("python x.py -m deepspeed", "python x.py -m deepspeed",
                     id="a file's own words"),
    ],
)  # fmt: skip
def test_the_command_behind_a_wrapper(line: str, words: str) -> None:
    assert [" ".join(one) for one in shell(line)] == ([words] if words else [])


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("nice --other v a", id="a long option"),
        pytest.param("sudo -Z v a", id="a letter"),
        pytest.param("timeout $S v a", id="a word that may be an option"),
        pytest.param("timeout -k $S 5 v a", id="a value that may be words"),
        pytest.param("timeout -$S 5 v a", id="an option that is not known"),
        pytest.param("mpirun -n 1 v a : -n 2 v b", id="two programs"),
        pytest.param("su $S -c v", id="su of whom"),
        pytest.param("su -c", id="half of su"),
        pytest.param("su -s /bin/sh x", id="su without a text"),
        pytest.param("su -s /bin/zsh -c v x", id="su of another shell"),
        pytest.param("su x -- -c v", id="su with words"),
    ],
)
def test_where_a_command_begins_is_not_always_known(line: str) -> None:
    assert problems(commands("bash", "-c", line)) or "?*" in shell(line)[0]


@pytest.mark.parametrize(
    ("line", "value"),
    [
        pytest.param("E=2 exec v", "2", id="exec"),
        pytest.param("E=2 exec; v", "1", id="exec without a command"),
        pytest.param("env E=2 v", "2", id="env"),
        pytest.param("env -i v", None, id="env -i"),
        pytest.param("env - v", None, id="env -"),
        pytest.param("env -u E v", None, id="env -u"),
        pytest.param("env --unset=E v", None, id="env --unset"),
        pytest.param("env -uE v", None, id="env -u, in one word"),
        pytest.param("sudo E=2 v", "2", id="sudo"),
        pytest.param("sudo v", "?", id="sudo drops it, most times"),
        pytest.param("sudo -E v", "1", id="sudo -E"),
        pytest.param("mpirun -x E=2 -x F v", "2", id="mpirun"),
        pytest.param("nohup v", "1", id="nohup"),
    ],
)
def test_the_variables_behind_a_wrapper(line: str, value: str | None) -> None:
    found = commands("bash", "-c", line, env=[ENDPOINT])
    environment = found.processes[-1].environment
    told = environment.told("E")
    text = None if told is None else "?" if told.unread else told.text
    assert (shown(found), text) == ([["v"]], "?" if "exec;" in line else value)
