"""Programs known by name alone: some load a model and cannot be read yet, some load nothing."""

import re
from enum import Enum
from functools import cache

from pinfold.inspect.servers import harmless

# Servers and downloaders by the name of their program.
_UNREAD_PROGRAMS = frozenset(
    {
        "aphrodite", "docling-tools", "infinity_emb", "koboldcpp", "llama-cli", "llama-run",
        "llama-server", "llamafile", "lmdeploy", "local-ai", "localai", "mistralrs-server",
        "ollama", "sglang", "tabbyapi", "text-embeddings-router", "text-generation-router-llamacpp",
        "text-generation-server", "tritonserver", "trtllm-serve", "vllm", "xinference",
        "xinference-local", "xinference-worker",
        "hf", "huggingface-cli", "modelscope", "storage-initializer",
    }
)  # fmt: skip
_UNREAD_MODULES = (
    "aphrodite", "dynamo", "fastchat.serve.model_worker", "fastchat.serve.vllm_worker",
    "huggingface_hub", "huggingfaceserver", "infinity_emb", "kserve_storage", "llama_cpp.server",
    "lmdeploy", "mlc_llm", "modelscope", "ray.serve", "sglang", "tensorrt_llm",
    "text_generation_server", "vllm", "vllm_omni", "xinference",
)  # fmt: skip
# The last segment of an image's path; a * at the end is a prefix.
UNREAD_IMAGES = (
    "aphrodite-*", "huggingfaceserver*", "infinity", "koboldcpp*", "llama.cpp*", "lmdeploy*",
    "localai", "mistral.rs", "ollama", "ray-llm*", "sglang*", "storage-initializer",
    "tensorrt-llm", "tensorrtllm*", "text-embeddings-inference*", "tritonserver*", "vllm-omni*",
    "vllm-runtime", "xinference*",
)  # fmt: skip
# Subcommands with which such a program loads nothing.
_HARMLESS_SUBCOMMANDS = {
    "az": {"account", "acr", "aks", "keyvault", "login", "version"},
    "crane": {"auth", "config", "digest", "ls", "manifest", "version"},
    "kit": {"info", "list", "login", "logout", "push", "version"},
    "mlflow": {"db", "experiments", "gc", "runs", "server", "ui"},
    "oras": {"discover", "login", "logout", "manifest", "push", "repo", "tag", "version"},
    "skopeo": {"inspect", "list-tags", "login", "logout"},
    "wandb": {"agent", "login", "offline", "online", "server", "sync"},
    "hf": {"auth", "cache", "env", "jobs", "repo", "upload", "version"},
    "huggingface-cli": {"delete-cache", "env", "login", "logout", "scan-cache", "whoami"},
    "lmdeploy": {"check_env", "list"},
    "modelscope": {"clear-cache", "clearcache", "login", "scan-cache", "server", "upload"},
    "serve": {"build", "config", "controller-health", "shutdown", "start", "status"},  # Ray's
    "ollama": {"--version", "-v", "cp", "help", "list", "ls", "ps", "push", "rm", "show", "stop"},
    "vllm": {
        "--help",
        "--version",
        "-h",
        "-v",
        "chat",
        "collect-env",
        "complete",
        "download-kernels",
    },
}
_HARMLESS_PAIRS = {("lmdeploy", "serve", "proxy"), ("vllm", "snapshot", "inspect")}
_HARMLESS_PROGRAMS = frozenset(
    {
        ":", "[", "[[", "amd-smi", "apk", "apt", "apt-get", "awk", "base64", "basename", "break",
        "cat", "chgrp", "chmod", "chown", "clear", "continue", "cp", "cut", "date",
        "dd", "df", "dirname", "dnf", "du", "echo", "envsubst", "exit", "export",
        "false", "fg", "find", "free", "getent", "grep", "head", "hl-smi",
        "hostname", "id", "ip", "jobs", "jq", "kill", "kubectl", "ldconfig",
        "less", "ln", "ls", "lspci", "md5sum", "mkdir", "mktemp", "mount",
        "multi-node-serving.sh", "mv",
        "nc", "netcat", "netstat", "nslookup", "nvidia-cuda-mps-control",
        "nvidia-persistenced", "nvidia-smi", "pause", "pgrep", "ping", "pip", "pip3", "pkill",
        "printenv", "ps", "pwd", "ray", "readlink", "realpath", "redis-cli", "return", "rm",
        "rmdir", "rocm-smi", "rsync", "sed", "seq", "sha1sum", "sha256sum", "sha512sum",
        "rev", "shopt", "sleep", "sort", "ss", "sshd",
        "stat", "sync", "sysctl", "tail", "tar", "tee", "test", "top", "touch", "tr", "trap",
        "true", "type", "ulimit", "umask", "uname", "uniq", "unzip", "wait", "wc",
        "which", "whoami", "yes", "yum",
    }
)  # fmt: skip
_HARMLESS_MODULES = frozenset({"ensurepip", "http.server", "json.tool", "pip", "venv"})

# Text about loading a model: an unreadable script or a `python -c` with it is a suspect.
# Of which one stands in nearly every text about models. Each is looked for as it is: an alternation
# of them takes five times as long.
_WORDS = (
    "vllm", "sglang", "text-generation-", "text-embeddings-", "llama-server", "llama.cpp",
    "llama_cpp", "lmdeploy", "trtllm", "tensorrt_llm", "infinity_emb", "ollama", "tritonserver",
    "huggingface", "hf.co/", "hf_hub_download", "snapshot_download", "from_pretrained",
    "modelscope", "xinference", "aphrodite", "mlc_llm", "koboldcpp", "llamafile", "mistralrs",
    "/resolve/", "hf.co:", "hf-mirror.com", "fastchat", "localai", "local-ai", "tabbyapi", ".gguf",
    ".safetensors", "dynamo.", "lm_eval", "lm-eval", "ray.serve", "model_loading_config",
    "/api/pull", "--hf-repo", "--hf-file", "docling-tools",
)  # fmt: skip
_HF = re.compile(r"\bhf\s")
_DOWNLOADERS = frozenset({"aria2c", "axel", "curl", "git", "wget"})
HUB_ADDRESS = re.compile(r"huggingface\.co/|hf\.co/|modelscope\.c|/resolve/")

# Variables that hold a model's name or a server's arguments.
_MODEL_VARIABLES = frozenset(
    {
        "HF_MODEL_ID", "NIM_MODEL_NAME", "INFINITY_MODEL_ID", "VLLM_ADDITIONAL_ARGS",
        "OPTION_MODEL_ID",
    }
)  # fmt: skip
_MODEL_PREFIXES = ("SM_VLLM_", "SM_SGLANG_", "LLAMA_ARG_")
_NAME_MAX = 317  # of a resource: a domain, a slash, and 63 characters
_ACCELERATOR = re.compile(
    r".*/.*gpu.*|nvidia\.com/mig-.*|google\.com/tpu|habana\.ai/gaudi.*|huawei\.com/Ascend.*"
    r"|aws\.amazon\.com/neuron.*"
)


class Verdict(Enum):
    """What a program's name says."""

    HARMLESS = "loads nothing"
    UNREAD = "loads something, and is not read here"
    UNKNOWN = "nothing"


def matches(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a name is one of these; a * at the end stands for any rest."""
    whole, beginnings = _taken_apart(patterns)
    return name in whole or name.startswith(beginnings)


@cache
def _taken_apart(patterns: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
    beginnings = tuple(pattern[:-1] for pattern in patterns if pattern.endswith("*"))
    return frozenset(pattern for pattern in patterns if not pattern.endswith("*")), beginnings


def is_hub_file(text: str) -> bool:
    """Whether a word names a file of a hub by its address, for whatever program."""
    return "://" in text and "/resolve/" in text


def is_model_variable(name: str) -> bool:
    """Whether a variable holds a model's name or a server's arguments."""
    return name in _MODEL_VARIABLES or name.startswith(_MODEL_PREFIXES)


def is_accelerator(resource: str) -> bool:
    """Whether a resource's name is that of an accelerator."""
    return len(resource) <= _NAME_MAX and _ACCELERATOR.fullmatch(resource) is not None


def of_program(name: str, words: list[str]) -> Verdict:
    """What is known of a program with these words after it."""
    if name in _DOWNLOADERS:
        takes_from_hub = any(HUB_ADDRESS.search(word) for word in words)
        return Verdict.UNREAD if takes_from_hub else Verdict.HARMLESS
    subcommands = _HARMLESS_SUBCOMMANDS.get(name, ())
    if (
        name in _HARMLESS_PROGRAMS
        or name in harmless.PROGRAMS
        or (words and words[0] in subcommands)
    ):
        return Verdict.HARMLESS
    if (name, *words[:2]) in _HARMLESS_PAIRS:
        return Verdict.HARMLESS
    return Verdict.UNREAD if name in _UNREAD_PROGRAMS else Verdict.UNKNOWN


def of_script(path: str) -> Verdict:
    """What is known of a file that Python runs, by its name."""
    is_harmless = any(f"/{path}".endswith(f"/{name}") for name in harmless.SCRIPTS)
    return Verdict.HARMLESS if is_harmless else Verdict.UNKNOWN


def is_harmless_image(name: str) -> bool:
    """Whether an image is known to load nothing, though it is named after a server."""
    return matches(name, harmless.IMAGES)


def of_module(name: str) -> Verdict:
    """What is known of a module that Python runs."""
    if name in _HARMLESS_MODULES or name in harmless.MODULES:
        return Verdict.HARMLESS
    is_unread = any(name == known or name.startswith(f"{known}.") for known in _UNREAD_MODULES)
    return Verdict.UNREAD if is_unread else Verdict.UNKNOWN


def has_model_word(text: str) -> bool:
    """Whether a word stands in a text that hardly any other text has."""
    if any(map(text.__contains__, _WORDS)):
        return True
    return "hf" in text and _HF.search(text) is not None


def of_code(text: str) -> Verdict:
    """What is known of a text that Python runs."""
    return Verdict.UNREAD if has_model_word(text) else Verdict.UNKNOWN
