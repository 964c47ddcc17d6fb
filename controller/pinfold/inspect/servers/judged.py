"""What single commands and images are taken for, and what all of a container says together."""

from pinfold.inspect.images.reference import InvalidReference, Reference, parse_reference
from pinfold.inspect.servers import known
from pinfold.inspect.servers.known import Verdict
from pinfold.inspect.servers.recognise import Started
from pinfold.inspect.workload import ContainerFacts


def reference_of(text: str) -> Reference | None:
    """An image's reference; None where the text is none."""
    try:
        return parse_reference(text)
    except InvalidReference:
        return None


def verdict_of(command: Started) -> Verdict:
    """What is known of a command that is not read."""
    match command.kind:
        case "program":
            return known.of_program(command.name, [word.text for word in command.words])
        case "module":
            return known.of_module(command.name)
        case "code":
            return known.of_code(command.name)
    return known.of_script(command.token.text)


def joined(facts: list[ContainerFacts]) -> ContainerFacts:
    """All that the commands of a container say, each once."""
    if len(facts) == 1:
        return facts[0]
    return ContainerFacts(
        tuple(dict.fromkeys(row for one in facts for row in one.artefacts)),
        tuple(dict.fromkeys(row for one in facts for row in one.hazards)),
        tuple(dict.fromkeys(row for one in facts for row in one.opaque)),
        tuple(dict.fromkeys(row for one in facts for row in one.writes)),
        possible=tuple(dict.fromkeys(row for one in facts for row in one.possible)),
        own=tuple(dict.fromkeys(row for one in facts for row in one.own)),
    )
