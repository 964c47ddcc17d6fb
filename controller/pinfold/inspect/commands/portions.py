"""What `awk`, `cut`, `grep`, `sed`, `tr`, `head`, `tail` and `rev` leave of a text of one word.

Pods of a StatefulSet find their number so: `echo $POD_NAME | awk -F- '{print $NF}'`. A part of a
word is a word, or nothing.
"""

import re

from pinfold.inspect.commands.model import HOLE, Unread, Value

_ONE_WORD = re.compile(rf"[\w{HOLE}]([\w.:{HOLE}-]*[\w{HOLE}])?\n?")
# The first piece or the last of such a word is a word: it neither begins nor ends with a mark.
_WORD = re.compile(
    r"awk (?:-F ?[-.:_] )?\{ ?print \$(?:1|NF) ?;?\}|rev"
    r"|cut (?:-d ?[-.:_] -f ?1|-f ?1 -d ?[-.:_])"
    r"|sed (?:-[rE] |-e )?s([/|,#])\^?\.\*[-:_]\1\1"
    r"|sed -[rE] s([/|,#])\^?\.\*[-:_]\(\[0-9\]\+\)\$?\2\\1\2"
    r"|sed s([/|,#])\^?\.\*[-:_]\\\(\[0-9\]\\\+\\\)\$?\3\\1\3"
)
_PART = re.compile(
    r"awk (?:-F ?[-.:_] )?\{ ?print \$(?:\d+|\(NF ?- ?\d\)) ?;?\}"
    r"|cut (?:-d ?[-.:_] -f ?[\d,-]+|-f ?[\d,-]+ -d ?[-.:_]|-[bc] ?[\d,-]+)"
    r"|grep (?:-[EP] ?)?-(?:o|oE|oP|Eo|Po) [^\n]*\$"  # once, at the end
    r"|sed (?:-[rE] |-e )?s([/|,#])(?:(?!\1)[^\n])*\1(?:[\w.-]|\\[1-9])*\1g?"
    r"|tr (?:-d|-dc|-cd) \S+|(?:head|tail) -c ?-?\d+"
)


def portion(line: str, reads: Value | None) -> Unread | None:
    """Why the output is not known, if it is a part of one word that is not known."""
    if reads is None or reads.unread is None or not _ONE_WORD.fullmatch(reads.text):
        return None
    whole = _WORD.fullmatch(line) is not None
    if not (reads.unread.clean or reads.unread.empty) or not (whole or _PART.fullmatch(line)):
        return None
    clean = reads.unread.clean and whole
    detail = f"the output of {line[:40]} is known only when the pod runs"
    return Unread(reads.unread.code, detail, clean=clean, empty=not clean)
