"""The servers and downloads that are read, listed by hand."""

from pinfold.inspect.downloads import git, hf, http, python_code, storage_initializer
from pinfold.inspect.servers import (
    dynamo,
    infinity,
    kserve,
    llama_cpp,
    lmdeploy,
    nim,
    ollama,
    sglang,
    tei,
    tgi,
    triton,
    trtllm,
    vllm,
)
from pinfold.inspect.servers.model import Server

# Those that a policy can say to be in an image.
MODEL_SERVERS: tuple[Server, ...] = (
    vllm.SERVER,
    tgi.SERVER,
    sglang.SERVER,
    tei.SERVER,
    lmdeploy.SERVER,
    llama_cpp.SERVER,
    infinity.SERVER,
    trtllm.SERVER,
    kserve.SERVER,
    triton.SERVER,
    dynamo.SERVER,
    ollama.SERVER,
    nim.SERVER,
)
DOWNLOADS: tuple[Server, ...] = (
    hf.SERVER,
    git.SERVER,
    http.SERVER,
    storage_initializer.SERVER,
    ollama.DOWNLOAD,
    python_code.SERVER,
)
SERVERS = MODEL_SERVERS + DOWNLOADS
