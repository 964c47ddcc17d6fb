"""A server told by its options alone, where the image's name says nothing and no command is given.

`args: [--model=org/m, --max-model-len=4096]` are vLLM's, whatever the image is called. What is read
so is listed, but no pin of it counts: another server may not know the option for it.
"""

from collections.abc import Sequence

from pinfold.inspect.commands.model import Token
from pinfold.inspect.servers import llama_cpp, sglang, tei, tgi, vllm
from pinfold.inspect.servers.model import Server


def _options(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What names the model, and options that only this server has beside it.
_TOLD: tuple[tuple[Server, frozenset[str], frozenset[str]], ...] = (
    (
        vllm.SERVER,
        _options("--model"),
        _options(
            "--tensor-parallel-size -tp --pipeline-parallel-size --max-model-len --kv-cache-dtype"
            " --gpu-memory-utilization --max-num-seqs --max-num-batched-tokens --enforce-eager"
            " --enable-lora --enable-prefix-caching --enable-chunked-prefill --kv-transfer-config"
            " --limit-mm-per-prompt --enable-auto-tool-choice --tool-call-parser --swap-space"
            " --disable-log-requests --no-enable-log-requests --cpu-offload-gb"
        ),
    ),
    (
        sglang.SERVER,
        _options("--model-path --model"),
        _options("--tp --tp-size --mem-fraction-static --chunked-prefill-size --dp-size"),
    ),
    (
        tgi.SERVER,
        _options("--model-id"),
        _options(
            "--num-shard --sharded --max-total-tokens --max-input-length --max-input-tokens"
            " --max-batch-prefill-tokens --max-concurrent-requests"
        ),
    ),
    (
        tei.SERVER,
        _options("--model-id"),
        _options("--auto-truncate --pooling --max-client-batch-size"),
    ),
    (
        llama_cpp.SERVER,
        _options("-m --model -hf -hfr --hf-repo -mu --model-url"),
        _options("-ngl --n-gpu-layers --gpu-layers --ctx-size -hff --hf-file --n-predict"),
    ),
)  # fmt: skip


def by_options(words: Sequence[Token], *, suspect: bool) -> Server | None:
    """The server that takes such options; None where several do, or none.

    What is no suspect may be a client with options of the same names, but for llama.cpp's.
    """
    names = {_name(word.text) for word in words if word.text.startswith("-")}
    found = [server for server, model, others in _TOLD if names & model and names & others]
    sure = len(found) == 1 and (suspect or found[0] is llama_cpp.SERVER)
    return found[0] if sure else None


def _name(text: str) -> str:
    name = text.partition("=")[0]
    return f"--{name[2:].replace('_', '-')}" if name.startswith("--") else name
