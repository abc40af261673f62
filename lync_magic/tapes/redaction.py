"""What never reaches a tape: secrets, and what a person names.

Rules of this file: it works on CLIXML as it came, and leaves it CLIXML that says the same but for what was taken out.
SecureStrings, tokens, the credential of the session, and texts whose name or surroundings say that they are secrets
are always taken out. What a person names gets a pseudonym: the same for the same value in one tape, so that joins still
work, made with a key that is thrown away. A value that was taken out once is taken out wherever else it stands alone.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from fnmatch import translate
from typing import Final
from urllib.parse import quote

from lync_magic.clixml import Credential, unescape
from lync_magic.errors import UsageError
from lync_magic.psrp import Message, escape
from lync_magic.tapes.canonical import REDACTED, SECRET

Choose = Callable[[str, str], str | None]
"""Says what stands in a text's place, by the property's name and the text; None leaves it."""

SHORTEST_SECRET: Final = 4
"""Characters; a shorter text stands everywhere by chance."""
MOST_REMEMBERED: Final = 50_000
"""How many values that were taken out are looked for elsewhere."""
MOST_HARMLESS: Final = 20_000
LONGEST_HARMLESS: Final = 500
"""Bytes."""

_ALWAYS: Final = "password|passphrase|passwd|secret|token|apikey|accesskey|privatekey|connectionstring"
_WORDS_OF_SECRETS: Final = tuple(word.encode() for word in _ALWAYS.split("|"))
_NAME_ENDS: Final = tuple(word + b'"' for word in _WORDS_OF_SECRETS)
_KEY_ENDS: Final = tuple(word + b"</" for word in _WORDS_OF_SECRETS)
_SAID_WORDS: Final = (*_WORDS_OF_SECRETS, b"pwd", b"api-key", b"api_key", b"api key", b"access-key", b"access_key")
_TOKEN_HINTS: Final = (b"eyj", b"bearer ", b"basic ")
_STEMS: Final = (b"pass", b"pwd", b"secret", b"token", b"key", b"nstring", b"securest", *_TOKEN_HINTS)
"""One of these stands in whatever the patterns below find, but for an address: a look that costs next to nothing."""
_AROUND: Final = 32
"""Bytes to either side of a stem: more than the longest word that it stands for."""
_MADE_HINT: Final = b"convertto-securestring"
_BY_NAME: Final = re.compile(
    rb'<(S|SBK|XD|URI)( N="[^"]*(?i:' + _ALWAYS.encode() + rb')"[^>]*)>([^<]+)</\1>',
)
_BY_KEY: Final = re.compile(
    rb'(<S N="Key">[^<]*(?i:' + _ALWAYS.encode() + rb')</S>)<(S|SBK|XD|URI)( N="Value"[^>]*)>([^<]+)</\2>',
)
_WITHIN: Final = re.compile(
    rb'<(Obj) (?:[^>]*? )?N="[^"]*(?i:' + _ALWAYS.encode() + rb')"[^>]*>'
    rb'|<(En)>(?=<S N="Key">[^<]*(?i:' + _ALWAYS.encode() + rb")</S><Obj )",
)
"""What begins a list, a table or an object of such a name."""
_KEY: Final = b'n="key">'
_SEALED: Final = re.compile(rb"<SS( [^>]*?)?>[^<]*</SS>")
_TOKENS: Final = re.compile(
    rb"\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?|(?i:\b(?:Bearer|Basic)\s+)(?!\[)[A-Za-z0-9._~+/=-]{16,}"
)
_SAID: Final = re.compile(
    rb"(?i)((?:password|passphrase|passwd|pwd|secret|token|api[-_ ]?key|access[-_]?key)\b['\"]?\s*[=:]\s*['\"]?)"
    rb"(?!\[|redacted-)([^\s<>&;,\"']{3,})"
)
_MADE: Final = re.compile(rb"(?i)(ConvertTo-SecureString\s+(?:-String\s+)?)((?:'[^']*'|\"[^\"]*\"))")
_IN_ADDRESS: Final = re.compile(rb"(://[^\s/:@<>]+:)(?!\[)([^\s/@<>]+)(@)")
_PSEUDONYM: Final = re.compile(rb"redacted-[0-9a-f]{12}")
_WORDS: Final = re.compile(rb'[^\s<>"&,;=()\[\]{}|/]+')
_TEXTS: Final = re.compile(rb"(<(?:S|SBK|XD|URI|ToString)(?: [^>]*)?>)([^<]+)</")
_AFTER_TAG: Final = re.compile(rb">([^<>]+)(?=</|$)")
_AS_IT_IS: Final = frozenset((b"T", b"SS"))


class Redaction:
    """What one tape leaves out. names: wildcard patterns of property and parameter names, or a function.

    Thread-safe.
    """

    def __init__(self, names: Iterable[str] = (), choose: Choose | None = None) -> None:
        self.names = tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
        self._choose = choose
        self._key = os.urandom(32)
        self._lock = threading.RLock()
        self._secrets: list[bytes] = []
        self._sought: list[bytes] = []
        """Those of the secrets' forms that hold no other: where none of these stands, none of the others does."""
        self._remembered: set[bytes] = set()
        self._harmless: set[bytes] = set()
        """Parts of objects in which there is nothing to take out, and that came more than once."""
        self._last: set[bytes] = set()
        """Those of the last objects: what stands in one object alone is not worth remembering."""
        patterns = "|".join(_inner(name) for name in self.names)
        self._is_named = re.compile(f"(?:{patterns})", re.IGNORECASE) if patterns else None
        self._element = _elements(patterns) if patterns else None
        self._hints = [_hint(name) for name in self.names]

    @classmethod
    def of(cls, wanted: str | Sequence[str] | Choose | None) -> Redaction:
        """From what a person says: names with commas between them, a list of names, or a function."""
        if callable(wanted):
            return cls((), wanted)
        names = wanted.split(",") if isinstance(wanted, str) else list(wanted or ())
        if any(set(name.strip()) == {"*"} for name in names):
            raise UsageError(
                "Everything would be taken out of the tape.", "Name what is: --redact 'MobilePhone,*Mail*'"
            )
        return cls(names)

    @property
    def by_function(self) -> bool:
        """Whether a function says what is taken out."""
        return self._choose is not None

    def know(self, secret: str) -> None:
        """Take this text out from now on, in whatever form it may stand."""
        if len(secret) < SHORTEST_SECRET:
            return
        with self._lock:
            known = [form for form in _forms(secret) if form not in self._secrets]
            if not known:
                return
            self._secrets = sorted([*self._secrets, *known], key=len, reverse=True)
            self._sought = [
                form for form in self._secrets if not any(other in form for other in self._secrets if other != form)
            ]
            self._harmless.clear()

    def know_credential(self, credential: Credential | None) -> None:
        """Take out what signs in: the password, alone and behind the user name as Basic has it."""
        if credential is not None and not credential.password.wiped:
            password = credential.password.reveal()
            self.know(password)
            self.know(f"{credential.user_name}:{password}")

    def forget(self) -> None:
        """Let go of what it knows."""
        with self._lock:
            self._secrets = []
            self._sought = []
            self._remembered.clear()
            self._harmless.clear()
            self._last.clear()

    def hides(self, name: str) -> bool:
        """Whether a parameter's or property's value is left out, by its name."""
        if _BY_NAME.match(b'<S N="' + name.encode("utf-8", "replace") + b'">x</S>'):
            return True
        return self._is_named is not None and self._is_named.fullmatch(name) is not None

    def knows_of(self, data: bytes) -> bool:
        """Whether a secret that is known by now stands in any bytes of CLIXML or JSON."""
        return any(secret in data for secret in self._sought)

    @property
    def remembers(self) -> bool:
        """Whether values were taken out that may stand elsewhere."""
        return bool(self._remembered)

    # --- take out --------------------------------------------------------------------------------------------------

    def text(self, text: str) -> str:
        """A text without secrets."""
        data = text.encode("utf-8", "surrogatepass")
        with self._lock:
            return self._without_said(self._without_known(data)).decode("utf-8", "surrogatepass")

    def marked(self, data: bytes) -> bytes:
        """An object that is sent, to be compared: the same whichever tape's key it is."""
        data = _SEALED.sub(rb"<SS\1></SS>", data)
        data = _BY_NAME.sub(rb"<\1\2></\1>", data)
        if self._element is not None:
            for found in reversed(list(self._element.finditer(data))):
                data = data[: found.start()] + found[0] + data[_element_end(data, found) :]
        return data

    def clean(self, batch: list[bytes]) -> list[bytes]:
        """CLIXML without what is to be left out, in the same order; the list itself where there was nothing.

        Objects of one type have most of their parts in common, so only parts that are new are looked at.
        """
        with self._lock:
            return self._clean(batch)

    def messages(self, messages: list[Message]) -> list[Message]:
        """The same of messages."""
        batch = [message.data for message in messages]
        cleaned = self.clean(batch)
        if cleaned is batch:
            return messages
        return [message._replace(data=data) for message, data in zip(messages, cleaned, strict=True)]

    def _clean(self, batch: list[bytes]) -> list[bytes]:
        if self._choose is not None:
            return self._all_cleaned(batch)
        new: set[bytes] = set()
        for data in batch:
            new.update(data.split(b"</"))
        new -= self._harmless
        if self._may_hold(b"</".join(new)):
            harmful = {part for part in new if self._may_hold(part)}
            self._note(new - harmful)
            if not harmful:
                return batch
            return self._all_cleaned(batch, harmful)
        self._note(new)
        return batch

    def _note(self, parts: set[bytes]) -> None:
        """These parts, where they came before, need not be looked at again, until more is known."""
        again = parts & self._last
        if len(self._harmless) > MOST_HARMLESS:
            self._harmless.clear()
        self._harmless |= {part for part in again if len(part) < LONGEST_HARMLESS}
        self._last = parts

    def _all_cleaned(self, batch: list[bytes], harmful: set[bytes] | None = None) -> list[bytes]:
        changed = False
        cleaned = []
        for data in batch:
            if harmful is None or not harmful.isdisjoint(data.split(b"</")):
                put = self._cleaned(data)
                changed |= put != data
                data = put
            cleaned.append(data)
        return cleaned if changed else batch

    def _may_hold(self, joined: bytes) -> bool:
        """Whether there may be something to take out."""
        if b"<SS" in joined or self.knows_of(joined):
            return True
        folded = joined.lower()
        if any(hint in folded for hint in self._hints) or _IN_ADDRESS.search(joined):
            return True
        near = _around_stems(folded + b"</")
        if near and (any(hint in near for hint in _NAME_ENDS) or _may_be_said(near, near)):
            return True
        if _KEY in near and any(hint in near for hint in _KEY_ENDS):
            return True
        return bool(self._remembered) and not self._remembered.isdisjoint(_parts_of(joined))

    def _cleaned(self, data: bytes) -> bytes:
        data = self._without_known(data)
        folded = data.lower()
        if b"<SS" in data:
            data = _SEALED.sub(rb"<SS\1></SS>", data)
        if any(hint in folded for hint in _NAME_ENDS):
            data = _BY_NAME.sub(self._named_secret, data)
        if any(hint in folded for hint in (*_NAME_ENDS, *_KEY_ENDS)):
            data = _BY_KEY.sub(self._keyed_secret, data)
            data = self._without_within(data, _WITHIN, _TEXT_WITHIN)
        if self._element is not None and any(hint in folded for hint in self._hints):
            data = self._without_within(data, self._element, _SIMPLE)
        if self._choose is not None:
            data = _ANY_TEXT.sub(self._chosen, data)
        if self._remembered:
            data = _TEXTS.sub(self._without_remembered, data)
        return self._without_said(data)

    def _without_known(self, data: bytes) -> bytes:
        for secret in self._secrets:
            if secret in data:
                data = data.replace(secret, SECRET.encode())
        return data

    def _without_said(self, data: bytes) -> bytes:
        folded = data.lower()
        if not _may_be_said(data, folded):
            return data
        mark = REDACTED.encode()
        data = _TOKENS.sub(mark, data)
        data = _MADE.sub(rb"\1'" + mark + rb"'", data)
        data = _IN_ADDRESS.sub(rb"\1" + mark + rb"\3", data)
        return _SAID.sub(rb"\1" + mark, data)

    def _named_secret(self, found: re.Match[bytes]) -> bytes:
        tag, head, text = found.groups()
        return b"<" + tag + head + b">" + self._pseudonym(text) + b"</" + tag + b">"

    def _keyed_secret(self, found: re.Match[bytes]) -> bytes:
        key, tag, head, text = found.groups()
        return key + b"<" + tag + head + b">" + self._pseudonym(text) + b"</" + tag + b">"

    def _chosen(self, found: re.Match[bytes]) -> bytes:
        assert self._choose is not None
        head, name, text = found.groups()
        if _PSEUDONYM.fullmatch(text):
            return found[0]
        put = self._choose(unescape(name.decode("utf-8", "replace")), unescape(text.decode("utf-8", "replace")))
        return found[0] if put is None else head + escape(put).encode() + b"</S>"

    # --- what a person names ---------------------------------------------------------------------------------------

    def _without_within(self, data: bytes, element: re.Pattern[bytes], value: re.Pattern[bytes]) -> bytes:
        """With a pseudonym in the place of each value in such elements."""
        parts, at = [], 0
        for found in element.finditer(data):
            if found.start() < at:
                continue
            end = _element_end(data, found)
            parts += [data[at : found.start()], value.sub(self._hidden_value, data[found.start() : end])]
            at = end
        return b"".join([*parts, data[at:]]) if parts else data

    def _hidden_value(self, found: re.Match[bytes]) -> bytes:
        tag, head, text = found[1], found[2], found[3]
        if tag in _AS_IT_IS or b' N="Key"' in head:
            return found[0]
        if tag == b"B":
            return b"<Nil" + head + b" />"
        tag = tag if tag == b"ToString" else b"S"
        return b"<" + tag + head + b">" + self._pseudonym(text) + b"</" + tag + b">"

    def _digest(self, text: bytes) -> bytes:
        return hashlib.blake2b(text, key=self._key, digest_size=6).digest()

    def _pseudonym(self, text: bytes) -> bytes:
        if _PSEUDONYM.fullmatch(text) or text in (SECRET.encode(), REDACTED.encode()):
            return text
        self._remember(text)
        return b"redacted-" + self._digest(text).hex().encode()

    # --- what was taken out once -----------------------------------------------------------------------------------

    def _remember(self, text: bytes) -> None:
        if len(text) >= SHORTEST_SECRET and text not in self._remembered and len(self._remembered) < MOST_REMEMBERED:
            self._remembered.add(text)
            self._harmless.clear()

    def _without_remembered(self, found: re.Match[bytes]) -> bytes:
        head, text = found.groups()
        if text in self._remembered:
            return head + self._pseudonym(text) + b"</"
        return head + _WORDS.sub(self._word, text) + b"</"

    def _word(self, found: re.Match[bytes]) -> bytes:
        word = found[0]
        tail = word.rpartition(b":")[2]  # tel:+1…, sip:ken@…
        for part in (word, word.rstrip(b".!?'"), tail):
            if part in self._remembered:
                return word.replace(part, self._pseudonym(part))
        return word


_SIMPLE: Final = re.compile(rb"<(\w+)((?: [^>]*)?)(?<!/)>([^<]*)</\1>")
_TEXT_WITHIN: Final = re.compile(rb"<(S|SBK|XD|URI|ToString)((?: [^>]*)?)(?<!/)>([^<]+)</\1>")
_ANY_TEXT: Final = re.compile(rb'(<S N="([^"]*)"[^>]*>)([^<]+)</S>')


def _parts_of(data: bytes) -> set[bytes]:
    """The texts and words of CLIXML that may be what was taken out elsewhere."""
    texts = set(_AFTER_TAG.findall(data))
    words = {word for text in texts for word in _WORDS.findall(text)}
    tails = {word.rpartition(b":")[2] for word in words}
    return texts | words | tails | {word.rstrip(b".!?'") for word in words}


def _around_stems(folded: bytes) -> bytes:
    """What stands around each stem."""
    found = []
    for stem in _STEMS:
        at = folded.find(stem)
        while at >= 0:
            found.append(folded[max(0, at - _AROUND) : at + _AROUND])
            at = folded.find(stem, at + len(stem))
    return b"\n".join(found)


def _may_be_said(data: bytes, folded: bytes) -> bool:
    """Whether a text may say a secret. folded: the same in lower case."""
    if any(hint in folded for hint in _TOKEN_HINTS) or _MADE_HINT in folded or _IN_ADDRESS.search(data):
        return True
    for word in _SAID_WORDS:
        at = folded.find(word)
        while at >= 0:
            end = at + len(word)
            if folded[end : end + 4].lstrip(b"'\" ")[:1] in (b"=", b":"):
                return True
            at = folded.find(word, end)
    return False


def _elements(patterns: str) -> re.Pattern[bytes]:
    """What begins an element of a name, or an entry of a hashtable with that key."""
    named = f'N="(?i:{patterns})"'
    return re.compile((rf'<(\w+) (?:[^>]*? )?{named}[^>]*>|<(En)>(?=<S N="Key">(?i:{patterns})</S>)').encode())


def _element_end(data: bytes, found: re.Match[bytes]) -> int:
    """Where an element ends: after its own end, whatever it holds."""
    if found[0].endswith(b"/>"):
        return found.end()
    tag = found[1] or found[2]
    depth = 0
    for each in re.finditer(rb"<(/?)" + re.escape(tag) + rb"(?: [^>]*?)?(/?)>", data[found.start() :]):
        if each[1]:
            depth -= 1
        elif not each[2]:
            depth += 1
        if not depth:
            return found.start() + each.end()
    return len(data)


def _inner(name: str) -> str:
    """A wildcard pattern as a regular expression for what stands in an attribute."""
    text = translate(name)
    text = text.removeprefix("(?s:").removesuffix("\\Z").removesuffix("\\z").removesuffix(")")
    return text.replace(".*", '[^"<]*')


def _hint(name: str) -> bytes:
    """The longest part of a pattern that is no wildcard, in lower case."""
    return max(re.split(r"[*?\[\]]", name), key=len).lower().encode()


def _forms(secret: str) -> set[bytes]:
    """The forms in which a secret may stand somewhere."""
    plain = secret.encode("utf-8", "surrogatepass")
    texts = {secret, escape(secret), quote(secret), quote(secret, safe=""), json.dumps(secret)[1:-1]}
    forms = {text.encode("utf-8", "surrogatepass") for text in texts}
    forms.add(secret.replace("'", "''").encode("utf-8", "surrogatepass"))
    forms |= {base64.b64encode(plain), base64.b64encode(secret.encode("utf-16-le", "surrogatepass"))}
    return {form for form in forms if len(form) >= SHORTEST_SECRET}
