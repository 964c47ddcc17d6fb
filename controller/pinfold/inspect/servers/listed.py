"""The servers and downloads that are read, listed by hand."""

from pinfold.inspect.downloads import git, hf, http, python_code, storage_initializer
from pinfold.inspect.servers import (
    dynamo,
    infinity,
    kserve,
    llama_cpp,
    llama_cpp_python,
    lmdeploy,
    nim,
    ollama,
    ray_serve,
    sglang,
    tei,
    tgi,
    tgi_server,
    triton,
    trtllm,
    vllm,
)
from pinfold.inspect.servers.clients import CLIENTS
from pinfold.inspect.servers.model import Server

# Those that a policy can say to be in an image.
MODEL_SERVERS: tuple[Server, ...] = (
    vllm.SERVER,
    tgi.SERVER,
    sglang.SERVER,
    tei.SERVER,
    lmdeploy.SERVER,
    llama_cpp.SERVER,
    llama_cpp_python.SERVER,
    infinity.SERVER,
    trtllm.SERVER,
    kserve.SERVER,
    triton.SERVER,
    dynamo.SERVER,
    ollama.SERVER,
    nim.SERVER,
    ray_serve.SERVER,
    tgi_server.SERVER,
)
DOWNLOADS: tuple[Server, ...] = (
    hf.SERVER,
    git.SERVER,
    http.SERVER,
    storage_initializer.SERVER,
    ollama.DOWNLOAD,
    tgi_server.DOWNLOAD,
    python_code.SERVER,
)
SERVERS = MODEL_SERVERS + DOWNLOADS + CLIENTS
