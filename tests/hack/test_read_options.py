"""Option tables are read from source as each server writes it."""

import json
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hack.options_ import others
from hack.read_options import SOURCES, listed, unpacked, written

ROOT = Path(__file__).resolve().parents[2]
TABLES = ROOT / "controller/pinfold/inspect/servers/tables"

RUST = """
/// App Configuration
#[derive(Parser, Redact)]
#[clap(author, version, about, long_about = None)]
struct Args {
    /// The name, of `org/model` form.
    #[clap(default_value = "a/b", long, env)]
    model_id: String,

    #[clap(long, short, env)]
    port: u16,
    #[clap(long, short)]
    path: u16,

    #[clap(long = "payload", env, value_enum)]
    payload_limit: Option<Vec<u64>>,

    #[clap(long, env, num_args = 0..=1, default_missing_value = "true")]
    auto: bool,
    #[clap(long, action)]
    env: bool,
}
"""
CPP = """
    // add_opt(common_arg({"--old"}, "X",
    add_opt(common_arg(
        {"-m", "--model"}, "FNAME",
        [](common_params & params, const std::string & value) { params.model = value; }
    ).set_env("LLAMA_ARG_MODEL"));
    add_opt(common_arg({"-fa", "--fa"}, {"-nfa", "--no-fa"}, "x",
        [](common_params & params, bool value) { params.fa = value; }));
    add_opt(common_arg({"--verbose"}, "x", [](common_params & params) { params.v = 1; }));
    add_opt(common_arg({"--range"}, "A", "B",
        [](common_params & params, const std::string & a, const std::string & b) { }));
    add_opt(common_arg({"--lora"}, "F", [](common_params & params, const std::string & v) {
        params.lora_adapters.push_back(v); }));
    add_opt(common_arg({"--verbose"}, "x", [](common_params & params) { params.v = 1; }));
"""
TYPER = """
def v2(
    name: str,
    model_id: list[str] = typer.Option(default=1),
    compile: list[bool] = typer.Option(default=1),
    port: int = typer.Option(default=1),
    file: str = typer.Argument(default=1),
): ...
"""
CLICK = """
@click.command("serve")
@click.argument("model", type=str)
@click.option("--tensor_parallel_size", "--tp_size", type=int, default=1)
@click.option("--custom_module_dirs", "dirs", multiple=True)
@click.option("--trust_remote_code", is_flag=True)
@click.option("--fast/--slow")
@click.option("--pair", nargs=2)
def serve(model): ...
@click.command("mm_embedding_serve")
@click.option("--trust_remote_code", is_flag=True)
@click.option("--extra_encoder_options")
def encoder(): ...
@click.command("disaggregated")
@click.option("--other")
def other(): ...
@plain
def nothing(): ...
"""
MACROS = r"""
	static struct option builtin_clone_options[] = {
		OPT__VERBOSITY(&verbosity),
		OPT_BOOL('n', "no-checkout", &x, N_("don't (\"check out\")")),
		{
			.type = OPTION_CALLBACK,
			.long_name = "recurse",
			.flags = PARSE_OPT_OPTARG,
		},
		OPT_ALIAS(0, "recursive", "recurse"),
		OPT_STRING('b', "branch", &b, N_("branch"), N_("x")),
		{ OPTION_STRING, 0, "depth", &depth, N_("depth"), N_("x") },
		OPT_STRING_LIST('c', "config", &c, N_("key=value"), N_("x")),
		OPT_IPVERSION(&family),
		OPT_PARSE_LIST_OBJECTS_FILTER(&filter),
		OPT_END()
	};
"""
HELPER = """
class ArgumentHelper:
    @staticmethod
    def revision(parser):
        parser.add_argument('--revision', type=str)
    @staticmethod
    def other(parser):
        parser.add_argument('--other', type=str)
"""
SERVE = """
class SubCliServe:
    @staticmethod
    def add_parser_api_server():
        parser.add_argument('model_path')
        parser.add_argument('--methods', nargs='+')
        parser.add_argument('--json', type=json.loads)
        parser.add_argument('--debug', action='store_true')
        ArgumentHelper.revision(parser)
"""
SETTINGS = """
class ServerSettings(BaseSettings):
    host: str = Field(default="x")
class ModelSettings(BaseSettings):
    model: str = Field()
    split: Optional[List[float]] = Field(default=None)
"""


def rows(read: Callable[[Path, str], dict[str, Any]], root: Path, **files: str) -> list[Any]:
    """The options of a source of these files, without what each has."""
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_rs", ".rs").replace("_cpp", ".cpp")
        path = path if path.suffix else path.with_name(path.name + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf8")
    return [row for row in read(root, "1")["options"] if "--help" not in row["names"]]


def test_clap(tmp_path: Path) -> None:
    assert rows(others.tei, tmp_path, router__src__main_rs=RUST) == [
        {"names": ["--auto"], "arity": "?", "env": "AUTO"},
        {"names": ["--env"], "arity": "0"},
        {"names": ["--model-id"], "arity": "1", "env": "MODEL_ID"},
        {"names": ["--path"], "arity": "1"},
        {"names": ["--payload"], "arity": "1", "append": True, "env": "PAYLOAD_LIMIT"},
        {"names": ["--port", "-p"], "arity": "1", "env": "PORT"},
    ]


def test_llama_cpp(tmp_path: Path) -> None:
    path = tmp_path / "llama_cpp_python-1/vendor/llama.cpp/common"
    path.mkdir(parents=True)
    (path / "arg.cpp").write_text(CPP, encoding="utf8")
    assert others.llama_cpp(tmp_path, "1")["options"] == [
        {"names": ["--fa", "-fa"], "arity": "0", "no": ["-nfa", "--no-fa"]},
        {"names": ["--lora"], "arity": "1", "append": True},
        {"names": ["--model", "-m"], "arity": "1", "env": "LLAMA_ARG_MODEL"},
        {"names": ["--range"], "arity": "2"},
        {"names": ["--verbose"], "arity": "0"},
    ]


def test_typer(tmp_path: Path) -> None:
    assert rows(others.infinity, tmp_path, infinity_emb__cli=TYPER) == [
        {"names": ["--compile"], "arity": "0", "no": ["--no-compile"]},
        {"names": ["--model-id", "--model-name-or-path"], "arity": "1", "append": True},
        {"names": ["--port"], "arity": "1"},
    ]


def test_calls(tmp_path: Path) -> None:
    files = {"lmdeploy__cli__serve": SERVE, "lmdeploy__cli__utils": HELPER}
    assert rows(others.lmdeploy, tmp_path, **files) == [
        {"names": ["--debug"], "arity": "0"},
        {"names": ["--json"], "arity": "1", "type": "json"},
        {"names": ["--methods"], "arity": "+"},
        {"names": ["--revision"], "arity": "1"},
    ]


def test_click(tmp_path: Path) -> None:
    assert rows(others.trtllm, tmp_path, tensorrt_llm__commands__serve=CLICK) == [
        {"names": ["--custom_module_dirs"], "arity": "1", "append": True},
        {"names": ["--extra_encoder_options"], "arity": "1"},
        {"names": ["--fast"], "arity": "0", "no": ["--slow"]},
        {"names": ["--pair"], "arity": "2"},
        {"names": ["--tensor_parallel_size", "--tp_size"], "arity": "1"},
        {"names": ["--trust_remote_code"], "arity": "0"},
    ]


def test_parse_options(tmp_path: Path) -> None:
    (tmp_path / "builtin").mkdir()
    (tmp_path / "builtin/clone.c").write_text(MACROS, encoding="utf8")
    assert others.git_clone(tmp_path, "1")["options"] == [
        {"names": ["--branch", "-b"], "arity": "1", "no": ["--no-branch"]},
        {"names": ["--config", "-c"], "arity": "1", "no": ["--no-config"], "append": True},
        {"names": ["--depth"], "arity": "1", "no": ["--no-depth"]},
        {"names": ["--filter"], "arity": "1", "no": ["--no-filter"]},
        {"names": ["--ipv4", "-4"], "arity": "0"},
        {"names": ["--ipv6", "-6"], "arity": "0"},
        {"names": ["--no-checkout", "-n"], "arity": "0", "no": ["--checkout"]},
        {"names": ["--quiet", "-q"], "arity": "0", "no": ["--no-quiet"]},
        {
            "names": ["--recurse", "--recursive"],
            "arity": "?",
            "no": ["--no-recurse", "--no-recursive"],
        },
        {"names": ["--verbose", "-v"], "arity": "0", "no": ["--no-verbose"]},
    ]


@pytest.mark.parametrize(
    "text",
    ["int main() {}", "struct option builtin_x_options[] = {\n\tOPT_BOOL(0, x),\n\tOPT_END()"],
)
def test_parse_options_that_cannot_be_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "builtin").mkdir()
    (tmp_path / "builtin/clone.c").write_text(text, encoding="utf8")
    with pytest.raises(SystemExit):
        others.git_clone(tmp_path, "1")


def test_settings(tmp_path: Path) -> None:
    path = tmp_path / "llama_cpp_python-1/llama_cpp/server"
    path.mkdir(parents=True)
    (path / "settings.py").write_text(SETTINGS, encoding="utf8")
    found = others.llama_cpp_python(tmp_path, "1")["options"]
    assert [(row["names"][0], row["arity"]) for row in found] == [
        ("--config_file", "1"), ("--host", "1"), ("--model", "1"), ("--split", "*"), ("-h", "0"),
    ]  # fmt: skip


@pytest.mark.parametrize("path", sorted(TABLES.glob("*.json")), ids=lambda path: path.stem)
def test_a_table_is_written_as_it_would_be_again(path: Path) -> None:
    text = path.read_text(encoding="utf8")
    assert written(json.loads(text)) + "\n" == text


def test_every_server_with_a_table_is_listed() -> None:
    names = {path.stem.rpartition("-")[0] for path in TABLES.glob("*.json")}
    assert names == set(SOURCES)
    assert len(listed().splitlines()) == len(SOURCES)


def test_packages_of_every_kind(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("x = 1", encoding="utf8")
    with zipfile.ZipFile(tmp_path / "a.whl", "w") as wheel:
        wheel.write(file, "p/a.py")
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as archive:
        archive.add(file, "p/a.py")
    for name in ("a.whl", "a.tar.gz"):
        folder = unpacked(tmp_path / name, tmp_path / f"of {name}")
        assert (folder / "p/a.py").read_text(encoding="utf8") == "x = 1"
    assert unpacked(tmp_path, tmp_path / "x") == tmp_path
