"""Programs that copy between buckets and folders: `PROGRAM [options] VERB FROM… TO`.

Only what is taken from a bucket is fetched: an upload, a listing, a copy from bucket to bucket is
nothing. No bucket knows revisions that these programs pass on, so nothing of it can be pinned.
An option that is not known may take the next word: then nothing is said about the folder.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pinfold.inspect.commands.model import HOLE, Environment, Token
from pinfold.inspect.dialects.config_file import ReadFile
from pinfold.inspect.dialects.parsed import Given, Option, Parsed, Unclear
from pinfold.inspect.dialects.python_argparse import Unknown
from pinfold.inspect.dialects.tables import Table
from pinfold.inspect.downloads.looks import looks_like_a_model
from pinfold.inspect.downloads.target import leaves, weakest
from pinfold.inspect.servers.case import Case
from pinfold.inspect.servers.found import Item
from pinfold.inspect.servers.hub import Reference
from pinfold.inspect.servers.model import Entrypoint, Positional, Program, Server, Slot
from pinfold.inspect.workload import Act, Kind, Origin, State

_DOUBT = Option(("doubt",), "0")
_DRY = Option(("dry",), "0")
_ONLY_SAYS = frozenset({"--dryrun", "--dry-run", "--help"})

Verb = tuple[str, ...]
Remote = Callable[[str, Environment], Origin | None]


@dataclass(frozen=True, slots=True)
class Copier:
    """A program's verbs, the options that take a word and those that take none."""

    remote: Remote  # the kind of bucket that a place is in; None for a folder
    copies: frozenset[Verb]
    harmless: frozenset[Verb]  # those with which no folder is written to
    with_value: frozenset[str]
    bare: frozenset[str]
    only_equals: bool = False  # values are always behind `=`

    def read(
        self,
        words: Sequence[Token],
        table: Table,  # noqa: ARG002
        unknown: Unknown,  # noqa: ARG002
        environment: Environment,  # noqa: ARG002
        read_file: ReadFile,  # noqa: ARG002
    ) -> Parsed:
        """The sources and the target. Raises Unclear."""
        parsed = self._taken_apart(words)
        places = parsed.positionals
        verb = next((v for v in self.copies if _begins(places, v)), None)
        if verb is not None:
            del places[: len(verb)]
            self._whole(places, words)
        elif not places or any(_begins(places, v) for v in self.harmless):
            places.clear()
        else:  # another verb may write anything
            parsed.add(_DOUBT, Given(places[0]))
            del places[1:]
        if parsed.last("dry") is not None:
            places.clear()
        return parsed

    def _whole(self, places: Sequence[Token], words: Sequence[Token]) -> None:
        many = next((word for word in places if word.many and HOLE in word.text), None)
        if many is not None and looks_like_a_model(" ".join(word.text for word in words), ""):
            raise Unclear.because(many)

    def _taken_apart(self, words: Sequence[Token]) -> Parsed:
        parsed = Parsed()
        index = 0
        while index < len(words):
            word = words[index]
            index += 1
            if word.many and HOLE in word.text:
                parsed.add(_DOUBT, Given(word))
            if word.text == "--":
                parsed.positionals += words[index:]
                break
            if not word.text.startswith("-") or word.text == "-":
                parsed.positionals.append(word)
            elif word.text in _ONLY_SAYS:
                parsed.add(_DRY, Given(word))
            elif word.text in self.with_value:
                index += 1
            elif not self._is_bare(word.text):
                parsed.add(_DOUBT, Given(word))
        return parsed

    def _is_bare(self, text: str) -> bool:
        """An option that takes no further word."""
        if self.only_equals or text in self.bare or "=" in text:
            return True
        letters = [f"-{letter}" for letter in text[1:]]
        return not text.startswith("--") and self.bare.issuperset(letters)

    # -- what is fetched -------------------------------------------------------------------------

    def sources(self, case: Case, _item: Item) -> Sequence[Item]:
        """The places in buckets that are copied to a folder."""
        places = case.parsed.positionals
        target = places[-1].text
        if len(places) > 1 and self.remote(target, case.environment) is not None:
            return ()
        found = []
        for word in places[:-1] if len(places) > 1 else places:
            origin = self.remote(word.text, case.environment)
            name = _name(word.text)
            if origin is not None and (HOLE not in name or _looks(case, name)):
                unread = word.unread if HOLE in name else None
                found.append(Item(name, word, unread, reference=Reference(origin, pinnable=False)))
        return found

    def quirk(self, case: Case) -> None:
        """It lies in the last place that is named; what is no model by its name may be one."""
        places = case.parsed.positionals
        case.possible += [row for row in case.artefacts if row.id and not _looks(case, row.id)]
        case.artefacts[:] = [row for row in case.artefacts if row not in case.possible]
        if case.parsed.last("doubt") is not None:
            leaves(case, None, more=True)
            return
        if len(places) < 2:
            return
        target = places[-1].text
        if target == "-" or self.remote(target, case.environment) is not None:
            return
        origins = [self.remote(word.text, case.environment) for word in places[:-1]]
        states = [State.UNPINNABLE, *(row.state for row in case.artefacts)]
        leaves(case, target, state="unknown" if None in origins else weakest(list(states)))


def _looks(case: Case, name: str) -> bool:
    places = case.parsed.positionals
    return looks_like_a_model(name, places[-1].text if len(places) > 1 else "")


def _begins(places: Sequence[Token], verb: Verb) -> bool:
    return tuple(word.text for word in places[: len(verb)]) == verb


def _name(text: str) -> str:
    """An address without what follows `?`: there stand keys."""
    return text.partition("?")[0] if "://" in text else text


def scheme(origins: dict[str, Origin]) -> Remote:
    """Places in buckets that are told by what stands before `://`."""

    def remote(text: str, _environment: Environment) -> Origin | None:
        before, separator, _ = text.partition("://")
        return origins.get(before.lower(), Origin.UNKNOWN) if separator else None

    return remote


def server(
    name: str, copier: Copier, *, names: tuple[str, ...] = (), images: tuple[str, ...] = ()
) -> Server:
    """The declaration of such a program; `images` are those whose own command it is."""
    entry = Program(name, copier, takes_model=True, names=names or (name,))
    return Server(
        name=name,
        commands=(entry,),
        image_names=images,
        entrypoints=(Entrypoint(entry),) if images else (),
        tables=(Table(name, "0", ()),),
        slots=(Slot(Kind.MODEL, named_by=(Positional(),), each=copier.sources),),
        act=Act.FETCH,
        paths_first=False,
        quirk=copier.quirk,
        is_tool=True,
    )


def words(text: str) -> frozenset[str]:
    """Options, as a table is written."""
    return frozenset(text.split())


def verbs(*texts: str) -> frozenset[Verb]:
    """Verbs, each of one word or of several."""
    return frozenset(tuple(text.split()) for text in texts)


def each(text: str) -> frozenset[Verb]:
    """Verbs of one word, as a table is written."""
    return frozenset((word,) for word in text.split())
