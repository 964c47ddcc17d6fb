"""What could not be had, told beside what was found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Note:
    """`is_gap` says that what was found may lack something, or be judged otherwise."""

    text: str
    is_gap: bool = True
