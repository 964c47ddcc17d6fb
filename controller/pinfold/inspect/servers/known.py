"""Programs that are known by name alone: those that load and cannot be read yet, and those that
load nothing.
"""

import re

# Servers and downloaders by the name of their program.
UNREAD_PROGRAMS = frozenset(
    {
        "aphrodite", "infinity_emb", "koboldcpp", "litellm-proxy-vllm", "llama-cli", "llama-run",
        "llama-server", "llamafile", "lmdeploy", "localai", "local-ai", "mistralrs-server", "nim_llm_sdk",
        "ollama", "sglang", "start-server", "tabbyapi", "tensorrt_llm", "text-embeddings-router",
        "text-generation-router-llamacpp", "text-generation-server", "triton", "tritonserver",
        "trtllm-serve", "xinference", "xinference-local", "xinference-worker",
        "hf", "huggingface-cli", "hf_transfer", "modelscope", "storage-initializer", "tosutil",
    }
)  # fmt: skip
UNREAD_MODULES = (
    "sglang", "huggingfaceserver", "llama_cpp.server", "lmdeploy", "dynamo", "tensorrt_llm",
    "infinity_emb", "xinference", "aphrodite", "mlc_llm", "vllm_omni", "fastchat.serve.model_worker",
    "fastchat.serve.vllm_worker", "vllm", "text_generation_server", "ray.serve", "kserve_storage",
    "huggingface_hub.commands", "modelscope",
)  # fmt: skip
# The last segment of an image's path; a * at the end is a prefix.
UNREAD_IMAGES = (
    "text-embeddings-inference*", "sglang*", "llama.cpp*", "huggingfaceserver*", "lmdeploy*",
    "infinity", "ollama", "tritonserver*", "ray-llm*", "storage-initializer", "xinference*",
    "localai", "tensorrt-llm", "tensorrtllm*", "aphrodite-*", "vllm-omni*", "koboldcpp*",
    "mistral.rs", "vllm-runtime", "sglang-runtime", "tensorrtllm-runtime",
)  # fmt: skip
# Subcommands under which such a program loads nothing.
_HARMLESS_SUBCOMMANDS = {
    "hf": {"auth", "cache", "env", "version", "repo", "upload", "jobs"},
    "huggingface-cli": {"login", "logout", "whoami", "env", "scan-cache", "delete-cache"},
    "ollama": {"list", "ls", "ps", "--version", "-v", "help"},
    "vllm": {"chat", "complete", "collect-env", "--version", "-v", "--help", "-h"},
}
HARMLESS_PROGRAMS = frozenset(
    {
        ":", "[", "alias", "apk", "apt", "apt-get", "awk", "base64", "basename", "cat", "chmod",
        "chown", "clear", "cp", "curl", "cut", "date", "dcgm-exporter", "dd", "df", "dirname", "du",
        "echo", "envsubst", "exit", "export", "false", "fg", "find", "free", "genai-perf", "getent",
        "git", "grep", "groups", "head", "hostname", "id", "ip", "jobs", "jq", "kill", "kubectl",
        "ldconfig", "less", "ln", "ls", "lspci", "mkdir", "mktemp", "mount", "mv", "nc", "netstat",
        "node_exporter", "nslookup", "nvidia-smi", "pause", "pgrep", "ping", "pip", "pip3", "pkill",
        "printenv", "printf", "ps", "pwd", "ray", "read", "readlink", "realpath", "return", "rm",
        "rmdir", "rocm-smi", "rsync", "sed", "seq", "set", "shopt", "sleep", "sort", "ss", "ssh",
        "sshd", "stat", "sync", "sysctl", "tail", "tar", "tee", "test", "top", "touch", "tr", "trap",
        "true", "type", "ulimit", "umask", "uname", "uniq", "unzip", "wait", "wc", "wget", "which",
        "whoami", "xargs", "yes", "yum", "dnf", "multi-node-serving.sh", "vllm-router", "inference-perf",
        "nvidia-persistenced", "nvidia-cuda-mps-control", "amd-smi", "hl-smi", "netcat", "redis-cli",
    }
)  # fmt: skip

# Text that is about loading a model: an unreadable script or a `python -c` with it is a suspect.
MENTION = re.compile(
    r"vllm|sglang|text-generation-|text-embeddings-|llama-server|llama\.cpp|llama_cpp|lmdeploy"
    r"|trtllm|tensorrt_llm|infinity_emb|ollama|tritonserver|huggingface|huggingface_hub|hf[ _]download"
    r"|hf_hub_download|hf\.co/|snapshot_download|from_pretrained|modelscope|xinference|aphrodite"
    r"|mlc_llm|koboldcpp|--model[-_= ]|\bhf\s",
)
_DOWNLOADERS = frozenset({"git", "curl", "wget", "aria2c", "axel"})
_HUBS = re.compile(r"huggingface\.co/|hf\.co/|modelscope\.c|/resolve/")

# Variables that hold a model's name or a server's arguments.
MODEL_VARIABLES = re.compile(
    r"SM_VLLM_.*|SM_SGLANG_.*|HF_MODEL_ID|LLAMA_ARG_.*|NIM_MODEL_NAME|INFINITY_MODEL_ID"
    r"|VLLM_ADDITIONAL_ARGS|OPTION_MODEL_ID|OLLAMA_MODEL"
)
_ACCELERATOR = re.compile(
    r"nvidia\.com/(?:gpu|mig-).*|amd\.com/gpu.*|gpu\.intel\.com/.*|intel\.com/gpu.*|google\.com/tpu"
    r"|habana\.ai/gaudi|aws\.amazon\.com/neuron.*|huawei\.com/Ascend.*|.*/.*gpu.*"
)


def matches(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a name is one of these; a * at the end stands for any rest."""
    return any(
        name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern
        for pattern in patterns
    )


def is_accelerator(resource: str) -> bool:
    """Whether a resource's name is that of an accelerator."""
    return _ACCELERATOR.fullmatch(resource) is not None


def is_harmless(program: str, words: list[str]) -> bool:
    """Whether a program, with these words after it, loads nothing."""
    if program in _HARMLESS_SUBCOMMANDS:
        return bool(words) and (
            words[0] in _HARMLESS_SUBCOMMANDS[program] or words[:2] == ["bench", "serve"]
        )
    if program in _DOWNLOADERS:
        return not any(_HUBS.search(word) for word in words)
    return program in HARMLESS_PROGRAMS or program.endswith((".service", "-exporter"))


def is_unread(program: str, words: list[str]) -> bool:
    """Whether a program is known to load something, and is not read here."""
    if program in _DOWNLOADERS:
        return any(_HUBS.search(word) for word in words)
    return program in UNREAD_PROGRAMS or program == "vllm"


def is_unread_module(module: str) -> bool:
    """The same for a module that Python runs."""
    return any(module == known or module.startswith(f"{known}.") for known in UNREAD_MODULES)
