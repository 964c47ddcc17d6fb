"""Functions of Python that fetch or load: what each is taken for."""

from typing import Any

import pytest

from pinfold.inspect.workload import ContainerFacts
from tests.inspect.servers.reading import S1, S2, codes, env, facts_of, hazards, rows

PINNED = ("model", "org/m", S1, "pinned")
UNPINNED = ("model", "org/m", None, "unpinned")
LOOSE = ("model", "org/m", None, "unpinnable")
ADAPTER = ("adapter", "org/lora", S2, "pinned")
LOADED = (
    f"from transformers import AutoModel\nm = AutoModel.from_pretrained('org/m', revision='{S1}')\n"
)


def run(code: str, **container: Any) -> ContainerFacts:
    return facts_of({"command": ["python3", "-c", code], **container})


def said(code: str, **container: Any) -> tuple[list[Any], list[str]]:
    facts = run(code, **container)
    return rows(facts), codes(facts)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        pytest.param(
            f"from transformers import pipeline\npipeline('x', model='org/m', revision='{S1}')",
            [PINNED],
            id="a pipeline",
        ),
        pytest.param(
            "from transformers import pipeline as p\np('x', 'org/m', tokenizer='org/t')",
            [UNPINNED, ("tokenizer", "org/t", None, "unpinned")],
            id="its tokenizer",
        ),
        pytest.param(
            "from transformers import *\npipeline('x', 'org/m')", [UNPINNED], id="by a star"
        ),
        pytest.param(
            "import transformers as t\nt.pipeline(model='org/m')", [UNPINNED], id="of its package"
        ),
        pytest.param(
            LOADED + "from transformers import pipeline\npipeline('x', model=m.eval())",
            [PINNED],
            id="a pipeline around a model",
        ),
        pytest.param(
            "from sentence_transformers import CrossEncoder\nCrossEncoder('org/m')",
            [UNPINNED],
            id="a cross-encoder",
        ),
        pytest.param(
            f"import sglang as sgl\nsgl.Engine(model_path='org/m', revision='{S1}')",
            [PINNED],
            id="SGLang's engine",
        ),
        pytest.param(
            f"from vllm import EngineArgs\nEngineArgs('org/m', revision='{S1}', "
            f"tokenizer='org/t', tokenizer_revision='{S2}')",
            [PINNED, ("tokenizer", "org/t", S2, "pinned")],
            id="vLLM's arguments",
        ),
        pytest.param(
            f"from vllm import LLM\nLLM(model='org/m', revision='{S1}', tokenizer='org/t')",
            [PINNED, ("tokenizer", "org/t", None, "unpinned")],
            id="a tokenizer apart",
        ),
        pytest.param(
            "from tensorrt_llm import LLM\nLLM(model='org/m')", [UNPINNED], id="TensorRT-LLM's"
        ),
        pytest.param(
            f"from llama_cpp import Llama\nLlama.from_pretrained('org/m', 'f', revision='{S1}')",
            [LOOSE],
            id="llama-cpp-python swallows a revision",
        ),
        pytest.param(
            "from faster_whisper import WhisperModel\nWhisperModel('org/m', device='cpu')",
            [UNPINNED],
            id="faster-whisper",
        ),
        pytest.param(
            "import whisper\nwhisper.load_model('/models/x.pt')",
            [("model", "/models/x.pt", None, "local")],
            id="a file of whisper's",
        ),
        pytest.param(
            "import whisper\nwhisper.load_model('base')",
            [("model", "base", None, "unpinnable")],
            id="a size of whisper's",
        ),
        pytest.param(
            "import torch\ntorch.hub.load('org/m:main', 'net')",
            [("code", "org/m:main", None, "unpinnable")],
            id="torch.hub",
        ),
        pytest.param(
            "import kagglehub as k\nk.model_download('a/b/c/d/1')",
            [("model", "a/b/c/d/1", None, "unpinnable")],
            id="Kaggle",
        ),
        pytest.param(
            "import mlflow\nmlflow.pyfunc.load_model('models:/m/1')",
            [("model", "models:/m/1", None, "unpinnable")],
            id="MLflow",
        ),
        pytest.param(
            "import wandb\nwandb.init().use_artifact('a/b/m:v1')",
            [("model", "a/b/m:v1", None, "unpinnable")],
            id="Weights & Biases",
        ),
        pytest.param(
            "from FlagEmbedding import BGEM3FlagModel as F\nF('org/m')", [LOOSE], id="FlagEmbedding"
        ),
        pytest.param(
            "from langchain_huggingface import HuggingFaceEmbeddings as E\n"
            f"E(model_name='org/m', model_kwargs={{'revision': '{S1}'}})",
            [PINNED],
            id="LangChain's embeddings",
        ),
        pytest.param(
            "from diffusers import FluxPipeline as F\n"
            f"F.from_single_file('https://huggingface.co/org/m/resolve/{S1}/x.safetensors')",
            [("model", "org/m/x.safetensors", S1, "pinned")],
            id="a file by its address",
        ),
        pytest.param(
            "from diffusers import F\nF.from_single_file('https://h/x.safetensors')",
            [("model", "https://h/x.safetensors", None, "unpinnable")],
            id="any address",
        ),
        pytest.param(
            LOADED + f"m.load_lora_weights('org/lora', revision='{S2}')",
            [PINNED, ADAPTER],
            id="an adapter of diffusers",
        ),
        pytest.param(
            LOADED + "from peft import PeftModel\nm = m.to('cuda')\n"
            f"PeftModel.from_pretrained(m, 'org/lora', revision='{S2}')",
            [PINNED, ADAPTER],
            id="an adapter of PEFT",
        ),
        pytest.param(
            LOADED + "from peft import PeftModel\n"
            f"PeftModel.from_pretrained(m, model_id='org/lora', revision='{S2}')",
            [PINNED, ADAPTER],
            id="the same by its keyword",
        ),
        pytest.param(
            f"p = snapshot_download('org/m', revision='{S1}')\nAutoModel.from_pretrained(p)",
            [PINNED],
            id="what was fetched is loaded",
        ),
    ],
)
def test_what_is_loaded(code: str, found: list[Any]) -> None:
    assert said(code) == (found, [])


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("from transformers import pipeline\npipeline('x')", id="a default"),
        pytest.param("from transformers import pipeline\npipeline('x', 'a/a', c)", id="a third"),
        pytest.param(
            "from transformers import pipeline\npipeline('x', 'a/a', tokenizer=t)", id="t"
        ),
        pytest.param("from transformers import pipeline\npipeline('x', adapter='a/a')", id="more"),
        pytest.param("from vllm import LLM\nLLM('a/a', speculative_config=c)", id="a draft"),
        pytest.param("import sglang\nsglang.Engine(model_path='a/a', lora_paths=['b/b'])", id="l"),
        pytest.param("snapshot_download('a/a', endpoint=f())", id="an endpoint"),
        pytest.param("HfApi(endpoint=f()).snapshot_download('a/a')", id="a client's endpoint"),
        pytest.param("import os\nos.environ.update(x)\nsnapshot_download('a/a')", id="variables"),
        pytest.param("import os\nos.environ |= x\nsnapshot_download('a/a')", id="all variables"),
        pytest.param("A.from_pretrained('a/a', mirror='x')", id="a mirror"),
        pytest.param("f(snapshot_download, 'a/a')\nsnapshot_download('b/b')", id="handed on"),
        pytest.param(
            "g = A.from_pretrained\nA.from_pretrained('b/b')\ng('a/a')", id="under a name"
        ),
        pytest.param(
            "from vllm import LLM as L\nL = f\nL('a/a')\nsnapshot_download('b/b')",
            id="put in place",
        ),
        pytest.param(
            "import subprocess\nsubprocess.run(x)\nsnapshot_download('a/a')", id="a program"
        ),
        pytest.param("x.run(y)\nsnapshot_download('a/a')", id="whatever runs"),
        pytest.param("def f(x): x.run(y)\nsnapshot_download('a/a')", id="that of a parameter"),
        pytest.param("for m in ['a/a'] * 51: snapshot_download(m)", id="a list that is made"),
        pytest.param("A = " + str(["a/a"] * 51) + "\nfor m in A: snapshot_download(m)", id="many"),
        pytest.param("snapshot_download(" + "'a'+" * 1500 + "'/a')", id="too deep"),
    ],
)
def test_what_cannot_be_read(code: str) -> None:
    found, why = said(code)
    assert {row[3] for row in found} <= {"opaque"}
    assert why in (["unknown-server"], ["too-large"])


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("from kfp import dsl\n@dsl.pipeline(name='x')\ndef f(): pass", id="Kubeflow"),
        pytest.param("import torch\ntorch.load('/m/x.bin')", id="a file of torch"),
        pytest.param("def pipeline(x): pass\npipeline('a/a')", id="a function of its own"),
        pytest.param("import keras\nkeras.models.load_model('a/a')", id="another package's"),
        pytest.param("import pickle\npickle.load(open('x'))", id="a pickle"),
        pytest.param("import transformers\nprint(transformers.__version__)", id="no call"),
    ],
)
def test_what_is_none_of_ours(code: str) -> None:
    assert said(code) == ([], [])


@pytest.mark.parametrize(
    ("code", "endpoint"),
    [
        pytest.param("snapshot_download('org/m')", "https://huggingface.co", id="none"),
        pytest.param("snapshot_download('org/m', endpoint='https://h/')", "https://h", id="a call"),
        pytest.param(
            "HfApi('https://h').snapshot_download('org/m')", "https://h", id="that of a client"
        ),
        pytest.param(
            "HfApi(endpoint='https://h').snapshot_download('org/m')", "https://h", id="by keyword"
        ),
        pytest.param(
            "import os\nos.environ['HF_ENDPOINT'] = 'https://h'\nsnapshot_download('org/m')",
            "https://h",
            id="a variable",
        ),
        pytest.param(
            "import os\nos.environ.setdefault('HF_ENDPOINT', 'https://h')\n"
            "snapshot_download('org/m')",
            "https://h",
            id="a variable by default",
        ),
    ],
)
def test_which_hub_answers(code: str, endpoint: str) -> None:
    (artefact,) = run(code).artefacts
    assert artefact.endpoint == endpoint


@pytest.mark.parametrize(
    "code",
    [
        "import os\nos.environ['HF_ENDPOINT'] = 'https://h'\nsnapshot_download('org/m')",
        "import os\nos.environ.update(HF_ENDPOINT='https://h')\nsnapshot_download('org/m')",
        "import os\nos.environ.update({'HF_ENDPOINT': 'https://h'})\nsnapshot_download('org/m')",
        "import os\nos.putenv('HF_ENDPOINT', 'https://h')\nsnapshot_download('org/m')",
        "snapshot_download('org/m', endpoint='https://h')",
    ],
)
def test_another_hub_is_a_hazard(code: str) -> None:
    facts = run(code)
    (hazard,) = facts.hazards
    assert (hazard.hazard, hazard.text.partition("=")[2]) == ("hub-endpoint", "https://h")
    assert [row.endpoint for row in facts.artefacts] == ["https://h"]


def test_the_hub_itself_is_none() -> None:
    assert hazards(run("snapshot_download('org/m', endpoint='https://huggingface.co')")) == []


@pytest.mark.parametrize(("value", "found"), [("False", ["pickle-weights"]), ("True", [])])
def test_pickles_that_are_asked_for(value: str, found: list[str]) -> None:
    assert hazards(run(f"A.from_pretrained('org/m', use_safetensors={value})")) == found


@pytest.mark.parametrize("name", ["VLLM_USE_MODELSCOPE", "VLLM_USE_MODELSCOPE "])
def test_another_hub_by_a_variable(name: str) -> None:
    code = f"LLM('org/m', revision='{S1}')"
    row = LOOSE if name == "VLLM_USE_MODELSCOPE" else PINNED
    assert said(code, env=[{"name": name, "value": "true"}]) == ([row], [])


def test_another_hub_by_a_variable_that_the_code_sets() -> None:
    code = f"import os\nos.environ['VLLM_USE_MODELSCOPE'] = '1'\nLLM('org/m', revision='{S1}')"
    assert said(code) == ([LOOSE], [])


@pytest.mark.parametrize(
    ("code", "found"),
    [
        pytest.param("k = {'revision': R}\nsnapshot_download('org/m', **k)", [PINNED], id="a name"),
        pytest.param("snapshot_download('org/m', **dict(revision=R))", [PINNED], id="dict()"),
        pytest.param("snapshot_download('org/m', **{'revision': R})", [PINNED], id="as it stands"),
        pytest.param("c = {'m': 'org/m'}\nsnapshot_download(c['m'])", [UNPINNED], id="an entry"),
        pytest.param("m: str = 'org/m'\nsnapshot_download(m)", [UNPINNED], id="with a type"),
        pytest.param("snapshot_download('org/m' if x else 'b/b')", None, id="one of two"),
        pytest.param("snapshot_download('' or 'org/m')", [UNPINNED], id="or"),
        pytest.param("import os\nsnapshot_download(os.getenv('X') or 'org/m')", [UNPINNED], id="o"),
        pytest.param("from os import getenv\nsnapshot_download(getenv('M'))", [UNPINNED], id="g"),
        pytest.param(
            "import os\nsnapshot_download(os.path.join('org', str('m')))", [UNPINNED], id="a path"
        ),
        pytest.param("snapshot_download(Path('org') / ' m '.strip())", [UNPINNED], id="a Path"),
        pytest.param(
            "for m, r in [('org/m', R)]:\n  snapshot_download(m, revision=r)", [PINNED], id="pairs"
        ),
        pytest.param(
            "A = {'org/m': R}\nfor m, r in A.items():\n  snapshot_download(m, revision=r)",
            [PINNED],
            id="pairs of a dictionary",
        ),
        pytest.param(
            "A = [{'id': 'org/m', 'r': R}]\n"
            "for m in A:\n  snapshot_download(m['id'], revision=m['r'])",
            [PINNED],
            id="dictionaries",
        ),
        pytest.param("A = ('org/m',)\n[snapshot_download(m) for m in A]", [UNPINNED], id="inline"),
    ],
)
def test_what_expressions_mean(code: str, found: list[Any] | None) -> None:
    code = f"R = '{S1}'\n{code}"
    expected = found or [UNPINNED, ("model", "b/b", None, "unpinned")]
    assert said(code, env=env(M="org/m")) == (expected, [])


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(
            "k = {'revision': R}\nk.update(x)\nsnapshot_download('a/a', **k)", id="changed"
        ),
        pytest.param("k = {'revision': R}\nk['x'] = y\nsnapshot_download('a/a', **k)", id="entry"),
        pytest.param("k = {x: R}\nsnapshot_download('a/a', **k)", id="a key"),
        pytest.param("k = {**x}\nsnapshot_download('a/a', **k)", id="of another"),
        pytest.param("k = dict(x)\nsnapshot_download('a/a', **k)", id="of a call"),
        pytest.param("A = ['a/a']\nA.append(x)\nfor m in A: snapshot_download(m)", id="appended"),
        pytest.param("A = [*x]\nfor m in A: snapshot_download(m)", id="a star"),
        pytest.param("for m, r in [('a/a',)]: snapshot_download(m)", id="too few"),
        pytest.param("for m, m in [('a/a', x)]: snapshot_download(m)", id="twice"),
        pytest.param("[snapshot_download(m) for m in x for y in z]", id="two loops"),
        pytest.param(
            "import os\nos.environ['M'] = x\nsnapshot_download(os.environ['M'])", id="set"
        ),
        pytest.param(
            "import os\nos.environ[x] = 'a/a'\nsnapshot_download(os.environ['M'])", id="x"
        ),
        pytest.param("import os\nos.environ.update(x)\nsnapshot_download(os.environ['M'])", id="u"),
        pytest.param("import os\ndel os.environ['M']\nsnapshot_download(os.environ['M'])", id="d"),
        pytest.param("import os\nos.environ |= x\nsnapshot_download(os.environ['M'])", id="or"),
        pytest.param(
            "import os\nos.environ.pop('M')\nsnapshot_download(os.environ['M'])", id="pop"
        ),
        pytest.param("load_dotenv()\nimport os\nsnapshot_download(os.environ['M'])", id="a file"),
        pytest.param("snapshot_download(('' if x else 'a/a') or 'b/b')", id="empty or not"),
        pytest.param("for m, r in [x]: snapshot_download(m, revision=r)", id="a row"),
        pytest.param("snapshot_download(x or 'a/a')", id="one is not known"),
        pytest.param("snapshot_download('a/a' if x else y)", id="one of two is not known"),
        pytest.param("snapshot_download(x.strip())", id="of what is not known"),
    ],
)
def test_what_is_not_known(code: str) -> None:
    assert said(code, env=env(M="org/m")) == ([], ["unknown-server"])


def test_an_empty_name_names_nothing() -> None:
    assert said("snapshot_download('' or '')") == ([("model", "", None, "unpinnable")], [])


def test_a_variable_that_the_code_sets_may_have_either_value() -> None:
    code = "import os\nos.environ.setdefault('M', 'b/b')\nsnapshot_download(os.environ['M'])"
    either = [UNPINNED, ("model", "b/b", None, "unpinned")]
    assert said(code, env=env(M="org/m")) == (either, [])


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("import uvicorn\nuvicorn.run(app)", id="a server"),
        pytest.param("app = Flask(x)\napp.run()", id="an application"),
        pytest.param("def run(): pass\nrun()", id="a function of its own"),
        pytest.param("A = ['x']\nprint(A)\nlen(A)\nfor a in A: print(a)", id="a list that is read"),
        pytest.param("for a in zip(b, c): pass", id="a loop over what is not known"),
        pytest.param("for a in b: HfApi().snapshot_download('org/m')", id="a loop around it"),
        pytest.param("m.eval()\nm.compile()", id="methods of a model"),
    ],
)
def test_what_else_a_code_does(code: str) -> None:
    found, why = said(f"{code}\nsnapshot_download('org/m')")
    assert (set(found), why) == ({UNPINNED}, [])


def test_a_model_loaded_by_an_unknown_hand_is_no_name() -> None:
    assert said("from peft import P\nP.from_pretrained(m, 'org/lora')")[1] == ["unknown-server"]
