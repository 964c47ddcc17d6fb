"""Argument vectors of every server, with what a person finds who knows how each reads them.

`crash` is a command that its server refuses: whatever else is listed, nothing is pinned.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.inspect.servers.reading import S1, S2, SECRET, codes, env, facts_of, rows

Row = tuple[str, str | None, str | None, str]
V33, V14, V08 = (f"vllm/vllm-openai:v{version}" for version in ("0.33.0", "0.14.1", "0.8.5"))
API = ("python3", "-m", "vllm.entrypoints.openai.api_server")
TGI = "ghcr.io/huggingface/text-generation-inference:3.3.6"
TEI = "ghcr.io/huggingface/text-embeddings-inference:cpu-1.9.3"
SGL = "lmsysorg/sglang:v0.5.23"
LCPP = "ghcr.io/ggml-org/llama.cpp:server"
KSV = "kserve/huggingfaceserver:v0.17.0"
TRT = "nvcr.io/nvidia/tensorrt-llm/release:1.2.0"
INF = "michaelf34/infinity:0.0.78"
LMD = ("lmdeploy", "serve", "api_server")
LAUNCH = ("python3", "-m", "sglang.launch_server")
CRASH = "crash"


def model(name: str | None, revision: str | None, state: str) -> Row:
    return ("model", name, revision, state)


PINNED = model("org/m", S1, "pinned")
UNPINNED = model("org/m", None, "unpinned")


@dataclass(frozen=True)
class Vector:
    """A container, and what is found in it."""

    label: str
    found: tuple[Row, ...] | str
    image: str = "registry.example.com/llm:1"
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    variables: dict[str, Any] = field(default_factory=dict)
    file: str | None = None  # of a ConfigMap, at /c/c.yaml


def serve(label: str, found: Any, *args: str, image: str = V33, **more: Any) -> Vector:
    return Vector(label, found, image, ("vllm", "serve"), args, **more)


def module(label: str, found: Any, *args: str, image: str = V33, **more: Any) -> Vector:
    return Vector(label, found, image, API, args, **more)


VLLM = (
    serve("upper case is no commit", (model("org/m", S1.upper(), "unpinned"),), "org/m",
          "--revision", S1.upper()),
    serve("an empty revision is none", (UNPINNED,), "org/m", "--revision", ""),
    serve("an equals sign and nothing", (UNPINNED,), "org/m", "--revision="),
    serve("a revision by two names, the last of them", (PINNED,), "org/m", "--rev=main",
          "--revision", S1),
    serve("an underscore in an abbreviation",
          (PINNED, ("tokenizer", "o/t", S2, "pinned")), "org/m", "--revision", S1, "--tokenizer",
          "o/t", "--tokenizer_r", S2),
    serve("--model behind the options", (PINNED,), "--revision", S1, "--port", "80", "--model",
          "org/m"),
    serve("--model= behind the options", (PINNED,), "--revision", S1, "--model=org/m"),
    serve("the first of two models", (model("a/a", S1, "pinned"),), "--model", "a/a", "--model",
          "b/b", "--revision", S1),
    module("the last of two models", (model("b/b", S1, "pinned"),), "--model", "a/a", "--model",
           "b/b", "--revision", S1),
    module("a model by its equals sign", (UNPINNED,), "--model=org/m"),
    serve("a positional and an option", CRASH, "org/m", "--model", "e/e"),
    serve("0.8 refuses --model", CRASH, "--model", "org/m", image=V08),
    serve("0.8 takes --model=, and its positional wins", (UNPINNED,), "org/m", "--model=e/e",
          image=V08),
    module("0.8 takes no positional", CRASH, "org/m", image=V08),
    serve("a name that takes the model", CRASH, "--served-model-name", "x", "org/m"),
    serve("a name behind the model", (PINNED,), "org/m", "--served-model-name", "x", "y",
          "--revision", S1),
    serve("a token that takes the model", (model("Qwen/Qwen3-0.6B", S1, "pinned"),), "--revision",
          S1, "--hf-token", "org/m"),
    serve("a token beside the model", (PINNED,), "org/m", "--hf-token", "--revision", S1),
    serve("domains that take the revision's place", (UNPINNED,), "org/m",
          "--allowed-media-domains", "revision", S1),
    serve("two adapters in one option", (PINNED, ("adapter", "o/a", None, "unpinnable"),
          ("adapter", "o/b", None, "unpinnable")), "org/m", "--revision", S1, "--enable-lora",
          "--lora-modules", "a=o/a", '{"name":"b","path":"o/b"}'),
    serve("adapters again replace the first", (PINNED, ("adapter", "/b", None, "local")), "org/m",
          "--revision", S1, "--lora-modules", "a=o/a", "--lora-m=b=/b"),
    serve("JSON behind dotted pieces is replaced", (PINNED, ("draft", "e/e", S2, "pinned")),
          "org/m", "--revision", S1, "-sc.revision", S2, "--speculative-config",
          '{"model":"d/d"}', "-sc.model=e/e"),
    serve("another spelling is another group", (PINNED, ("draft", "d/d", None, "unpinned")),
          "org/m", "--revision", S1, "-sc.model", "e/e", "-sc.revision", S2,
          "--speculative_config.model", "d/d"),
    serve("the key of a draft with a dash", (PINNED, ("draft", "d/d", S2, "pinned")), "org/m",
          "--revision", S1, "--speculative-config", f'{{"model":"d/d","revision":"{S2}"}}'),
    serve("a draft at a branch", (PINNED, ("draft", "d/d", "main", "unpinned")), "org/m",
          "--revision", S1, "-sc", '{"model":"d/d","revision":"main","num_speculative_tokens":2}'),
    serve("a draft on the disk", (PINNED, ("draft", "/d", None, "local")), "org/m", "--revision",
          S1, "-sc", '{"model":"/d","method":"eagle"}'),
    serve("tokens from the prompt", (PINNED,), "org/m", "--revision", S1, "-sc",
          '{"method":"ngram","prompt_lookup_max":4}'),
    serve("a dotted revision is no revision", (model("org/m", '{"x": "y"}', "unpinned"),), "org/m",
          "--revision", S1, "--revision.x", "y"),
    serve("a tokenizer in capitals", CRASH, "org/m", "--TOKENIZER", "o/t"),
    serve("a switch with a value", CRASH, "org/m", "--revision", S1, "--trust-remote-code=True"),
    serve("a commit of 41 digits", (model("org/m", S1 + "a", "unpinned"),), "org/m", "--revision",
          S1 + "a"),
    serve("full-width digits", (model("org/m", "１" + S1[1:], "unpinned"),), "org/m",
          "--revision", "１" + S1[1:]),
    serve("a file of a repository", (("weights", "org/r/f.gguf", None, "unpinnable"),
          ("tokenizer", "o/t", S1, "pinned")), "org/r/f.gguf", "--revision", S1, "--tokenizer",
          "o/t", image=V14),
    serve("a bucket in capitals", (model("S3://b/m", None, "unpinnable"),), "S3://b/m",
          "--revision", S1),
    serve("a config at the commit of the model", (PINNED, ("config", "o/c", S1, "pinned")),
          "org/m", "--revision", S1, "--hf-config-path", "o/c"),
    serve("generation settings of another repository",
          (PINNED, ("config", "o/g", None, "unpinnable")), "org/m", "--revision", S1,
          "--generation-config=o/g"),
    serve("a file and its list", (PINNED, ("tokenizer", "o/t", S1, "pinned")), "org/m", "--config",
          "/c/c.yaml", "--revision", S1,
          file="served-model-name:\n- a\n- --tokenizer\n- o/t\nrevision: main\n"),
    serve("null in a file is a word", (UNPINNED,), "org/m", "--config", "/c/c.yaml",
          file="revision: null\n"),
    serve("a number in a file", (model("org/m", "1234567", "unpinned"),), "org/m", "--config",
          "/c/c.yaml", file="revision: 1234567\n"),
    serve("a mapping in a file", (PINNED, ("draft", "d/d", None, "unpinned")), "--config",
          "/c/c.yaml", file=f"model: org/m\nrevision: {S1}\nspeculative-config:\n  model: d/d\n"),
    serve("a file behind an equals sign", (UNPINNED,), "org/m", "--config=/c/c.yaml",
          file=f"revision: {S1}\n"),
    serve("a file twice", CRASH, "org/m", "--config", "/c/c.yaml", "--config", "/c/c.yaml",
          file=f"revision: {S1}\n"),
    Vector("variables of SageMaker", (PINNED, ("tokenizer", "o/t", S1, "pinned")),
           "763104351884.dkr.ecr.us-east-1.amazonaws.com/vllm:0.33-gpu-py312",
           variables={"SM_VLLM_MODEL": "org/m", "SM_VLLM_REVISION": S1,
                      "SM_VLLM_TOKENIZER": "o/t", "SM_VLLM_MAX_MODEL_LEN": "4096"}),
    serve("another hub", (model("org/m", S1, "unpinned"),), "org/m", "--revision", S1,
          variables={"VLLM_USE_MODELSCOPE": " True "}),
    Vector("two servers in one script", (PINNED, model("b/b", None, "unpinned")), V33,
           ("bash", "-c"), (f"vllm serve org/m --revision {S1} & vllm serve b/b --port 1; wait",)),
    Vector("$0 and $@ of a script", (PINNED,), V33,
           ("bash", "-c", 'exec vllm serve "$0" "$@"', "org/m", "--revision", S1)),
)  # fmt: skip


def tgi(label: str, found: Any, *args: str, **variables: Any) -> Vector:
    return Vector(label, found, TGI, (), args, variables)


def tei(label: str, found: Any, *args: str, **variables: Any) -> Vector:
    return Vector(label, found, TEI, (), args, variables)


HUGGING_FACE = (
    tgi("an option before its variable", (PINNED,), "--revision", S1, MODEL_ID="org/m",
        REVISION="main"),
    tgi("a variable for what no option says", (PINNED,), "--model-id", "org/m", REVISION=S1),
    tgi("an empty variable", (model("org/m", "", "unpinned"),), "--model-id=org/m", REVISION=""),
    tgi("several options in one word", (PINNED,), f"--model-id org/m --revision {S1}"),
    tgi("a word with the revision in it, given twice", CRASH, f"--model-id org/m --revision {S1}",
        "--revision", "main"),
    tgi("a folded block", (PINNED,), f"--model-id\n  org/m\n--revision {S1}\n"),
    tgi("an underscore", CRASH, "--model_id", "org/m"),
    tgi("a small variable", (model("bigscience/bloom-560m", None, "unpinned"),), model_id="org/m"),
    tgi("trust in capitals", CRASH, MODEL_ID="org/m", REVISION=S1, TRUST_REMOTE_CODE="True"),
    tgi("trust", (PINNED,), MODEL_ID="org/m", REVISION=S1, TRUST_REMOTE_CODE="true"),
    tgi("adapters with and without a commit", (PINNED, ("adapter", "o/a", S2, "pinned"),
        ("adapter", "o/b", "main", "unpinned"), ("adapter", "o/c", None, "unpinned")),
        MODEL_ID="org/m", REVISION=S1, LORA_ADAPTERS=f"o/a@{S2},o/b@main,o/c"),
    tgi("an adapter twice over", CRASH, "--lora-adapters", "a=b=c", MODEL_ID="org/m", REVISION=S1),
    tgi("the end of options", (PINNED,), "--model-id", "org/m", "--revision", S1, "--"),
    tgi("a positional", CRASH, "org/m"),
    tgi("a value with a dash", (model("org/m", "-x", "unpinned"),), "--model-id", "org/m",
        "--revision=-x"),
    tgi("a value with a dash behind a blank", CRASH, "--model-id", "org/m", "--revision", "-x"),
    tgi("a folder", (model("/data/m", None, "local"),), "--model-id", "/data/m", "--revision", S1),
    tei("both by variables", (PINNED,), MODEL_ID="org/m", REVISION=S1),
    tei("one of each", (PINNED,), "--model-id=org/m", REVISION=S1),
    tei("nothing is split", CRASH, f"--model-id org/m --revision {S1}"),
    tei("twice", CRASH, "--model-id", "a/a", "--model-id", "b/b", "--revision", S1),
    tei("no model", CRASH, "--revision", S1),
    tei("a short option", (PINNED,), "-p", "80", "--model-id", "org/m", "--revision", S1),
)  # fmt: skip


def sglang(label: str, found: Any, *args: str, **more: Any) -> Vector:
    return Vector(label, found, SGL, LAUNCH, args, **more)


def kserve(label: str, found: Any, *args: str, **variables: Any) -> Vector:
    return Vector(label, found, KSV, (), args, variables)


def llama(label: str, found: Any, *args: str, **variables: Any) -> Vector:
    return Vector(label, found, LCPP, (), args, variables)


def lmdeploy(label: str, found: Any, *args: str, **variables: Any) -> Vector:
    return Vector(label, found, "openmmlab/lmdeploy:v0.18.0", LMD, args, variables)


def infinity(label: str, found: Any, *args: str, **variables: Any) -> Vector:
    return Vector(label, found, INF, (), args, variables)


def trtllm(label: str, found: Any, *args: str, **more: Any) -> Vector:
    return Vector(label, found, TRT, ("trtllm-serve",), args, **more)


FOLDER = model("/mnt/models", None, "local")
OTHERS = (
    sglang("an abbreviation", (PINNED,), "--model-p", "org/m", "--rev", S1),
    sglang("an underscore", CRASH, "--model_path", "org/m"),
    sglang("a positional of the module", CRASH, "org/m"),
    sglang("adapters in three forms", (PINNED, ("adapter", "o/a", None, "unpinnable"),
           ("adapter", "o/b", None, "unpinnable"), ("adapter", "o/c", None, "unpinnable")),
           "--model-path", "org/m", "--revision", S1, "--lora-paths", "o/a", "b=o/b",
           '{"lora_name":"c","lora_path":"o/c"}'),
    sglang("no adapters", (PINNED,), "--lora-paths", "--model-path", "org/m", "--revision", S1),
    sglang("a draft with its own commit", (PINNED, ("draft", "d/d", S2, "pinned")),
           "--model-path", "org/m", "--revision", S1, "--speculative-draft-model-path", "d/d",
           "--speculative-draft-model-revision", S2),
    sglang("a draft does not follow", (PINNED, ("draft", "d/d", None, "unpinned")),
           "--model-path", "org/m", "--revision", S1, "--speculative-draft-model", "d/d"),
    sglang("a map of tokens", (PINNED, ("config", "o/t", None, "unpinnable")), "--model-path",
           "org/m", "--revision", S1, "--speculative-token-map", "o/t/f.pt"),
    sglang("a quantisation", (model("org/m:Q8_0", S1, "pinned"),), "--model-path", "org/m:Q8_0",
           "--revision", S1),
    sglang("a connector", (model("redis://h/m", None, "unpinnable"),), "--model-path",
           "redis://h/m", "--revision", S1),
    sglang("a file, then the command line", (model("org/m", "main", "unpinned"),), "--config",
           "/c/c.yaml", "--revision", "main", file=f"model-path: org/m\nrevision: {S1}\n"),
    sglang("a file behind an equals sign", CRASH, "--config=/c/c.yaml",
           file="model-path: org/m\n"),
    Vector("a positional of serve", (PINNED,), SGL, ("sglang", "serve"),
           ("org/m", "--revision", S1, "--tp", "8")),
    Vector("an option comes after it", (model("x/x", S1, "pinned"),), SGL, ("sglang", "serve"),
           ("org/m", "--model", "x/x", "--revision", S1)),
    Vector("variables of SageMaker", (PINNED,), SGL,
           variables={"SM_SGLANG_MODEL_PATH": "org/m", "SM_SGLANG_REVISION": S1}),
    kserve("unknown options", (PINNED,), "--model_id=org/m", f"--model_revision={S1}", "--foo",
           "bar", "--revision", "main"),
    kserve("a dash is not folded", (FOLDER,), "--model-id=org/m", f"--model-revision={S1}"),
    kserve("the engine's revision is overwritten", (UNPINNED,), "--model_id=org/m",
           f"--revision={S1}"),
    kserve("an abbreviation", (PINNED,), "--model_i=org/m", f"--model_rev={S1}"),
    kserve("--model is ambiguous", CRASH, "--model=org/m"),
    kserve("an address for a folder", (PINNED,), f"--model_dir=hf://org/m:{S1}"),
    kserve("an address without a commit", (UNPINNED,), "--model_dir=hf://org/m"),
    kserve("a tokenizer's commit", (PINNED, ("tokenizer", "org/m", S2, "pinned")),
           "--model_id=org/m", f"--model_revision={S1}", f"--tokenizer_revision={S2}"),
    kserve("nothing", (FOLDER,)),
    llama("a repository has no revision", (model("org/r:Q4_K_M", None, "unpinnable"),), "-hf",
          "org/r:Q4_K_M"),
    llama("no equals sign", CRASH, "--hf-repo=org/r"),
    llama("an option before its variable", (model("b/b", None, "unpinnable"),), "-hf", "b/b",
          LLAMA_ARG_HF_REPO="a/a"),
    llama("an address with a commit", (model("o/r/m.gguf", S1, "pinned"),), "-mu",
          f"https://huggingface.co/o/r/resolve/{S1}/m.gguf"),
    llama("an address with a branch", (model("o/r/m.gguf", "main", "unpinned"),),
          LLAMA_ARG_MODEL_URL="https://huggingface.co/o/r/resolve/main/m.gguf"),
    llama("an address with a commit in capitals",
          (model("o/r/m.gguf", S1.upper(), "unpinned"),), "-mu",
          f"https://huggingface.co/o/r/resolve/{S1.upper()}/m.gguf"),
    llama("adapters add up", (model("/m", None, "local"), ("adapter", "/a", None, "local"),
          ("adapter", "/b", None, "local")), "-m", "/m", "--lora", "/a", "--lora", "/b"),
    llama("underscores", (model("/m", None, "local"), ("draft", "/d", None, "local")), "-m", "/m",
          "--model_draft", "/d"),
    llama("a draft by its variable", (model("/m", None, "local"),
          ("draft", "o/d", None, "unpinnable")), "-m", "/m", LLAMA_ARG_SPEC_DRAFT_HF_REPO="o/d"),
    llama("an image of a registry", (model("ai/m:tag", None, "unpinnable"),), "-dr", "ai/m:tag"),
    lmdeploy("underscores are folded", (PINNED,), "org/m", "--server_port", "80", "--revision", S1),
    lmdeploy("an abbreviation, last", (model("org/m", "main", "unpinned"),), "org/m",
             "--revision", S1, "--rev=main"),
    lmdeploy("adapters by name", (PINNED, ("adapter", "o/a", None, "unpinnable"),
             ("adapter", "o/b", None, "unpinnable")), "org/m", "--revision", S1, "--adapters",
             "a=o/a", "b=o/b"),
    lmdeploy("adapters take the model", CRASH, "--adapters", "a=o/a", "org/m"),
    lmdeploy("another hub", (model("org/m", S1, "unpinned"),), "org/m", "--revision", S1,
             LMDEPLOY_USE_MODELSCOPE="True"),
    trtllm("a model and its commit", (PINNED,), "org/m", "--revision", S1, "--tp_size", "8"),
    trtllm("a tokenizer has none", (PINNED, ("tokenizer", "o/t", None, "unpinnable")), "serve",
           "org/m", "--tokenizer=o/t", "--revision", S1),
    trtllm("a dash for an underscore", CRASH, "org/m", "--max-batch-size", "8"),
    trtllm("an option comes first", CRASH, "--revision", S1, "org/m"),
    trtllm("the end of options", (PINNED,), "serve", "--revision", S1, "--", "org/m"),
    trtllm("a file overrides", (model("org/m", "main", "unpinned"),), "org/m", "--revision", S1,
           "--extra_llm_api_options", "/c/c.yaml", file="revision: main\n"),
    trtllm("the last of two", (model("org/m", "main", "unpinned"),), "org/m", "--revision", S1,
           "--revision", "main"),
    infinity("by position", (model("a/a", S1, "pinned"), model("b/b", S2, "pinned")), "v2",
             "--model-id", "a/a", "--model-id", "b/b", "--revision", S1, "--revision", S2),
    infinity("one for all", (model("a/a", S1, "pinned"), model("b/b", S1, "pinned")), "v2",
             "--model-id", "a/a", "--model-id", "b/b", "--revision", S1),
    infinity("variables", (model("a/a", S1, "pinned"), model("b/b", S2, "pinned")), "v2",
             INFINITY_MODEL_ID="a/a;b/b;", INFINITY_REVISION=f"{S1};{S2};"),
    infinity("an empty one by position", (model("a/a", None, "unpinned"),
             model("b/b", S2, "pinned")), "v2", "--model-id", "a/a", "--model-id", "b/b",
             "--revision", "", "--revision", S2),
    infinity("an underscore", CRASH, "v2", "--model_id", "a/a"),
    infinity("an old name", (PINNED,), "v1", "--model-name-or-path", "org/m", "--revision", S1),
    Vector("Ollama", (model("qwen3:8b", None, "unpinnable"),), "ollama/ollama:0.12.0",
           ("sh", "-c", "ollama serve & sleep 5; ollama pull qwen3:8b; wait")),
    Vector("the storage initialiser", (PINNED, model("o/n", None, "unpinned")),
           "kserve/storage-initializer:v0.17.0", (),
           (f"hf://org/m:{S1}", "/mnt/a", "hf://o/n", "/mnt/b")),
)  # fmt: skip


def contents(vector: Vector) -> Any:
    container: dict[str, Any] = {"image": vector.image, "env": env(**vector.variables)}
    if vector.command:
        container["command"] = list(vector.command)
    if vector.args:
        container["args"] = list(vector.args)
    if vector.file is None:
        return facts_of(container)
    container["volumeMounts"] = [{"name": "v", "mountPath": "/c"}]
    volumes = [{"name": "v", "configMap": {"name": "c"}}]
    return facts_of(container, volumes=volumes, files={"c": {"c.yaml": vector.file}})


@pytest.mark.parametrize(
    "vector",
    [
        pytest.param(vector, id=f"{name}: {vector.label}")
        for name, every in (("vLLM", VLLM), ("HF", HUGGING_FACE), ("others", OTHERS))
        for vector in every
    ],
)
def test_what_a_person_finds(vector: Vector) -> None:
    facts = contents(vector)
    if isinstance(vector.found, str):
        assert set(codes(facts)) & {"server-refuses", "unknown-server"}
        assert not any(row[3] == "pinned" for row in rows(facts))
        return
    assert {row for row in rows(facts) if row[0] != "code"} == set(vector.found)
    assert "server-refuses" not in codes(facts)


def test_a_secret_may_be_anything() -> None:
    vector = serve("x", (), "org/m", "--revision", "$(R)", variables={"R": SECRET})
    assert rows(contents(vector)) == [model("org/m", None, "opaque")]
