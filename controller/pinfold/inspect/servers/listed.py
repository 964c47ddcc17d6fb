"""The servers and downloads that are read, listed by hand."""

from pinfold.inspect.downloads import (
    amazon,
    azure,
    git,
    google,
    hf,
    http,
    hub_clients,
    minio,
    other_clouds,
    platforms,
    python_code,
    rclone,
    storage_initializer,
    tools_listed,
)
from pinfold.inspect.servers import (
    dynamo,
    infinity,
    kserve,
    llama_cpp,
    llama_cpp_python,
    lm_eval,
    lmdeploy,
    localai,
    lora_syncer,
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
from pinfold.inspect.servers.trainers import TRAINERS
from pinfold.inspect.servers.whisper import WHISPERS

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
# Those that only their commands tell, or an image of their own.
OTHER_SERVERS: tuple[Server, ...] = (
    llama_cpp_python.SERVER,
    ray_serve.SERVER,
    tgi_server.SERVER,
    lm_eval.SERVER,
    localai.SERVER,
    lora_syncer.SERVER,
    *WHISPERS,
)
DOWNLOADS: tuple[Server, ...] = (
    hf.SERVER,
    git.SERVER,
    http.SERVER,
    storage_initializer.SERVER,
    ollama.DOWNLOAD,
    tgi_server.DOWNLOAD,
    python_code.SERVER,
    *tools_listed.TOOLS,
    amazon.AWS,
    amazon.S5CMD,
    google.GSUTIL,
    google.GCLOUD,
    azure.AZCOPY,
    rclone.RCLONE,
    minio.MC,
    other_clouds.TOSUTIL,
    other_clouds.OSSUTIL,
    hub_clients.MODELSCOPE,
    hub_clients.NGC,
    hub_clients.KAGGLE,
    platforms.AIBRIX,
    platforms.KTHENA,
)
SERVERS = MODEL_SERVERS + OTHER_SERVERS + DOWNLOADS + CLIENTS + TRAINERS
