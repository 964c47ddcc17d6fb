"""What one reading of a command line says: artefacts, hazards, what it leaves open."""

from dataclasses import replace

from pinfold.inspect.dialects.parsed import Given, Unclear
from pinfold.inspect.servers.case import REMOTE_CODE, Case
from pinfold.inspect.servers.code_paths import by_variables
from pinfold.inspect.servers.guessed import unsure
from pinfold.inspect.servers.hub import is_true
from pinfold.inspect.servers.redirected import redirected
from pinfold.inspect.servers.rows import read_slot
from pinfold.inspect.servers.weights import pickles
from pinfold.inspect.workload import Code


def fill(case: Case) -> None:
    """Say all that a command line says. Raises Refuses."""
    _redirects(case)
    for slot in case.server.slots:
        try:
            read_slot(case, slot)
        except Unclear as unclear:  # the others have values of their own
            case.report(unclear.code, unclear.detail, unclear.place)
    _quirk(case)
    _hazards(case)
    redirected(case)
    pickles(case)
    by_variables(case)
    _unknown_options(case)


def _quirk(case: Case) -> None:
    """What no slot says. What it could not tell may have changed the rest, which is then unsure."""
    if case.server.quirk is None:
        return
    try:
        case.server.quirk(case)
    except Unclear as unclear:
        case.artefacts[:] = unsure(case.artefacts)
        case.writes[:] = [replace(write, state="unknown") for write in case.writes]
        case.report(unclear.code, unclear.detail, unclear.place)


def _redirects(case: Case) -> None:
    """Variables under which a name can mean something else, or which may name more."""
    settings = case.environment.settings
    if settings is not None and case.server.env_names_model:
        case.report(settings.code, settings.detail, settings.place)
    for variable in case.server.redirects:
        value = case.environment.told(variable)
        if value is not None and value.text:
            case.report(Code.REDIRECT, f"{variable} can give any name another meaning", value.place)


def _hazards(case: Case) -> None:
    for option, hazard in case.server.hazards.items():
        given = case.parsed.last(option)
        if given is not None and not given.off and not _is_empty(given):
            _say_hazard(case, hazard, given.flag.place, _written(option, case))
    for variable, hazard in case.server.env_hazards.items():
        if is_true(case.environment, variable):
            _say_hazard(case, hazard, case.environment.values[variable].place, variable)


def _say_hazard(case: Case, hazard: str, place: str, text: str) -> None:
    if hazard == REMOTE_CODE:
        case.remote_code(place, text)
    else:
        case.hazard(hazard, place, text)


def _written(option: str, case: Case) -> str:
    """The option with all values that it was given: some are added up."""
    every = case.parsed.options[option]
    values = (token.text for given in every for token in given.values)
    return " ".join([every[-1].env or option, *values])


def _is_empty(given: Given) -> bool:
    return bool(given.values) and not given.values[-1].text


def _unknown_options(case: Case) -> None:
    """An option of no version that was read may name something to load, or end the server."""
    for word in case.parsed.unknown[:1]:  # one is enough to doubt all
        name = word.text.partition("=")[0][:60]
        detail = f"{name} is an option of no version of {case.server.name} that is known here"
        case.report(Code.UNKNOWN_SERVER, detail, word.place)
