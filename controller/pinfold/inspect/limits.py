"""How much of a Pod is read: no honest one comes near, and none takes more than its time.

Work is counted, never timed, so that the same Pod is answered alike on any machine.
"""

from pinfold.inspect.commands.handlers import handler_commands
from pinfold.inspect.podspec import Container

FIRST_WORK = 400  # for each container of several, before one of them gets what is left
KEPT_BACK = 800  # for what is asked when all are read
MOST_CONTAINERS = 200
MOST_MOUNTS = 200  # of one container
MOST_VOLUMES = 500
_CHARACTERS = 200  # for one piece of work
_ENTRIES = 4  # variables or words for one piece of work
_EACH = 6  # pieces of work for any container


def weight_of(container: Container, most: int) -> int:
    """What a container costs before anything in it is taken apart; above `most`, at least that."""
    lists = [container.command or (), container.args or ()]
    lists += (words for _name, words in handler_commands(container))
    variables = container.env or ()
    count = sum(map(len, lists)) + 2 * len(variables) + len(container.env_from or ())
    weight = _EACH + count // _ENTRIES
    if weight > most:
        return weight
    characters = sum(len(word) for words in lists for word in words)
    characters += sum(len(one.name) + len(one.value or "") for one in variables)
    return weight + characters // _CHARACTERS
