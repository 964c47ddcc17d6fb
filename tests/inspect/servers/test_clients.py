"""Programs that load no model: benchmarks and routers, whose tokenizer is an artefact; the rest."""

from typing import Any

import pytest

from tests.inspect.servers.reading import S1, VLLM, codes, facts_of, hazards, rows

GPU = {"limits": {"nvidia.com/gpu": "1"}}
TOKENIZER = ("tokenizer", "o/t", None, "unpinnable")
BENCH = ("vllm", "bench", "serve", "--model", "org/m", "--base-url", "http://vllm:8000")


@pytest.mark.parametrize(
    ("command", "found"),
    [
        pytest.param(BENCH, [], id="a client's model is that of its server"),
        pytest.param((*BENCH, "--tokenizer", "o/t"), [TOKENIZER], id="its tokenizer is loaded"),
        pytest.param(
            (*BENCH, "--tokenizer=/t", "--tokenizer-mode", "hf"),
            [("tokenizer", "/t", None, "local")],
            id="from a path",
        ),
        pytest.param(
            ("python3", "benchmarks/benchmark_serving.py", "--model", "org/m", "--tokenizer=o/t"),
            [TOKENIZER],
            id="the script that was before",
        ),
        pytest.param(
            ("python3", "-m", "sglang.bench_serving", "--model", "org/m", "--tokenizer", "o/t"),
            [TOKENIZER],
            id="SGLang's",
        ),
        pytest.param(
            ("python3", "-m", "sglang.bench_serving", "--backend", "sglang", "--model", "org/m"),
            [],
            id="SGLang's without one",
        ),
        pytest.param(
            ("genai-perf", "profile", "-m", "org/m", "--tokenizer", "o/t"),
            [("tokenizer", "o/t", None, "unpinned")],
            id="NVIDIA's",
        ),
        pytest.param(
            ("aiperf", "profile", "--tokenizer", "o/t", "--tokenizer-revision", S1),
            [("tokenizer", "o/t", S1, "pinned")],
            id="NVIDIA's, pinned",
        ),
        pytest.param(
            ("guidellm", "benchmark", "--target", "http://x", "--processor", "o/t"),
            [TOKENIZER],
            id="guidellm",
        ),
        pytest.param(
            ("guidellm", "run", "--tokenizer", "kind=huggingface_auto, model=o/t"),
            [TOKENIZER],
            id="guidellm in pairs",
        ),
        pytest.param(
            ("guidellm", "run", "--tokenizer", "kind=none"), [], id="guidellm without a name"
        ),
        pytest.param(
            ("python3", "-m", "sglang_router.launch_router", "--worker-urls", "http://a"),
            [],
            id="a router",
        ),
        pytest.param(
            ("python3", "-m", "sglang_router", "--tokenizer-path", "o/t"), [TOKENIZER],
            id="a router with a tokenizer",
        ),
        pytest.param(
            ("smg", "launch", "--model-path", "o/t"), [TOKENIZER], id="its model is its tokenizer's"
        ),
    ],
)  # fmt: skip
def test_what_a_client_loads(command: tuple[str, ...], found: list[Any]) -> None:
    facts = facts_of({"image": VLLM, "command": list(command), "resources": GPU})
    assert (rows(facts), codes(facts)) == (found, [])


def test_a_client_that_trusts_code() -> None:
    words = ("--tokenizer", "o/t", "--trust-remote-code")
    assert hazards(facts_of({"command": [*BENCH, *words]})) == ["trust-remote-code"]


def test_a_tokenizer_is_pinned_where_that_is_possible() -> None:
    (row,) = facts_of({"command": ["genai-perf", "profile", "--tokenizer", "o/t"]}).artefacts
    assert row.pin is not None
    assert row.pin.to("x") == "--tokenizer-revision=x"


@pytest.mark.parametrize(
    "command",
    [
        pytest.param("vllm-router --service-discovery k8s --k8s-label-selector a=b", id="router"),
        pytest.param("python3 -m vllm_router.app --static-models org/m", id="as a module"),
        pytest.param("/app/epp --pool-name vllm", id="llm-d's endpoint picker"),
        pytest.param("/app/pd-sidecar --port=8000 --connector=nixlv2", id="llm-d's sidecar"),
        pytest.param("envoy -c /etc/envoy.yaml", id="Envoy"),
        pytest.param("nginx -g 'daemon off;'", id="nginx"),
        pytest.param("litellm --config /c.yaml --model openai/x", id="LiteLLM"),
        pytest.param("semantic-router --config=/c.yaml", id="a semantic router"),
        pytest.param("lmdeploy serve proxy --server-port 8000", id="LMDeploy's proxy"),
        pytest.param("python3 -m dynamo.frontend --http-port 8000", id="Dynamo's frontend"),
        pytest.param("python3 -m dynamo.router --endpoint x", id="Dynamo's router"),
        pytest.param("python3 -m dynamo.planner", id="Dynamo's planner"),
        pytest.param("python3 -m dynamo.mocker --model-path org/m", id="Dynamo's simulator"),
        pytest.param("/app/llm-d-inference-sim --model org/m --port 8000", id="llm-d's simulator"),
        pytest.param("vllm chat --url http://vllm --model-name x", id="a chat"),
        pytest.param("vllm complete -q hello", id="a completion"),
        pytest.param("vllm collect-env", id="facts of vLLM"),
        pytest.param("vllm snapshot inspect /s", id="facts of a snapshot"),
        pytest.param("vllm --version", id="a version"),
        pytest.param("locust -f /l.py --host http://vllm", id="Locust"),
        pytest.param("k6 run /x.js", id="k6"),
        pytest.param("inference-perf --config_file /c.yaml", id="inference-perf"),
        pytest.param("python3 fake-openai-server.py --model-name x", id="a false server"),
        pytest.param("python3 ./huggingfaceserver/health_check.py ready", id="KServe's probe"),
        pytest.param("python3 -m mooncake.mooncake_store_service --port 8081", id="a KV store"),
        pytest.param("mooncake_client --master=x", id="a client of a KV store"),
        pytest.param("python3 -m planner_sla --environment=kubernetes", id="a planner"),
        pytest.param("dynamo-openengine-sidecar --port 9000", id="Dynamo's sidecar"),
        pytest.param("ray start --address=$(LWS_LEADER_ADDRESS):6379 --block", id="Ray's worker"),
        pytest.param("serve start --http-host 0.0.0.0", id="Ray Serve without an application"),
        pytest.param("serve status", id="what Ray Serve does"),
        pytest.param("sleep infinity", id="sleep"),
        pytest.param("tail -f /dev/null", id="tail"),
        pytest.param("dcgm-exporter -f /c.csv", id="an exporter"),
        pytest.param("open-webui serve", id="a web interface"),
    ],
)
def test_what_loads_nothing_on_a_gpu(command: str) -> None:
    facts = facts_of({"image": VLLM, "command": ["sh", "-c", command], "resources": GPU})
    assert (rows(facts), codes(facts)) == ([], [])


@pytest.mark.parametrize(
    "image",
    ["lmsysorg/sglang-router:v1", "x/vllm-router:1", "x/sglang-inference-sim:1", "x/vllm-mock:1"],
)
def test_an_image_named_after_a_server_that_is_none(image: str) -> None:
    facts = facts_of({"image": image, "args": ["--worker-urls", "http://sglang"]})
    assert (rows(facts), codes(facts)) == ([], [])


@pytest.mark.parametrize(
    "command",
    [
        pytest.param("python3 -m sglang.bench_one_batch --model org/m", id="it loads the model"),
        pytest.param("python3 -m sglang.bench_offline_throughput --model org/m", id="so does this"),
        pytest.param("vllm bench sweep serve --serve-cmd 'vllm serve m'", id="and this"),
    ],
)
def test_a_benchmark_that_loads_a_model(command: str) -> None:
    assert codes(facts_of({"command": ["sh", "-c", command]})) == ["unknown-server"]
