"""What the sentence before a block announces.

Rules: only what stands right before a block is asked, and of that the last sentence says most. A language that is
not in the table is read with all of them. A phrase here never makes a command of what looks like output; see `judge`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from lync_magic.documents.names import is_cmdlet_name, words
from lync_magic.documents.phrases import PHRASES, Intent

LONGEST: Final = 600
"""Characters of a sentence that are looked at."""

_OFTEN: Final[Mapping[str, frozenset[str]]] = {
    "en": words("the of and to you is this that with for your can are use"),
    "fr": words("le la les des une vous est pour dans que sur avec cette votre du"),
    "de": words("der die das und sie ist mit für den wird eine auf nicht zu"),
    "es": words("el los las una para que con del por está puede su es al"),
}
_CONDITION: Final = re.compile(
    r"\b(?:if|when|in case|should|unless|si|lorsqu\w*|quand|falls|wenn)\b[^,;:]{0,100}"
    r"(?:fail|not work|succeed|invalid|incorrect|not valid|wrong|échou|fonctionne|marche|non valide|fehl|funktioniert)"
)
"""A mistake that may happen, not one that is shown."""
_SUPPOSES: Final = re.compile(
    r"^(?:but |however,? |mais |aber )?(?:if|in case|should|unless|si|s'il|falls|wenn|en caso)\b"
    r"(?![^,;:]{0,120}\b(?:run|type|enter|execute|issue|use|call|try|add|omit|leave|exécut\w+|tap\w+|entr\w+|lanc\w+"
    r"|saisi\w+|utilis\w+|ausführ\w*|führen|eingeb\w*|geben|ejecut\w+|escrib\w+|us\w+)\b)"
    r"|(?:場合|時|とき)[はに]?[、。]?$"
)
"""What begins a sentence on what may be so or not ("If you are not signed in, ...", "If you get this error:"), and not
on what a person does ("If you run it again, ...")."""
_CLAUSE: Final = re.compile(
    r"^(?:if|when|once|after|as soon as|because|since|si|lorsqu\w*|quand|une fois|après|dès qu\w*|wenn|falls|nachdem"
    r"|sobald|cuando|después de)\b[^,;:]{1,200},\s*(?=\w)"
)
"""What a sentence begins with before it comes to its point: it announces nothing ("If you get an error, ...")."""
_NAMES: Final = re.compile(r"\b([a-z]+)-[a-z]\w+\b")
_ANSWERS: Final = re.compile(
    r"\b(?:commands?|cmdlets?|calls?|scripts?|it|which) (?:\w+ )?(?:returns?|displays?|prints?|shows?|outputs?|writes?)"
    r"(?: back)?(?: the following| this| something (?:like this|similar))(?: \w+){0,3}\W*$"
    r"|\b(?:commandes?|applets? de commande|elles?|ils?|qui) (?:\w+ )?(?:renvoi\w+|retourne\w*|affiche\w*|imprime\w*)"
    r"(?: alors)? (?:ce qui suit|ceci|cela|les? \w+ suivante?s?|la \w+ suivante)\W*$"
    r"|\b(?:commands?|cmdlets?|calls?|scripts?|it|which|xyz) (?:\w+ )?(?:returns?|displays?|prints?|shows?|gives?)\W*$"
    r"|\b(?:commandes?|applets? de commande|elles?|ils?|qui|xyz) (?:\w+ )?(?:renvoi\w+|retourne\w*|affiche\w*)\W*$"
    r"|\b(?:is|are)(?: then| now)? (?:displayed|shown|printed|listed|returned)\W*$|\bs'affichent?\W*$"
    r"|^(?:the |its )?(?:sample |typical |expected )?(?:output|result|reply|response|answer)s?(?: then| now)?"
    r"(?: (?:is|are|should|will|would|reads?)\b|\W*$)"
    r"|^(?:la |le |les )?(?:sortie|résultat|réponse)s?(?: (?:est|sont|doi\w+|devrai\w+)\b|\W*$)"
    r"|\b(?:you|it|they)(?:.ll| will| should)?(?: now| then)? (?:see|get|receive)s?"
    r"(?: this| the following| something (?:like this|similar))?(?: (?:message|output|result|text))?\W*$"
    r"|\bvous (?:verrez|voyez|obtenez|obtiendrez|devriez (?:voir|obtenir))(?: alors| ensuite)?"
    r"(?: ceci| ce qui suit)?\W*$"
)
"""What comes is the answer to a command, and no command, though the sentence names one."""
_PARTS: Final = re.compile(
    r"\b(?:accepted|allowed|possible|valid|permitted) (?:values?|options?)\b"
    r"|\b(?:format|pattern|values?|range|notation|path|address|suffix|prefix)(?: (?:is|are))?\W*$"
    r"|\b(?:valeurs?|options?) (?:acceptées?|autorisées?|possibles?|valides?)\b"
    r"|\b(?:format|modèle|valeurs?|plage|chemin|adresse|préfixe|suffixe)(?: (?:est|sont))?\W*$"
)
"""What comes is a part of a command: a value, or the form of one."""
_WORDS: Final = re.compile(r"[^\W\d_]+")
_SENTENCE_END: Final = re.compile(r"(?<=[.!?…])[\"'”»)*_]{0,3}\s+(?=[\"'“«(*_]?[A-ZÀ-Þ])")
_MARKS: Final = re.compile(r"\\(?=\W)|\*\*|__|`|\[(?=[^\]]*\]\()|\]\([^)]*\)")


def intents(before: str, language: str) -> frozenset[Intent]:
    """What the last sentence of a text announces; nothing where it announces nothing that is known."""
    return _intents(last_sentence(before), language)


def supposes(before: str) -> bool:
    """Whether the last sentence of a text tells what is seen where something is so that may not be."""
    return _SUPPOSES.search(last_sentence(before).replace("’", "'").lower()) is not None


@lru_cache(maxsize=4096)
def _intents(sentence: str, language: str) -> frozenset[Intent]:
    told = _CLAUSE.sub("", _NAMES.sub(_noun, sentence.replace("’", "'").lower()))
    found = {
        intent
        for intent, pattern in _patterns(language).items()
        if pattern is not None and pattern.search(told) is not None
    }
    if "wrong" in found and _CONDITION.search(told) is not None:  # "if this fails, use the following command"
        found.discard("wrong")
    if _ANSWERS.search(told) is not None:
        found.discard("command")
        found.update(("output", "answer"))
    if _PARTS.search(told) is not None:
        found.discard("command")
        found.add("part")
    return frozenset(found)


def _noun(found: re.Match[str]) -> str:
    """What stands for a cmdlet's name in a sentence: its words announce nothing (`Get-Command` is no command typed)."""
    return "xyz" if is_cmdlet_name(found[0]) else found[0]


@lru_cache(maxsize=16)
def _patterns(language: str) -> Mapping[Intent, re.Pattern[str] | None]:
    tables = [PHRASES[language]] if language in PHRASES else list(PHRASES.values())
    intents: tuple[Intent, ...] = ("command", "output", "error", "prompt", "file", "wrong")
    return {intent: _any([phrase for table in tables for phrase in table.get(intent, ())]) for intent in intents}


def _any(phrases: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{phrase})" for phrase in phrases)) if phrases else None


def last_sentence(text: str) -> str:
    """The sentence that stands right before a block, without marks of emphasis and links, of bounded length."""
    flat = " ".join(_MARKS.sub("", text[-4 * LONGEST :]).split())
    return _SENTENCE_END.split(flat)[-1][-LONGEST:] if flat else ""


def language_of(text: str) -> str:
    """The language that a text is most likely in, of those that are known; English when nothing tells."""
    found = [word.lower() for word in _WORDS.findall(text[:20_000])]
    counts = {language: sum(word in often for word in found) for language, often in _OFTEN.items()}
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] else "en"
