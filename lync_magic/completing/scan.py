"""Reads PowerShell text that is not finished: what stands around the cursor, word by word.

Rules: it never fails, whatever stands there; it knows words, quotes, comments, brackets and statements, and nothing of
what they mean. A block or parenthesis that is open at the cursor is a `Frame` with the pipeline that it stands in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TYPE = re.compile(r"\[[\w.,`+\[\] ]*")
_PARAMETERS = re.compile(r"param\s*\(", re.IGNORECASE)
_VARIABLE = re.compile(r"\$\{?(\w+)")
_PAIRS = {"(": ")", "@(": ")", "$(": ")", "{": "}", "@{": "}", "[": "]"}
_ASSIGNING = ("=", "+=", "-=", "*=", "/=", "%=")


@dataclass
class Word:
    """One word as it is written. inner: what stands in the brackets that it begins with."""

    text: str
    start: int
    inner: Frame | None = None


@dataclass
class Frame:
    """What stands within one pair of brackets, up to the cursor; the whole text is one without an opener.

    attached: what its opener follows without a space (`$users.Where` of `$users.Where({`).  pipeline: the commands of
    the statement that is being written, each its words.  target: the variable that this statement is assigned to.
    """

    opener: str = ""
    start: int = 0
    parent: Frame | None = None
    attached: str = ""
    pipeline: list[list[Word]] = field(default_factory=lambda: [[]])
    target: str = ""
    quote: str = ""
    outer_word: int | None = None
    """Where the word begins, in the frame around this one, that it belongs to."""

    @property
    def command(self) -> list[Word]:
        """The words of the command that is being written."""
        return self.pipeline[-1]


@dataclass
class Place:
    """Where the cursor is. frame: the brackets around it.  word: the word that is being written, from `start` on.

    quote: the quote that is open in it, or "".  comment: whether it is in a comment, where nothing is offered.
    assigned: what was assigned so far, by variable in lower case.  functions: parameters by the function's name.
    """

    frame: Frame
    word: str
    start: int
    quote: str = ""
    comment: bool = False
    assigned: dict[str, list[list[Word]]] = field(default_factory=dict)
    functions: dict[str, tuple[str, ...]] = field(default_factory=dict)


def scan(text: str) -> Place:
    """What stands at the end of a text."""
    return _Scanner(text).run()


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._frame = Frame()
        self._word: int | None = None
        self._inner: Frame | None = None
        self._quoted = 0
        self._comment = False
        self._assigned: dict[str, list[list[Word]]] = {}
        self._functions: dict[str, tuple[str, ...]] = {}

    def run(self) -> Place:
        end = len(self._text)
        while self._at < end and not self._comment:
            self._step()
        quote = self._frame.quote
        start = end if self._word is None else self._word
        if quote and self._word is None:
            start = self._quoted
        written = self._text[start:]
        return Place(self._frame, written, start, quote, self._comment, self._assigned, self._functions)

    # --- one step ---------------------------------------------------------------------------------------------------

    def _step(self) -> None:
        text, at = self._text, self._at
        char, two = text[at], text[at : at + 2]
        if self._frame.quote:
            self._in_quotes(char, two)
        elif two in ("@'", '@"') and text[at + 2 : at + 3] in ("\n", "\r", ""):
            self._here_string(two[1])
        elif char in "'\"":
            self._begin()
            self._frame.quote, self._quoted = char, at
            self._at += 1
        elif char == "`":
            if text[at + 1 : at + 2] not in ("\n", "\r"):
                self._begin()
            self._at += 2
        elif two == "<#":
            self._skip_to("#>")
        elif char == "#" and self._word is None:
            self._skip_to("\n", keep=True)
        elif char.isspace():
            self._space(char)
        elif char in ";|&,":
            self._separator(char, two)
        elif two in _PAIRS or char in _PAIRS:
            self._open(two if two in _PAIRS else char)
        elif char in ")}]":
            self._close(char)
        elif char == "=" or two in _ASSIGNING:
            self._equals(char if char == "=" else two)
        else:
            self._begin()
            self._at += 1

    def _in_quotes(self, char: str, two: str) -> None:
        quote = self._frame.quote
        if two == quote * 2:
            self._at += 2
        elif char == quote:
            self._frame.quote = ""
            self._at += 1
        elif quote == '"' and char == "`":
            self._at += 2
        elif quote == '"' and two == "$(":
            self._push(two)
        else:
            self._at += 1

    def _here_string(self, quote: str) -> None:
        self._begin()
        found = self._text.find(f"\n{quote}@", self._at)
        if found < 0:
            self._frame.quote, self._quoted, self._at = quote, self._at + 2, len(self._text)
        else:
            self._at = found + 3

    def _skip_to(self, end: str, *, keep: bool = False) -> None:
        found = self._text.find(end, self._at)
        if found < 0:
            self._comment, self._at, self._word = True, len(self._text), None
        else:
            self._at = found if keep else found + len(end)

    def _space(self, char: str) -> None:
        self._end_word()
        if char == "\n" and self._frame.opener not in ("(", "[") and self._frame.command:
            self._end_statement()
        self._at += 1

    def _separator(self, char: str, two: str) -> None:
        self._end_word()
        if char == ",":
            self._frame.command.append(Word(",", self._at))
        elif two in ("||", "&&") or char == ";":
            self._end_statement()
        elif char == "|":
            self._frame.pipeline.append([])
        self._at += 2 if two in ("||", "&&") else 1

    def _equals(self, sign: str) -> None:
        whole = self._text[self._word : self._at] if self._word is not None else ""
        words = [word.text for word in self._frame.command] + ([whole] if whole else [])
        is_key = self._frame.opener == "@{" and len(words) == 1
        if len(self._frame.pipeline) == 1 and words and (is_key or (words[-1][:1] == "$" and len(words) <= 2)):
            self._end_word()
            self._frame.target, self._frame.pipeline = words[-1], [[]]
            self._at += len(sign)
            return
        self._begin()
        self._at += len(sign)

    # --- words and statements ---------------------------------------------------------------------------------------

    def _begin(self) -> None:
        if self._word is None:
            self._word = self._at

    def _end_word(self) -> None:
        if self._word is not None:
            word = Word(self._text[self._word : self._at], self._word, self._inner)
            self._frame.command.append(word)
            self._note_function(word)
        self._word, self._inner = None, None

    def _end_statement(self) -> None:
        frame = self._frame
        if frame.target and any(frame.pipeline):
            self._assigned[frame.target.rpartition("]")[2].lstrip("$").lower()] = frame.pipeline
        frame.pipeline, frame.target = [[]], ""

    def _note_function(self, word: Word) -> None:
        """`function Get-It($a)` and `function Get-It { param($a) … }`: its name and its parameters."""
        words = self._frame.command
        if len(words) < 2 or words[0].text.lower() not in ("function", "filter"):
            return
        name = words[1].text.partition("(")[0]
        listed = word.text if word.text.startswith(("{", "(")) else words[1].text.partition("(")[2]
        within = _PARAMETERS.search(listed)
        if listed.startswith("{") and within is None:
            listed = ""
        found = _VARIABLE.findall(_to_close(listed[within.end() :] if within else listed))
        self._functions[name] = tuple(dict.fromkeys((*self._functions.get(name, ()), *found)))

    # --- brackets ---------------------------------------------------------------------------------------------------

    def _open(self, opener: str) -> None:
        if opener == "[" and self._word is None:
            self._type()
            return
        if opener == "{" and self._text[self._at - 1 : self._at] == "$":
            found = self._text.find("}", self._at)
            self._at = len(self._text) if found < 0 else found + 1
            return
        if opener == "{" and self._word is not None and not self._text[self._word : self._at].endswith("("):
            self._end_word()  # `foreach ($one in $all){`
        self._push(opener)

    def _type(self) -> None:
        self._begin()
        found = _TYPE.match(self._text, self._at)
        depth, at = 0, self._at
        for at in range(self._at, found.end() if found else self._at + 1):
            depth += {"[": 1, "]": -1}.get(self._text[at], 0)
            if depth == 0:
                break
        self._at = at + 1

    def _push(self, opener: str) -> None:
        attached = self._text[self._word : self._at] if self._word is not None else ""
        self._begin()
        frame = Frame(opener, self._at, self._frame, attached, outer_word=self._word)
        self._frame, self._word, self._inner = frame, None, None
        self._at += len(opener)

    def _close(self, closer: str) -> None:
        self._end_word()
        frame = self._frame
        self._at += 1
        if frame.parent is None or _PAIRS[frame.opener] != closer:
            return
        if frame.target and any(frame.pipeline):
            self._assigned[frame.target.lstrip("$").lower()] = frame.pipeline
        self._frame, self._word = frame.parent, frame.outer_word
        self._inner = frame if not frame.attached else None


def _to_close(text: str) -> str:
    """Up to the parenthesis that closes, or the whole."""
    depth = 1 if not text.startswith("(") else 0
    for place, char in enumerate(text):
        depth += {"(": 1, ")": -1}.get(char, 0)
        if depth == 0:
            return text[:place]
    return text
