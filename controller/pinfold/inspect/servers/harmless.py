"""Programs beside a model server that load nothing: routers, clients, simulators, exporters.

A client's `--model` names the model of the server that it calls. Those that load a tokenizer of
their own are in clients.py; whatever any pod runs (sleep, cp, nvidia-smi) is in known.py.
"""

ROUTERS = frozenset(
    {
        # of models: the router of vLLM's production stack, llm-d's picker and sidecar, gateways
        "bbr", "body-based-routing", "disagg-proxy", "endpoint-picker", "epp",
        "inference-scheduler", "kgateway", "litellm", "llm-d-routing-sidecar",
        "dynamo-openengine-sidecar", "lmdeploy-proxy", "pd-sidecar", "semantic-router",
        "vllm-router",
        # of anything
        "caddy", "cloudflared", "envoy", "envoy-gateway", "haproxy", "istio-proxy", "nginx",
        "nginx-debug", "oauth2-proxy", "openresty", "pilot-agent", "pgbouncer", "socat", "stunnel",
        "traefik", "tailscaled",
    }
)  # fmt: skip
CLIENTS = frozenset(
    {
        "ab", "artillery", "fortio", "ghz", "grpcurl", "hey", "inference-perf", "k6", "locust",
        "newman", "oha", "open-webui", "perf_analyzer", "plow", "siege", "vegeta", "wrk", "wrk2",
    }
)  # fmt: skip
SIMULATORS = frozenset({"fake-openai-server", "llm-d-inference-sim", "mockserver"})
EXPORTERS = frozenset(
    {
        "alertmanager", "blackbox_exporter", "cadvisor", "dcgm-exporter", "fluent-bit", "fluentd",
        "grafana", "grafana-server", "node_exporter", "nv-hostengine", "otelcol",
        "otelcol-contrib", "prometheus", "promtail", "tensorboard", "vector", "vmagent",
    }
)  # fmt: skip
STORES = frozenset(
    {
        "etcd", "etcdctl", "lmcache_controller", "lmcache_server", "mc", "memcached", "minio",
        "mooncake_client", "mooncake_http_metadata_server", "mooncake_master",
        "nats-server", "psql", "redis-server", "valkey-server",
    }
)  # fmt: skip
PROGRAMS = ROUTERS | CLIENTS | SIMULATORS | EXPORTERS | STORES

MODULES = frozenset(
    {
        "fastchat.serve.controller", "fastchat.serve.gradio_web_server",
        "fastchat.serve.openai_api_server", "lmcache.v1.server", "litellm",
        "litellm.proxy.proxy_cli", "locust", "mooncake.http_metadata_server",
        "mooncake.mooncake_store_service", "open_webui", "ray.scripts.scripts",
        "tensorboard.main", "vllm_router", "vllm_router.app",
        # Dynamo's parts that are no workers
        "dynamo.frontend", "dynamo.global_planner", "dynamo.global_router", "dynamo.grove",
        "dynamo.kv_dc_relay", "dynamo.kv_state_agent", "dynamo.mocker", "dynamo.planner",
        "dynamo.planner.planner_sla", "dynamo.profiler", "dynamo.router",
        "dynamo.thunderagent_router", "planner_sla",
    }
)  # fmt: skip
# Scripts by the name of their file, with a folder where the name alone says too little.
SCRIPTS = (
    "fake-openai-server.py", "huggingfaceserver/health_check.py", "multi-round-qa.py",
    "token_benchmark_ray.py",
)  # fmt: skip
# The last segment of an image's path, for those that a server's name also begins; * is a prefix.
IMAGES = (
    "dynamo-mocker*", "lmstack-router", "ollama-exporter", "open-webui*", "sglang-inference-sim*",
    "sglang-mock*", "sglang-router*", "vllm-mock*", "vllm-router*",
)  # fmt: skip
