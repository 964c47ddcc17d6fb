"""What the names of variables mean at a point of a script."""

from pinfold.inspect.commands.expansion import MAX_WORK, Budget
from pinfold.inspect.commands.model import HOLE, Environment, Token, Unread, Value, Word
from pinfold.inspect.commands.special import CLEAN, FIXED, NUMBERS, PARAMETER
from pinfold.inspect.commands.tree import TooMuch
from pinfold.inspect.workload import Code, Where

Array = tuple[Word, ...] | None  # None: its elements are not known
Parameters = tuple[Value, ...] | None  # $0, $1 …; None where they are not known
_Saved = tuple[Value | None, Value | None, tuple[Array] | None, bool]

_UNIT = 16  # characters, or variables, for one piece of work


class Names:
    """What names mean at a point of a script."""

    def __init__(
        self,
        source: Token,
        environment: Environment,
        given: Parameters,
        budget: Budget | None = None,
    ) -> None:
        self.source = source
        self.environment = environment  # handed to commands
        self.given = given
        self.own: dict[str, Value] = {}  # set by the script, and not handed to its commands
        self.arrays: dict[str, Array] = {}
        self.gone: set[str] = set()  # unset by the script
        self.fixed: frozenset[str] = FIXED  # readonly
        self.lost: Unread | None = None  # why any variable may have changed
        self.doomed: Unread | None = None  # why nothing that is set from here on is known
        self.bash = False  # it is known to be bash
        self.all_exported = False  # set -a
        self.frames: list[dict[str, _Saved]] = []  # what `local` hides, for each function
        self.budget = budget or Budget(MAX_WORK)

    def spend(self, amount: int) -> None:
        """Raises TooMuch when the script asks for more work than any honest one."""
        if not self.budget.spend(amount // _UNIT + 1):
            raise TooMuch

    @property
    def is_tired(self) -> bool:
        """Whether so much was done already that what follows is read with less care."""
        return self.budget.is_tired

    # -- what a name means -----------------------------------------------------------------------

    def get(self, name: str) -> Value:
        """The value of a variable; a hole where it is not known."""
        if PARAMETER.fullmatch(name):
            return self._parameter(int(name[:9]))
        if name == "#" and self.given is not None and self.doomed is None:
            return Value(str(max(len(self.given) - 1, 0)), self.source.place, Where.SHELL)
        value = self._known(name)
        if value is not None:
            self.spend(len(value.text))
            return value
        if name in self.gone:
            return Value("", self.source.place, Where.SHELL)
        detail = f"${name} is not set in the manifest"
        is_clean, is_empty = name in CLEAN, name == "!"
        return self.hole(Unread(Code.UNSET_VARIABLE, detail, clean=is_clean, empty=is_empty))

    def is_set(self, name: str) -> bool:
        """Whether the manifest or the script sets it, or may do so."""
        if PARAMETER.fullmatch(name):
            return self.given is None or int(name[:9]) < len(self.given)
        return self._known(name) is not None

    def array(self, name: str) -> Array:
        """The elements of an array; None where they are not known."""
        if name in self.arrays:
            found = self.arrays[name]
            self.spend(sum(len(word.text) + 64 for word in found or ()))
            return found
        if name in self.gone:
            return ()
        value = self._known(name)
        return None if value is None or value.is_hole else (Word(value.text, value.unread),)

    @property
    def ifs(self) -> str | None:
        """The characters at which values are split; None where they are not known."""
        own = self.own.get("IFS")
        if own is not None:
            return None if own.unread is not None else own.text
        is_known = self.doomed is None and "IFS" not in self.environment.values
        return " \t\n" if is_known or "IFS" in self.gone else None

    def parameters(self) -> Parameters:
        """`$0`, `$1` …; None where they are not known."""
        return None if self.doomed is not None else self.given

    def _known(self, name: str) -> Value | None:
        if name in FIXED:
            return self._of_the_shell(name)
        if name in self.own:
            return self.own[name]
        if name in self.gone:
            return None
        if self.lost is not None:
            return self.hole(self.lost)
        return self.environment.get(name)

    def _of_the_shell(self, name: str) -> Value | None:
        """What a shell sets itself, whatever stands in env; only bash does so for all of them."""
        is_set = name in self.environment.values or name in self.own
        if not is_set and name not in CLEAN and name not in NUMBERS:
            return None
        is_number = name in CLEAN or (name in NUMBERS and self.bash)
        is_empty = name in NUMBERS and not self.bash and not is_set
        detail = f"${name} is one that the shell sets"
        return self.hole(Unread(Code.SHELL_SYNTAX, detail, clean=is_number, empty=is_empty))

    def _parameter(self, index: int) -> Value:
        given = self.parameters()
        if given is None:
            return self.hole(Unread(Code.SHELL_SYNTAX, f"${index} is not known here"))
        if index < len(given):
            self.spend(len(given[index].text))
            return given[index]
        return Value("", self.source.place, Where.SHELL)

    def hole(self, unread: Unread) -> Value:
        """A value that is not known."""
        return Value(HOLE, self.source.place, Where.SHELL, unread=unread)
