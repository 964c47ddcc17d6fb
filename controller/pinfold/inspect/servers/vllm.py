"""vLLM: `vllm serve`, its API server module, and the SageMaker form of its image.

Its other commands are in vllm_entries.py; what no slot says is in vllm_artefacts.py.

Source lines are of vllm 0.33.0 (paths under vllm/) unless another version is named.
"""

from pinfold.inspect.commands.model import Environment
from pinfold.inspect.dialects import flexible
from pinfold.inspect.servers.model import (
    Entrypoint,
    Flag,
    Inherit,
    JsonKey,
    Module,
    Program,
    Server,
    Slot,
)
from pinfold.inspect.servers.sagemaker import VLLM_PREFIX, VllmScript
from pinfold.inspect.servers.vllm_artefacts import (
    HAZARDS,
    MODEL_NAMES,
    local_path,
    lora_modules,
    mm_loras,
    not_builtin,
    prompt_adapters,
    quirk,
)
from pinfold.inspect.servers.vllm_code import ENV_HAZARDS
from pinfold.inspect.servers.vllm_entries import ENTRIES, SERVE_TABLES
from pinfold.inspect.workload import Kind

SERVE = Program("vllm serve", flexible.HOISTED, takes_model=True, names=("vllm",), words=("serve",))
MODULE = Module(
    "vllm.entrypoints.openai.api_server", flexible.PLAIN, name="vllm.entrypoints.openai.api_server"
)
SAGEMAKER = Program("SageMaker", VllmScript(), takes_model=True, variables=VLLM_PREFIX)

_REVISION = Flag("--revision")
_LOADER = "--model-loader-extra-config"

MODEL = Slot(
    Kind.MODEL,
    named_by=MODEL_NAMES,
    pinned_by=(_REVISION,),
    default={  # config/model.py:155; 0.8.5 engine/arg_utils.py:206
        "0.8.5": "facebook/opt-125m",
        "0.14.1": "Qwen/Qwen3-0.6B",
        "0.33.0": "Qwen/Qwen3-0.6B",
    },
)
SLOTS = (
    MODEL,
    Slot(
        Kind.TOKENIZER,
        named_by=(Flag("--tokenizer"),),
        default=Inherit(MODEL),
        # Falls back to --revision, also for another repository (config/model.py:606-610).
        pinned_by=(Flag("--tokenizer-revision"), _REVISION),
    ),
    # The same string is tried against that repository (config/model.py:646-651).
    Slot(Kind.CONFIG, named_by=(Flag("--hf-config-path"),), pinned_by=(_REVISION,)),
    Slot(Kind.CONFIG, named_by=(Flag("--mm-encoder-fp8-scale-path"),), each=local_path),
    Slot(Kind.CONFIG, named_by=(Flag("--generation-config"),), each=not_builtin),
    # An adapter of the hub is fetched without any revision (lora/utils.py:342-395).
    Slot(Kind.ADAPTER, named_by=(Flag("--lora-modules", null=False),), each=lora_modules),
    Slot(Kind.ADAPTER, named_by=(Flag("--default-mm-loras"),), each=mm_loras),
    Slot(Kind.ADAPTER, named_by=(Flag("--lora-path"),)),  # vllm bench throughput
    Slot(Kind.ADAPTER, named_by=(Flag("--qlora-adapter-name-or-path"),)),  # 0.8.5
    Slot(Kind.ADAPTER, named_by=(Flag("--prompt-adapters", null=False),), each=prompt_adapters),
    # model_executor/model_loader/tensorizer.py:159-172
    Slot(
        Kind.WEIGHTS,
        named_by=(JsonKey(_LOADER, "tensorizer_uri"), JsonKey(_LOADER, "tensorizer_dir")),
    ),
)


def _sets_sagemaker(environment: Environment) -> bool:
    return any(name.startswith(VLLM_PREFIX) for name in environment.values)


def _sets_nothing(environment: Environment) -> bool:
    return not _sets_sagemaker(environment)


SERVER = Server(
    name="vllm",
    commands=(SERVE, MODULE, *ENTRIES),
    image_names=(
        "vllm-openai*",
        "vllm-ascend*",
        "vllm-cpu*",
        "vllm-cuda*",
        "vllm-dev",
        "vllm-gaudi*",
        "vllm-hpu*",
        "vllm-neuron*",
        "vllm-rocm*",
        "vllm-spyre*",
        "vllm-tpu*",
        "vllm-xpu*",
        "vllm",
        "pytorch-vllm-serve*",
        "llm-d",
        "llm-d-cpu",
        "llm-d-cuda*",
        "llm-d-dev",
        "llm-d-hpu",
        "llm-d-rocm",
        "llm-d-xpu",
        "llmd-vllm-openai*",
    ),
    entrypoints=(
        # Images up to 0.10 run the module; the switch came before 0.14.
        Entrypoint(SERVE, since=(0, 11, 0), tables=("0.14.1", "0.33.0"), when=_sets_nothing),
        Entrypoint(MODULE, before=(0, 14, 0), tables=("0.8.5", "0.14.1"), when=_sets_nothing),
        Entrypoint(SAGEMAKER, when=_sets_sagemaker),
    ),
    tables=SERVE_TABLES,
    slots=SLOTS,
    hazards=HAZARDS,
    env_hazards=ENV_HAZARDS,
    code_pin=Flag("--code-revision"),
    redirects=("VLLM_MODEL_REDIRECT_PATH",),  # transformers_utils/utils.py:82-107
    modelscope="VLLM_USE_MODELSCOPE",
    model_variables=("SM_VLLM_MODEL",),
    folder="/vllm-workspace",
    quirk=quirk,
)
