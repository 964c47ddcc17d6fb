"""Programs that start a script or a program on every accelerator, such as torchrun and mpirun.

The script is their first word that is neither an option nor its value. An option that is not known
here, or a word that is not known, may hide it; then the launcher is left as it stands. Read from
torch 2.9 (distributed/run.py), accelerate 1.15.0 (commands/launch.py), DeepSpeed 0.18
(launcher/runner.py) and Open MPI 4.1 (mpirun.1).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pinfold.inspect.commands.model import Process, Token

_MODULE = frozenset({"-m", "--module"})
_BARE = frozenset({"--no-python"})


@dataclass(frozen=True, slots=True)
class _Launcher:
    """Its options, with dashes for underscores: those that take a word, and those that do not."""

    values: frozenset[str]
    flags: frozenset[str]
    pairs: frozenset[str] = frozenset()  # those that take two words
    of_programs: bool = False

    def full(self, name: str) -> str | None:
        """The option of this name, or that begins so, as argparse has it; None where none does.

        Of several, argparse refuses all: any of them then stands for what it would take.
        """
        if name in self.values | self.flags | self.pairs:
            return name
        if self.of_programs:  # MPI's own parser
            return None
        found = [one for one in self.values | self.flags if one.startswith(name)]
        kinds = {one in self.values for one in found}
        return min(found) if name[:2] == "--" and len(kinds) == 1 else None


def _row(values: str, flags: str) -> _Launcher:
    return _Launcher(frozenset(values.split()), frozenset(flags.split()) | _MODULE | _BARE)


_TORCHRUN = _row(
    "--nnodes --nproc-per-node --rdzv-backend --rdzv-endpoint --rdzv-id --rdzv-conf --max-restarts"
    " --monitor-interval --start-method --event-log-handler --role --log-dir -r --redirects -t"
    " --tee --local-ranks-filter --node-rank --master-addr --master-port --local-addr --logs-specs"
    " --numa-binding --signals-to-handle",
    "--standalone --run-path --use-env",
)
_ACCELERATE = _row(
    "--config-file --deepspeed-config-file --dynamo-backend --dynamo-mode --fp8-backend --gpu-ids"
    " --fsdp-auto-wrap-policy --fsdp-sharding-strategy --fsdp-state-dict-type --fsdp-version"
    " --fsdp-transformer-layer-cls-to-wrap --fsdp-offload-params --fsdp-backward-prefetch"
    " --fsdp-use-orig-params --fsdp-cpu-ram-efficient-loading --fsdp-sync-module-states"
    " --gradient-accumulation-steps --gradient-clipping --log-dir --machine-rank --main-process-ip"
    " --main-process-port --main-training-function --max-restarts --mixed-precision"
    " --monitor-interval --num-cpu-threads-per-process --num-machines --num-processes"
    " --offload-optimizer-device --offload-param-device --rdzv-backend --rdzv-conf --role --tee -t"
    " --zero-stage --zero3-init-flag --zero3-save-16bit-model --deepspeed-hostfile"
    " --deepspeed-multinode-launcher",
    "--cpu --debug --downcast-bf16 --enable-cpu-affinity --multi-gpu --quiet -q --same-network"
    " --tpu --use-deepspeed --use-fsdp --use-megatron-lm --use-parallelism-config",
)
_DEEPSPEED = _row(
    "-H --hostfile -i --include -e --exclude --num-nodes --min-elastic-nodes --max-elastic-nodes"
    " --num-gpus --num-accelerators --master-port --master-addr --node-rank --launcher"
    " --launcher-args --enable-each-rank-log --autotuning --comment --account --bind-core-list"
    " --ssh-port",
    "--no-local-rank --no-ssh --no-ssh-check --force-multi --save-pid --elastic-training"
    " --bind-cores-to-rank",
)
# Left out: options that set a variable or a folder (-x, -wdir), and what only some versions have.
_MPIRUN = _Launcher(
    frozenset({
        "-n", "-np", "--n", "--np", "-c", "-N", "-npernode", "--npernode", "-H", "-host",
        "--host", "-hostfile", "--hostfile", "-machinefile", "--machinefile", "-bind-to",
        "--bind-to", "-map-by", "--map-by", "--rank-by",
    }),
    frozenset({
        "--allow-run-as-root", "-allow-run-as-root", "--oversubscribe", "-oversubscribe",
        "--tag-output", "-tag-output", "--report-bindings", "-report-bindings", "-q", "--quiet",
        "-v", "--verbose",
    }),
    pairs=frozenset({"-mca", "--mca"}),
    of_programs=True,
)  # fmt: skip
# By the words that start one, the longest first.
_STARTS = (
    (("python", "-m", "torch.distributed.run"), _TORCHRUN),
    (("python", "-m", "torch.distributed.launch"), _TORCHRUN),
    (("python", "-m", "accelerate.commands.launch"), _ACCELERATE),
    (("accelerate", "launch"), _ACCELERATE),
    (("accelerate-launch",), _ACCELERATE),
    (("torchrun",), _TORCHRUN),
    (("deepspeed",), _DEEPSPEED),
    (("mpirun",), _MPIRUN),
    (("mpiexec",), _MPIRUN),
)


def launched(process: Process) -> Process | None:
    """The script that a launcher starts, as Python would be started with it."""
    for words, launcher in _STARTS:
        if _names(process.argv[: len(words)]) == words:
            argv = _script(process.argv[0], process.argv[len(words) :], launcher)
            return process.running(argv) if argv else None
    return None


def _names(argv: Sequence[Token]) -> tuple[str, ...]:
    if not argv:
        return ()
    program = argv[0].text.rpartition("/")[2]
    program = "python" if program.startswith("python") else program
    return (program, *(token.text for token in argv[1:]))


def _script(
    program: Token, words: Sequence[Token], launcher: _Launcher
) -> tuple[Token, ...] | None:
    """Python with the script, or with `-m` and the module; the program alone for --no-python."""
    given: set[str] = set()
    index = 0
    while index < len(words):
        word = words[index]
        if word.many or word.is_hole:
            return None
        if not word.text.startswith("-"):
            rest = tuple(words[index:])
            return _programs(rest) if launcher.of_programs else _started(program, rest, given)
        name, equals, _value = word.text.partition("=")
        option = launcher.full(name if name[:2] != "--" else name.replace("_", "-"))
        if option is None:
            return None
        given.add(option)
        count = 2 if option in launcher.pairs else int(option in launcher.values and not equals)
        if any(value.is_hole for value in words[index + 1 : index + 1 + count]):
            return None
        index += 1 + count
    return None


def _started(program: Token, words: tuple[Token, ...], given: set[str]) -> tuple[Token, ...]:
    if given & _BARE:
        return words
    python = program.saying("python3")
    return (python, program.saying("-m"), *words) if given & _MODULE else (python, *words)


def _programs(words: tuple[Token, ...]) -> tuple[Token, ...] | None:
    """A program and its words; several, with a colon between them, are left alone."""
    return None if any(word.text == ":" for word in words) else words
