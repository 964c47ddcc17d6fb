"""How much of a Pod is read: no honest one comes near, and none takes more than its time.

Work is counted, never timed, so that the same Pod is answered alike on any machine.
"""

from pinfold.inspect.commands.handlers import words_of
from pinfold.inspect.podspec import Container, Volume

FIRST_WORK = 400  # for each container of several, before one of them gets what is left
ENOUGH_WORK = 2000  # whoever had this and needs more is heavy of its own, and no neighbour's fault
KEPT_BACK = 800  # for what is asked when all are read
MOST_CONTAINERS = 200
MOST_MOUNTS = 200  # of one container
MOST_VOLUMES = 500
MOST_ITEMS = 2000  # files that the volumes of a Pod name
_CHARACTERS = 100  # for one piece of work
_OF_IMAGE = 20  # characters of an image's name: that is taken apart more than once
_ENTRIES = 4  # variables or words for one piece of work
_EACH = 6  # pieces of work for any container


def items_of(volume: Volume) -> int:
    """How many files a volume names."""
    sources = volume.projected.sources or () if volume.projected is not None else ()
    maps = [volume.config_map, *(one.config_map for one in sources)]
    secrets = [volume.secret, *(one.secret for one in sources)]
    return len(sources) + sum(len(one.items or ()) for one in (*maps, *secrets) if one is not None)


def weight_of(container: Container, most: int) -> int:
    """What a container costs before anything in it is taken apart; above `most`, at least that."""
    words = words_of(container)
    variables = container.env or ()
    count = len(words) + 2 * len(variables) + len(container.env_from or ())
    if container.resources is not None:
        count += len(container.resources.limits or ()) + len(container.resources.requests or ())
    weight = _EACH + count // _ENTRIES
    if weight > most:
        return weight
    weight += len(container.image) // _OF_IMAGE
    characters = len(container.working_dir) + sum(map(len, words))
    mounts = container.volume_mounts or ()
    for mount in mounts:
        characters += len(mount.mount_path) + len(mount.sub_path)
    for variable in variables:
        characters += len(variable.name) + len(variable.value or "")
    return weight + characters // _CHARACTERS
