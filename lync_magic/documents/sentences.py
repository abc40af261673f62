"""What the sentence before a block announces: a table of phrases for each language.

Rules: only what stands right before a block is asked, and of that the last sentence says most. A language that is
not in the table is read with all of them. A phrase here never makes a command of what looks like output; see `judge`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from lync_magic.documents.names import words

Intent: TypeAlias = Literal["command", "output", "error", "prompt", "file", "wrong"]

LONGEST: Final = 600
"""Characters of a sentence that are looked at."""

_PHRASES: Final[Mapping[str, Mapping[Intent, tuple[str, ...]]]] = {
    "en": {
        "error": (
            r"error( message)?s?( that (is|are|looks?))?( similar to (this|the following))?\W*$",
            r"(following|this|an?|with|these) (\w+ )?error(s| message)?",
            r"message .{0,40}(error|fail)",
        ),
        "prompt": (
            r"\bprompt(s|ed)?( you)?( for| to)",
            r"\b(asks|asked) (you )?(for|to)",
            r"^then you type",
            r"parameter enclosed",
        ),
        "file": (
            r"\b(paste|copy|add|append|put|insert|save|type|write|place)\b.{0,90}\b(file|script|profile|notepad|editor)\b",
            r"\b(file|script|profile|notepad|editor)\b.{0,90}\b(paste|add|append|insert|contain|hold|save)\w*\b",
            r"add the following lines?",
            r"paste (in )?the following",
            r"(contents?|text) of (the|your|a) .{0,40}(file|script|profile)",
            r"\b(file|script|profile)\b.{0,30}(looks? like|reads|contains?)",
            r"save (this|the following|it)",
        ),
        "wrong": (
            r"\b(commands?|this|it|syntax|call|following|example)\b.{0,60}\b(will|would|does|do|is going"
            r" to)?\s?(fail|not work|n[o']t succeed)s?\b",
            r"\b(won['’]t|will not|doesn['’]t|does not|don['’]t|do not|cannot|can['’]t) (work|succeed)\b",
            r"\b(wouldn['’]t|doesn['’]t|would not|does not) make (much |any )?sense",
            r"\b(incorrect|invalid|not valid|wrong|mistaken)\b",
            r"\b(do not|don['’]t|never) (type|run|use|do) (this|the following)",
        ),
        "output": (
            r"(you|they|it|users?)(['’]ll| will| should| would| might| can)?( then| now| also)? (see|get|receive)s?\b",
            r"\b(displayed|shown|printed|returned|written)( \w+){0,6}\W*$",
            r"\b(appears?|onscreen|on[- ]screen)\b",
            r"\b(responds?|replies)\b",
            r"\b(output|results?|messages?|information|data|response)\b.{0,50}(similar|following|like|as"
            r" follows|appear|look|should|would|will|\bis\b|\bare\b)",
            r"\blooks? (something )?(like|similar)",
            r"something (like|similar)",
            r"\b(sample|example|expected|typical) (output|results?|response)",
            r"^(here('s| is) the |the )?(output|results?)\b",
            r"\b(returns|shows|displays|prints|gives)( back)?( you)?( something| the following| this|"
            r" information| output)( \w+){0,4}\W*$",
        ),
        "command": (
            r"\b(run|type|enter|execute|issue|invoke|use|try|start|call)(s|ning|ing)?\b.{0,80}\b(this|the"
            r" following|these|the|a|an|following)?\s?"
            r"(commands?|cmdlets?|syntax|statements?|lines?|code|scripts?|example)\b",
            r"\b(this|the following|these( two)?|following|next|simpler|same|example|single|a) (windows"
            r" )?(powershell )?(commands?|cmdlets?|syntax)\b",
            r"\bcommands?\b[^.]{0,60}\W*$",
            r"\b(run|type|enter|use|execute|try)( in)? (this|the following|these|something like)\b",
            r"\b(type|enter) the \w+( \w+)? ",
            r"\bpress (enter|return)\b",
            r"\b(cmdlet|parameter|propert(y|ies))\b.{0,200}(:|\.)$",
        ),
    },
    "fr": {
        "error": (
            r"message d.erreur",
            r"l.erreur suivante",
            r"erreurs? (suivante|semblable|similaire|du type)",
        ),
        "prompt": (
            r"\b(invite(ra)?|demande(ra)?)\b.{0,40}\b(saisir|entrer|indiquer|spécifier|fournir|paramètre|valeur|identité)",
            r"vous (serez|êtes) invité",
            r"^(puis|ensuite|vous)[ ,]+(vous )?(tapez|saisissez|entrez)\b.{0,60}(guillemets|paramètre)",
            r"paramètre .{0,30}(entre|encadré|entouré|placé|mis).{0,20}guillemets",
        ),
        "file": (
            r"\b(coll|copi|ajout|enregistr|insér|plac|écri|sais)\w*\b.{0,90}\b(fichier|script|profil|bloc-notes|éditeur)",
            r"\b(fichier|script|profil|bloc-notes|éditeur)\b.{0,90}\b(coll|ajout|insér|contien|enregistr)\w*",
            r"ajoutez (la|les) lignes? suivantes?",
            r"contenu du (fichier|script|profil)",
            r"colle(z|r) les",
        ),
        "wrong": (
            r"\b(commande|elle|ceci|cela|exemple|syntaxe)\b.{0,60}\b(échoue(ra)?|ne fonctionne(ra)? pas|ne"
            r" marche(ra)? pas|va échouer)",
            r"\béchoue(ra|rait)?\b",
            r"n.(a|aurait)(it)? (pas|guère|aucun|pas beaucoup|pas grand)( de)? sens",
            r"\b(incorrecte?|non valide|invalide|erronée?)\b",
            r"sans (grand )?intérêt|aucune utilité|pas (très )?(utile|logique|pertinent)",
        ),
        "output": (
            r"\b(s.affiche(nt|ra|ront)?|affiche(nt|ra|ront)?|affichée?s?|apparaî\w+|apparai\w+)\b",
            r"vous (devriez|devez|pouvez|allez)?\s?(alors |ensuite )?(voir|verrez|voyez|obtenez|obtiendrez"
            r"|recevez|recevrez)",
            r"\b(semblable|similaire|identique)s? (à|aux?) (ce qui suit|celle|celui|ceux|la suivante|suivante?s?)",
            r"\b(sortie|résultats?|réponse|informations|message)s?\b.{0,50}(semblable|suivante?s?|similaire"
            r"|comme suit|ressembl)",
            r"ressembl\w+ à (ceci|cela|ce qui suit|l.exemple)",
            r"\b(répond|renvoie alors|retourne alors)\b",
        ),
        "command": (
            r"\b(commandes?|syntaxe|instructions?|applets? de commande|cmdlet)\b.{0,60}\b(suivante?s?"
            r"|ci-dessous|ci-après|semblables?|similaires?|simple)\b",
            r"\b(cette|ces( deux)?|les?|la|une|une seule) (commandes?|syntaxe)\b",
            r"\b(tapez|saisissez|entrez|exécutez|exécuter|utilisez|lancez|utiliser|appelez|taper|saisir)\b",
            r"\bcommandes?\b[^.]{0,60}\W*$",
            r"appuyez sur entrée",
            r"\b(applet de commande|paramètre|propriété)s?\b.{0,200}(:|\.)$",
        ),
    },
    "de": {
        "error": (r"fehler(meldung)?",),
        "prompt": (r"aufgefordert|fordert sie auf|eingabeaufforderung .{0,30}fragt",),
        "file": (r"(fügen|kopieren|speichern|schreiben)\b.{0,90}\b(datei|skript|profil|editor)",),
        "wrong": (r"schlägt .{0,20}fehl|funktioniert nicht|ungültig|falsch",),
        "output": (r"(wird|werden) .{0,40}angezeigt|ausgabe|ergebnis|sehen sie|erscheint|ähnlich",),
        "command": (r"befehl|cmdlet|geben sie|führen sie|ausführen|eingeben|verwenden sie",),
    },
    "es": {
        "error": (r"(mensaje de )?error",),
        "prompt": (r"se le (pedirá|solicitará)|le pide que",),
        "file": (r"(pegue|agregue|copie|guarde|añada)\b.{0,90}\b(archivo|script|perfil|bloc de notas)",),
        "wrong": (r"(dará|produce) (un )?error|fallará|no funciona|incorrect|no válid",),
        "output": (r"(verá|aparece|muestra|devuelve|salida|resultado|similar a)",),
        "command": (r"comando|cmdlet|escriba|ejecute|ejecutar|use|utilice",),
    },
}

_OFTEN: Final[Mapping[str, frozenset[str]]] = {
    "en": words("the of and to you is this that with for your can are use"),
    "fr": words("le la les des une vous est pour dans que sur avec cette votre du"),
    "de": words("der die das und sie ist mit für den wird eine auf nicht zu"),
    "es": words("el los las una para que con del por está puede su es al"),
}
_WORDS: Final = re.compile(r"[^\W\d_]+")
_SENTENCE_END: Final = re.compile(r"(?<=[.!?…])[\"'”»)*_]{0,3}\s+(?=[\"'“«(*_]?[A-ZÀ-Þ])")
_MARKS: Final = re.compile(r"\\(?=\W)|\*\*|__|`|\[(?=[^\]]*\]\()|\]\([^)]*\)")


def intents(before: str, language: str) -> frozenset[Intent]:
    """What the last sentence of a text announces; nothing where it announces nothing that is known."""
    return _intents(last_sentence(before), language)


@lru_cache(maxsize=4096)
def _intents(sentence: str, language: str) -> frozenset[Intent]:
    told = sentence.replace("’", "'").lower()
    found = {
        intent
        for intent, pattern in _patterns(language).items()
        if pattern is not None and pattern.search(told) is not None
    }
    return frozenset(found)


@lru_cache(maxsize=16)
def _patterns(language: str) -> Mapping[Intent, re.Pattern[str] | None]:
    tables = [_PHRASES[language]] if language in _PHRASES else list(_PHRASES.values())
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
