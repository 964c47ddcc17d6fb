"""The servers that are read, listed by hand."""

from pinfold.inspect.servers import tgi, vllm
from pinfold.inspect.servers.model import Server

SERVERS: tuple[Server, ...] = (vllm.SERVER, tgi.SERVER)
