"""Settings of vLLM that import code, or open the server to it: their value decides.

Source lines are of vllm 0.33.0 (paths under vllm/). Options whose every value is an import path are
the hazards of vllm.py.
"""

from pinfold.inspect.dialects.parsed import Unclear
from pinfold.inspect.servers.case import Case, place_of
from pinfold.inspect.servers.model import Flag

# Values that vLLM knows itself (config/parallel.py:290-306); any other is imported.
_BUILTIN = {
    "--worker-cls": ("auto",),
    "--distributed-executor-backend": ("external_launcher", "mp", "ray", "uni"),
}
# Variables that hold a path to code, or names of code to import (envs.py).
_CODE_VARIABLES = ("VLLM_NCCL_SO_PATH", "VLLM_RUST_FRONTEND_PATH")
# Plugins that take adapters from a folder or a hub at run time (envs.py:1167-1205).
_RESOLVERS = ("VLLM_LORA_RESOLVER_CACHE_DIR", "VLLM_LORA_RESOLVER_HF_REPO_LIST")
# Elsewhere than in the model: a daemon on the node, a peer (model_loader/__init__.py:33-70).
_ELSEWHERE = ("ipc_cache", "modelexpress")
ENV_HAZARDS = {
    "VLLM_ALLOW_RUNTIME_LORA_UPDATING": "runtime-lora",
    "VLLM_ALLOW_INSECURE_SERIALIZATION": "insecure-serialization",
    "VLLM_SERVER_DEV_MODE": "development-routes",
}


def hazards(case: Case) -> None:
    """Report them."""
    for option, builtin in _BUILTIN.items():
        item = case.find(Flag(option))
        if item is not None and not _is_own(item.text, builtin):
            case.hazard("import-path", item.token.place, f"{option} {item.text}")
    for flag, key in (("--kv-transfer-config", "kv_connector_module_path"), *_COMPILATION):
        _key(case, flag, key)
    for names, hazard in ((_CODE_VARIABLES, "import-path"), (_RESOLVERS, "runtime-lora")):
        for name in names:
            value = case.environment.told(name)
            if value is not None and value.text:
                case.hazard(hazard, value.place, f"{name}={value.text}")
    load_format = case.find(Flag("--load-format"))
    if load_format is not None and load_format.text.lower() in _ELSEWHERE:
        text = f"--load-format {load_format.text}"
        case.hazard("weights-elsewhere", load_format.token.place, text)


def _is_own(text: str, builtin: tuple[str, ...]) -> bool:
    """A name that vLLM knows, or a path into its own package."""
    return text in builtin or text.startswith("vllm.")


# A backend of another module, and passes to import (config/compilation.py:467, 604).
_COMPILATION = (
    ("--compilation-config", "backend"),
    ("--compilation-config", "inductor_passes"),
)


def _key(case: Case, flag: str, key: str) -> None:
    given = case.parsed.last(flag)
    try:
        value = case.json_of(flag)
    except Unclear:
        return  # what no one knows is not reported as if it were there
    found = value.get(key) if isinstance(value, dict) else None
    names_code = bool(found) if key != "backend" else isinstance(found, str) and "." in found
    if names_code and given is not None:
        case.hazard("import-path", place_of(given, key).place, f"{flag} {key}={found}")
