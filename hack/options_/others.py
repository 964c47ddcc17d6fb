"""The options of the other servers, each by the way in which its source writes them."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from hack.options_ import clap_code, click_code, git_code, llama_code, plain, typer_code

Row = dict[str, Any]
_HELP: Row = {"names": ["-h", "--help"], "arity": "0"}


def table(server: str, version: str, files: Iterable[str], rows: Iterable[Row]) -> Row:
    """A table, with its options by their first names."""
    ordered = sorted(rows, key=lambda row: str(row["names"][0]))
    return {"server": server, "version": version, "read_from": sorted(files), "options": ordered}


def _tree(root: Path, path: str) -> ast.Module:
    return ast.parse((root / path).read_text(encoding="utf8"))


def sglang_router(root: Path, version: str) -> Row:
    """What sglang_router.launch_server has beside the server's options."""
    path = "sglang_router/router_args.py"
    found = plain.rows(plain.function(_tree(root, path), "add_cli_args"), {"prefix": "router-"})
    own = [row for row in found if row["names"][0] not in ("--host", "--port")]
    own.append({"names": ["--router-dp-worker-base-port"], "arity": "1"})  # launch_server.py
    return table("sglang-router", version, (path, "sglang_router/launch_server.py"), own)


def lmdeploy(root: Path, version: str) -> Row:
    """`lmdeploy serve api_server`: its own calls, and those of ArgumentHelper that it makes."""
    files = ("lmdeploy/cli/serve.py", "lmdeploy/cli/utils.py")
    maker = plain.function(_tree(root, files[0]), "add_parser_api_server")
    helper = plain.function(_tree(root, files[1]), "ArgumentHelper")
    methods = {node.name: node for node in ast.walk(helper) if isinstance(node, ast.FunctionDef)}
    rows = [*plain.rows(maker), _HELP]
    for name in _called(maker, "ArgumentHelper"):
        rows += plain.rows(methods[name])
    return table("lmdeploy", version, files, rows)


def _called(tree: ast.AST, owner: str) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)) if name == owner:
                yield attr


def infinity(root: Path, version: str) -> Row:
    """`infinity_emb v2`; the model has another name in v1."""
    path = "infinity_emb/cli.py"
    function = plain.function(_tree(root, path), "v2")
    assert isinstance(function, ast.FunctionDef)
    rows = list(typer_code.rows(function, {}))
    for row in rows:
        if row["names"] == ["--model-id"]:
            row["names"].append("--model-name-or-path")
    return table("infinity", version, (path,), rows)


def hf(root: Path, version: str) -> Row:
    """`hf download`: made with typer, before 1.0 with argparse."""
    old = "huggingface_hub/commands/download.py"
    if (root / old).is_file():
        maker = plain.function(_tree(root, old), "register_subcommand")
        return table("hf-download", version, (old,), [*plain.rows(maker), _HELP])
    files = ("huggingface_hub/cli/download.py", "huggingface_hub/cli/_cli_utils.py")
    function = plain.function(_tree(root, files[0]), "download")
    assert isinstance(function, ast.FunctionDef)
    rows = list(typer_code.rows(function, typer_code.aliases_of(_tree(root, files[1]))))
    rows += (  # every command has them (cli/_cli_utils.py)
        {"names": ["--format"], "arity": "1"},
        {"names": ["--json"], "arity": "0"},
        {"names": ["--no-truncate"], "arity": "0"},
        {"names": ["--quiet", "-q"], "arity": "0"},
    )
    return table("hf-download", version, files, rows)


def tei(root: Path, version: str) -> Row:
    """text-embeddings-router."""
    path = "router/src/main.rs"
    return table("tei", version, (path,), clap_code.rows((root / path).read_text(encoding="utf8")))


def tgi(root: Path, version: str) -> Row:
    """text-generation-launcher."""
    path = "launcher/src/main.rs"
    return table("tgi", version, (path,), clap_code.rows((root / path).read_text(encoding="utf8")))


def tgi_trtllm(root: Path, version: str) -> Row:
    """The launcher of TGI's image for TensorRT-LLM, a program of its own."""
    return _tgi_backend(root, version, "trtllm")


def tgi_llamacpp(root: Path, version: str) -> Row:
    """text-generation-router-llamacpp."""
    return _tgi_backend(root, version, "llamacpp")


def _tgi_backend(root: Path, version: str, name: str) -> Row:
    path = f"backends/{name}/src/main.rs"
    rows = clap_code.rows((root / path).read_text(encoding="utf8"))
    return table(f"tgi-{name}", version, (path,), rows)


def llama_cpp(root: Path, version: str) -> Row:
    """llama-server and llama-cli, from the source that llama_cpp_python carries."""
    path = f"llama_cpp_python-{version}/vendor/llama.cpp/common/arg.cpp"
    rows = llama_code.rows((root / path).read_text(encoding="utf8"))
    return table("llama.cpp", version, (path,), rows)


def llama_cpp_python(root: Path, version: str) -> Row:
    """`python -m llama_cpp.server`: a field of its settings is an option."""
    folder = f"llama_cpp_python-{version}/llama_cpp/server"
    rows: list[Row] = [_HELP, {"names": ["--config_file"], "arity": "1"}]
    for name in ("ServerSettings", "ModelSettings"):
        for node in ast.walk(plain.function(_tree(root, f"{folder}/settings.py"), name)):
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                is_list = "ist[" in ast.unparse(node.annotation)
                rows.append({"names": [f"--{node.target.id}"], "arity": "*" if is_list else "1"})
    files = ("llama_cpp/server/__main__.py", "llama_cpp/server/settings.py")
    return table("llama-cpp-python", version, files, rows)


def trtllm(root: Path, version: str) -> Row:
    """`trtllm-serve`: what its commands take together, which the reading tells apart."""
    path = "tensorrt_llm/commands/serve.py"
    rows = click_code.rows(_tree(root, path), ("serve", "grpc", "mm_embedding_serve"))
    return table("trtllm", version, (path,), rows)


def git_clone(root: Path, version: str) -> Row:
    """`git clone`."""
    path = "builtin/clone.c"
    return table("git-clone", version, (path,), git_code.rows((root / path).read_text("utf8")))


def kserve(root: Path, version: str) -> Row:
    """KServe's Hugging Face server: the calls of its two modules; the engine's come on top."""
    files = (
        "python/huggingfaceserver/huggingfaceserver/__main__.py",
        "python/kserve/kserve/model_server.py",
    )
    rows = [_HELP, *(row for path in files for row in plain.rows(_tree(root, path)))]
    for row in rows:
        if row["names"] == ["--tokenizer_revision"]:
            row["names"].append("--tokenizer-revision")  # of the engine, with the same destination
    return table("kserve", version, files, rows)


def tgi_serve(root: Path, version: str) -> Row:
    """`text-generation-server serve`."""
    return _tgi_command(root, version, "serve", "tgi-serve")


def tgi_download(root: Path, version: str) -> Row:
    """`text-generation-server download-weights`."""
    return _tgi_command(root, version, "download_weights", "tgi-download")


def _tgi_command(root: Path, version: str, name: str, server: str) -> Row:
    path = "server/text_generation_server/cli.py"
    function = plain.function(_tree(root, path), name)
    assert isinstance(function, ast.FunctionDef)
    return table(server, version, (path,), typer_code.rows(function, {}))
