"""A container's commands, judged one by one: a server that is read, one that is not, or nothing.

Not every pod is a suspect. A command that cannot be read matters only where a model is likely: a
known server or downloader, a variable that names a model, or an accelerator.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from pinfold.inspect.commands.model import HOLE, Commands, Process, Token
from pinfold.inspect.commands.taken import UNREAD, Taken
from pinfold.inspect.downloads import git
from pinfold.inspect.downloads.checkout import with_checkout
from pinfold.inspect.downloads.own_files import Ran, with_own_files
from pinfold.inspect.downloads.python_files import found_in
from pinfold.inspect.servers import judged, known, likely, named, unsure
from pinfold.inspect.servers.case import Container as Place
from pinfold.inspect.servers.code_paths import over_code
from pinfold.inspect.servers.known import Verdict, has_model_word
from pinfold.inspect.servers.listed import SERVERS
from pinfold.inspect.servers.model import Server
from pinfold.inspect.servers.readings import Run, read_all
from pinfold.inspect.servers.recognise import (
    Started,
    find,
    image_mentions,
    path_of,
    server_of_hints,
    server_of_image,
    started,
)
from pinfold.inspect.servers.shadowed import shadow_of
from pinfold.inspect.servers.suspicion import is_server_image, is_silent, is_suspect
from pinfold.inspect.servers.ways import Way, tables_of, version_of, ways_in
from pinfold.inspect.workload import Act, Code, ContainerFacts, Opaque

_NOTHING = ContainerFacts()
_FOUND = 10  # pieces of work for a command that is read


class Reader:
    """Reads one container."""

    def __init__(self, taken: Taken, place: Place) -> None:
        self.taken = taken
        self.container = container = taken.container
        self.place = place
        self.reference = judged.reference_of(container.image)
        path = self.reference.path if self.reference else path_of(container.image)
        self.image = path.rpartition("/")[2]
        self.server = server_of_image(path) or server_of_hints(container.image, place.hints)
        self.facts: list[ContainerFacts] = []
        self.ran: list[Ran] = []  # the commands that were read
        self.understood = True  # each command is known
        self.serves = False  # a server is among those that were read

    def read(self) -> ContainerFacts:
        """What the container loads."""
        is_plain = self.server is None and not self.suspect
        if is_plain and is_silent(self.container, self.image, self.place.mounts):
            return _NOTHING  # most containers: nothing needs to be taken apart
        commands = self.taken.commands
        for process in commands.processes:
            if process.entrypoint:
                self._image_default(process)
            else:
                self._process(process, commands)
        understood = self.understood and not commands.problems
        with_own_files(self.facts, self.ran, commands, self.place.mounts, understood=understood)
        runs_server = any(facts.artefacts or facts.opaque for facts in self.facts)
        for problem in commands.problems:
            if runs_server or self.suspect or judged.is_about_a_model(problem):
                self._say(problem.code, problem.detail, problem.place)
        if self.serves:
            self.facts.append(ContainerFacts(hazards=over_code(self.place)))
        facts = judged.joined(self.facts)
        return replace(facts, suspect=True) if self.suspect else facts

    @cached_property
    def suspect(self) -> bool:
        """Whether it is likely that the container loads a model."""
        return is_suspect(self.container, self.image, self.server)

    # -- commands --------------------------------------------------------------------------------

    def _image_default(self, process: Process) -> None:
        """Only arguments, or nothing: the image's own command runs."""
        server = self.default
        if process.argv and find(started(process.argv)) is not None:
            # An image without a command, or one that runs its arguments.
            self._process(process, Commands((process,)))
        elif server is not None:
            self.serves |= server.act is Act.LOAD
            ways = ways_in(server, self._version(server), process)
            facts = read_all(Run(server, process, self.place), ways)
            self._add(server, process, facts if self.server is server else self._guessed(facts))
        elif is_server_image(self.image, self.server):
            self._say(Code.UNKNOWN_SERVER, f"{self.image} cannot be read yet", self._at_image)
        elif address := next((t for t in process.argv if known.HUB_ADDRESS.search(t.text)), None):
            detail = f"what image {self.image} takes from a hub cannot be read yet"
            self._say(Code.UNKNOWN_SERVER, detail, address.place)
        elif not self._is_likely(process) and self.suspect and self.container.image:
            detail = f"image {self.image} says itself what it runs"
            self._say(Code.SCRIPT_IN_IMAGE, detail, self._at_image)
            self._named(process, process.argv)
        elif image_mentions(self.image) and not known.is_harmless_image(self.image):
            self.facts.append(named.by_variables(process, self.place))

    def _is_likely(self, process: Process) -> bool:
        """Whether the arguments alone tell the server, and are read as its own."""
        server = likely.by_options(process.argv, suspect=self.suspect)
        if server is None:
            return False
        facts = read_all(Run(server, process, self.place), ways_in(server, None, process))
        if any(row.code is Code.SERVER_REFUSES for row in facts.opaque):
            return False
        self.facts.append(self._guessed(facts))
        return True

    @property
    def default(self) -> Server | None:
        """What the image runs of its own, by its name or by the variables that are set for it."""
        if self.server is not None:
            return self.server
        names = {variable.name for variable in self.container.env or ()}
        return next((s for s in SERVERS if names.intersection(s.model_variables)), None)

    def _guessed(self, facts: ContainerFacts) -> ContainerFacts:
        """By variables or options alone: other images take the same, and may leave a pin out."""
        if unsure.has_pins(facts.artefacts):
            detail = f"image {self.image} says itself what it runs"
            self._say(Code.SCRIPT_IN_IMAGE, detail, self._at_image)
        return replace(facts, artefacts=unsure.without_pins(facts.artefacts))

    @property
    def _at_image(self) -> str:
        return f"{self.place.place}.image"

    def _process(self, process: Process, commands: Commands) -> None:
        work = self.place.mounts.work
        found = found_in(process, self.place.mounts)
        mounts = len(self.container.volume_mounts or ())  # its program may lie on each
        has_work = work.spend(1 if found is None else _FOUND + mounts // 4)
        if found is None:
            self._other(started(process.argv), process)
            return
        if not has_work:
            self._too_large(process)
            return
        known_tables = found.entry.tables or found.server.tables
        tables, exact = tables_of(known_tables, self._version(found.server))
        way = Way(found.entry, found.words, tables, exact)
        facts = read_all(Run(found.server, process, self.place), [way])
        self.serves |= found.server.act is Act.LOAD
        shadow = shadow_of(process, self.place.mounts)
        if shadow is not None:  # it may be any program: what it is told is listed, and never sure
            self._say(*shadow, process.argv[0].place)
            self.facts.append(ContainerFacts(unsure.without_pins(facts.artefacts)))
            return
        if found.server is git.SERVER:
            if not work.spend(len(commands.processes) // 2):
                self._too_large(process)
                return
            facts = with_checkout(facts, process, commands)
        self._add(found.server, process, facts)

    def _too_large(self, process: Process) -> None:
        """The work has ended before a command was read that may load something."""
        words = " ".join(token.text for token in process.argv)
        if self.suspect or has_model_word(words):
            self._say(Code.TOO_LARGE, UNREAD, process.argv[0].place)

    def _add(self, server: Server, process: Process, facts: ContainerFacts) -> None:
        folders = (process.folder, server.folder)
        self.ran.append(Ran(len(self.facts), server.name, *folders, server.paths_first))
        self.facts.append(facts)

    def _version(self, server: Server) -> str | None:
        """The image's tag, if it is that server's image and the tag stands alone."""
        reference = self.reference
        if reference is None or reference.digest is not None or reference.other_digest is not None:
            return None  # beside a digest a tag is only a comment
        is_own = server_of_image(reference.path) is server
        return version_of(reference.tag, server) if is_own else None

    def _other(self, command: Started, process: Process) -> None:
        """A program that is not read: one that is known to load, or anything on a suspect."""
        token = command.token
        if token.unread is not None and (token.many or HOLE in token.text):
            if self.suspect:
                self._say(token.unread.code, token.unread.detail, token.place)
            return
        verdict = judged.verdict_of(command)
        if verdict is Verdict.UNKNOWN and any(
            known.is_hub_file(word.text) for word in command.words
        ):
            verdict = Verdict.UNREAD
        self.understood &= verdict is Verdict.HARMLESS
        if verdict is not Verdict.HARMLESS:
            self._named(process, named.words_of(process))
        if verdict is Verdict.UNREAD:
            self._say(Code.UNKNOWN_SERVER, f"{command.title} cannot be read yet", token.place)
        elif verdict is Verdict.UNKNOWN and self.suspect:
            self._say(*judged.not_known(command, process, self.place.mounts), token.place)

    def _named(self, process: Process, words: Sequence[Token]) -> None:
        """List what is named to a program that is not read."""
        variables = process.environment.values if self.suspect else ()
        if not self.place.mounts.work.spend((len(words) + len(variables)) // 3):
            if self.suspect or named.by_words(words, process, self.place).artefacts:
                self._say(Code.TOO_LARGE, UNREAD, process.argv[0].place)
            return
        facts = named.by_words(words, process, self.place)
        is_first = not any(one.artefacts for one in (*self.facts, facts))
        if is_first and self.suspect:
            facts = named.by_variables(process, self.place)
        self.facts.append(facts)

    def _say(self, code: Code, detail: str, place: str) -> None:
        row = Opaque(self.place.name, code, detail, place)
        self.facts.append(ContainerFacts(opaque=(row,)))
