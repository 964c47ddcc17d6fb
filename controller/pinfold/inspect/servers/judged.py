"""What single commands and images are taken for, and what all of a container says together."""

from pinfold.inspect.commands.model import Problem, Process
from pinfold.inspect.commands.mounts import Mounts
from pinfold.inspect.images.reference import InvalidReference, Reference, parse_reference
from pinfold.inspect.servers import known
from pinfold.inspect.servers.known import Verdict
from pinfold.inspect.servers.recognise import Started, mentions
from pinfold.inspect.workload import Code, ContainerFacts


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


def not_known(command: Started, process: Process, mounts: Mounts) -> tuple[Code, str]:
    """Why it is not known what a program loads: where its text lies gives the code."""
    if command.kind in ("module", "code"):
        return Code.SCRIPT_IN_IMAGE, f"what {command.title} loads is not known"
    code, detail = mounts.text(command.token.text, process.folder)
    if isinstance(code, Code):
        return code, detail
    return Code.CONFIGMAP, f"{command.title} is a script that is not read here"


def is_about_a_model(problem: Problem) -> bool:
    """Whether what could not be read may load one; in a long script a copy alone is no hint."""
    if problem.code is Code.TOO_LARGE:
        return known.has_model_word(problem.text)
    return mentions(problem.text)
