"""Whether what is copied from a bucket looks like a model: most copies of most pods are not.

Buckets hold backups, data and releases as well, and only names tell them from models.
"""

import re

_NAMES = re.compile(
    r"models?(?![a-z])|weights|checkpoint|ckpt|(?<![a-z])(?:q?lora|adapters?|llms?|hf|gguf|vllm"
    r"|bert|t5|bge|e5|gte|phi|yi|glm|gpt|sdxl|flux|whisper|esm)(?![a-z])|safetensors|huggingface"
    r"|modelscope|llama|qwen|mi[sx]tral|gemma|deepseek|falcon-|gpt-|gpt_oss|chatglm|granite|nemotron"
    r"|kimi|minimax|internlm|internvl|baichuan|starcoder|olmo|command-r|smollm|vicuna|bloomz?(?![a-z])"
    r"|stable-diffusion|embeddings?(?![a-z])|reranker|tokenizer",
    re.IGNORECASE,
)
_WEIGHTS = re.compile(
    r".*\.(?:gguf|ggml|safetensors|pt|pth|ckpt|onnx|nemo|engine|plan|tflite)", re.IGNORECASE
)
_OTHER_FILES = re.compile(
    r".*\.(?:ya?ml|json|jsonl|toml|ini|conf|txt|md|csv|tsv|parquet|arrow|sql|dump|db|sqlite|log"
    r"|html|js|css|png|jpe?g|pdf|sh|py|whl|deb|rpm|jar|war|jinja2?|pem|crt|key)(?:\.gz)?",
    re.IGNORECASE,
)


def looks_like_a_model(source: str, target: str) -> bool:
    """Whether a place in a bucket, or the folder it is copied to, is named as models are."""
    file = source.rstrip("/").rpartition("/")[2]
    if _OTHER_FILES.fullmatch(file):
        return False
    if _WEIGHTS.fullmatch(file):
        return True
    return any(map(_NAMES.search, (source, target)))


def is_named_as_models(text: str) -> bool:
    """Whether a text has a word that models, or their folders, are named by."""
    return _NAMES.search(text) is not None
