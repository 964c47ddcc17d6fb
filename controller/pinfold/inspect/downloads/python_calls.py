"""Functions of Python that fetch or load a model: what names it, and what pins it.

Sources: the signatures of huggingface_hub 2.4.0, transformers 5, sentence-transformers 6.2, peft
0.21, diffusers 0.36, vllm 0.33, sglang 0.5.23, faster-whisper 1.2.1, timm 1.0.31, mlx-lm 0.32,
llama-cpp-python 0.3.36, langchain-huggingface 1.2, kagglehub 1.0 and FlagEmbedding 1.4.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from pinfold.inspect.servers.hub import Reference, is_repository, refer
from pinfold.inspect.workload import Kind, Origin


@dataclass(frozen=True, slots=True)
class Other:
    """A keyword that names something else; `revision` is the one that pins it."""

    name: str
    kind: Kind
    revision: str | None = None


@dataclass(frozen=True, slots=True)
class Loader:
    """A function that fetches or loads what it is given."""

    names: tuple[str, ...]  # of the parameter
    packages: tuple[str, ...] = ()  # whose function it is
    by_name: bool = False  # nothing else is called so
    position: int = 0
    most: int = 20  # how many positions can be told apart
    revision: str | None = "revision"  # None: nothing pins it
    inner: str | None = None  # a dictionary that the revision can stand in
    kind: Kind = Kind.MODEL
    refer: Callable[[str], Reference] = refer
    others: tuple[Other, ...] = ()
    unread: tuple[str, ...] = ()  # keywords that load more
    default: bool = False  # without a name it takes a model of its own
    soft: str = ""  # most calls are of something else: "address", "object" or "pull" of it
    target_at: int | None = None  # the positional that names the file
    modelscope: str | None = None  # a variable under which names are those of another hub


def _repository(text: str) -> Reference:
    """Never a path."""
    known = is_repository(text)
    return Reference(Origin.HUB if known else Origin.UNKNOWN, pinnable=known)


def _loose(text: str) -> Reference:
    """A hub's repository, of which no revision is passed on."""
    return refer(text)._replace(pinnable=False)


def _from(origin: Origin) -> Callable[[str], Reference]:
    def known(_text: str) -> Reference:
        return Reference(origin, pinnable=False)

    return known


def _file(text: str) -> Reference:
    """A path, or a file of a package's own server by its size."""
    reference = refer(text)
    local = reference.origin is Origin.LOCAL or "/" in text
    return reference if local else Reference(Origin.HTTP, pinnable=False)


_TOKENIZER = Other("tokenizer", Kind.TOKENIZER, "tokenizer_revision")
_ADDRESS = Loader(("url",), ("requests", "httpx", "urllib", "torch.hub"), soft="address")
_OBJECT = Loader(("Bucket",), ("boto3",), by_name=True, soft="object", target_at=2)
_VLLM_UNREAD = (
    "speculative_config",
    "speculative_model",
    "hf_config_path",
    "model_loader_extra_config",
)
_SNAPSHOT = Loader(
    ("repo_id", "model_id"), ("huggingface_hub", "modelscope"), by_name=True, refer=_repository
)
_PRETRAINED = Loader(
    (
        "pretrained_model_name_or_path",
        "model_name_or_path",
        "model_name",
        "model_id",
        "model_id_or_path",
        "pretrained_model_link_or_path",
        "repo_id",
    ),
    by_name=True,
    unread=("custom_pipeline", "mirror"),
)
_SENTENCES = Loader(("model_name_or_path", "model_name"), ("sentence_transformers",), by_name=True)
_ENGINE = Loader(
    ("model",),
    ("vllm", "tensorrt_llm"),
    by_name=True,
    most=1,
    others=(_TOKENIZER,),
    unread=_VLLM_UNREAD,
    modelscope="VLLM_USE_MODELSCOPE",
)
_ADAPTER = Loader(
    ("pretrained_model_name_or_path_or_dict", "model_id", "pretrained_model_name_or_path"),
    by_name=True,
    kind=Kind.ADAPTER,
)
_FLAG = Loader(
    ("model_name_or_path", "pretrained_model_name_or_path", "model_name"),
    ("FlagEmbedding",),
    by_name=True,
    refer=_loose,
    revision=None,
)
_EMBEDDINGS = Loader(
    ("model_name",),
    ("langchain_huggingface", "langchain_community", "langchain"),
    by_name=True,
    inner="model_kwargs",
    default=True,
)

# A function -> what it may be; the first that its import fits counts.
LOADERS: Mapping[str, tuple[Loader, ...]] = {
    "snapshot_download": (_SNAPSHOT,),
    "hf_hub_download": (_SNAPSHOT,),
    "cached_download": (Loader(("url",), ("huggingface_hub",), refer=_loose, revision=None),),
    "model_file_download": (replace(_SNAPSHOT, packages=("modelscope",)),),
    "from_pretrained": (_PRETRAINED,),
    "SentenceTransformer": (_SENTENCES,),
    "CrossEncoder": (_SENTENCES,),
    "SparseEncoder": (_SENTENCES,),
    "LLM": (_ENGINE,),
    "EngineArgs": (_ENGINE,),
    "AsyncEngineArgs": (_ENGINE,),
    "Engine": (
        Loader(
            ("model_path",),
            ("sglang",),
            most=0,
            others=(Other("tokenizer_path", Kind.TOKENIZER, "revision"),),
            unread=("speculative_draft_model_path", "lora_paths"),
            modelscope="SGLANG_USE_MODELSCOPE",
        ),
    ),
    "pipeline": (
        Loader(
            ("model",),
            ("transformers", "modelscope", "optimum"),
            position=1,
            most=2,
            others=(Other("tokenizer", Kind.TOKENIZER, "revision"),),
            unread=("adapter", "assistant_model", "image_processor", "feature_extractor"),
            default=True,
        ),
    ),
    "load_lora_weights": (_ADAPTER,),
    "load_adapter": (_ADAPTER,),
    "load_textual_inversion": (_ADAPTER,),
    "load_ip_adapter": (_ADAPTER,),
    "from_single_file": (Loader(("pretrained_model_link_or_path",), by_name=True),),
    "WhisperModel": (Loader(("model_size_or_path",), ("faster_whisper",)),),
    "load_model": (
        Loader(("name",), ("whisper",), refer=_file, revision=None),
        Loader(("whisper_arch",), ("whisperx",), refer=_loose, revision=None),
        Loader(("model_uri",), ("mlflow",), refer=_from(Origin.UNKNOWN), revision=None),
    ),
    "download_artifacts": (
        Loader(("artifact_uri",), ("mlflow",), refer=_from(Origin.UNKNOWN), revision=None),
    ),
    "load": (
        Loader(("path_or_hf_repo",), ("mlx_lm", "mlx_vlm"), most=1),
        Loader(
            ("repo_or_dir",), ("torch.hub",), refer=_from(Origin.GIT), revision=None, kind=Kind.CODE
        ),
        Loader(("handle",), ("tensorflow_hub",), refer=_from(Origin.HTTP), revision=None),
    ),
    "HuggingFaceEmbeddings": (_EMBEDDINGS,),
    "HuggingFaceBgeEmbeddings": (_EMBEDDINGS,),
    "HuggingFaceEmbedding": (
        Loader(("model_name",), ("llama_index",), by_name=True, refer=_loose, revision=None),
    ),
    "BGEM3FlagModel": (_FLAG,),
    "FlagModel": (_FLAG,),
    "FlagLLMModel": (_FLAG,),
    "FlagReranker": (_FLAG,),
    "FlagLLMReranker": (_FLAG,),
    "from_finetuned": (_FLAG,),
    "urlretrieve": (replace(_ADDRESS, by_name=True, target_at=1),),
    "urlopen": (_ADDRESS,),
    "get": (_ADDRESS,),
    "download": (Loader(("url",), ("wget",), soft="address", target_at=1),),
    "download_url_to_file": (replace(_ADDRESS, by_name=True, target_at=1),),
    "load_state_dict_from_url": (replace(_ADDRESS, by_name=True),),
    "post": (replace(_ADDRESS, soft="pull"),),
    "download_file": (_OBJECT,),
    "download_fileobj": (_OBJECT,),
    "get_object": (_OBJECT,),
    "model_download": (
        Loader(("handle",), ("kagglehub",), refer=_from(Origin.KAGGLE), revision=None),
    ),
    "use_artifact": (
        Loader(("artifact_or_name",), by_name=True, refer=_from(Origin.UNKNOWN), revision=None),
    ),
}
BY_NAME = frozenset(
    name for name, every in LOADERS.items() if any(one.by_name and not one.soft for one in every)
)
SOFT = frozenset(name for name, every in LOADERS.items() if any(one.soft for one in every))
_UNPINNED = replace(_PRETRAINED, refer=_loose, revision=None)


def loader_of(name: str, qualified: str | None) -> Loader | None:
    """What a function is, by its name and by the path that its import gives it."""
    for loader in LOADERS.get(name, ()):
        if qualified is not None and any(qualified.startswith(f"{p}.") for p in loader.packages):
            return loader
        if loader.by_name:
            # llama-cpp-python: Llama(**kwargs) swallows a revision.
            loose = qualified is not None and qualified.split(".")[-2:-1] == ["Llama"]
            return _UNPINNED if loose and name == "from_pretrained" else loader
    return None
