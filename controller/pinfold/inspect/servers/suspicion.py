"""Whether a container is likely to load a model, told before anything in it is taken apart."""

from pinfold.inspect.commands.handlers import words_of
from pinfold.inspect.commands.mounts import Mounts
from pinfold.inspect.podspec import Container
from pinfold.inspect.servers import known, named
from pinfold.inspect.servers.model import Server
from pinfold.inspect.servers.recognise import image_mentions, mentions


def is_suspect(container: Container, image: str, server: Server | None) -> bool:
    """Whether it is likely; `image` is the last segment of its image, `server` what that runs."""
    return (
        _has_accelerator(container)
        or any(known.is_model_variable(variable.name) for variable in container.env or ())
        or is_server_image(image, server)
    )


def is_server_image(image: str, server: Server | None) -> bool:
    """Whether an image is that of a server, read here or not."""
    if known.is_harmless_image(image):
        return False
    is_server = server is not None and not server.is_tool
    return is_server or known.matches(image, known.UNREAD_IMAGES)


def _has_accelerator(container: Container) -> bool:
    resources = container.resources
    if resources is None:
        return False
    names = {*(resources.limits or ()), *(resources.requests or ())}
    return any(known.is_accelerator(name) for name in names)


def is_silent(container: Container, image: str, mounts: Mounts) -> bool:
    """Whether nothing in a container is about models, as in most that are no suspects."""
    if mounts.files and container.volume_mounts:
        return False
    values = (variable.value or "" for variable in container.env or ())
    text = " ".join((*words_of(container), *values))
    if "$" in text or "`" in text:
        return False
    return not (image_mentions(image) or named.mentions(text) or mentions(text))
