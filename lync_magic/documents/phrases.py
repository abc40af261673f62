"""The phrases by which a sentence announces what the block after it is, for each language.

Rules: they are looked for in the last sentence alone, in lower case, with straight apostrophes. Another language is
another table; all six kinds need a line.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

Intent: TypeAlias = Literal["command", "output", "answer", "error", "prompt", "file", "wrong", "part"]
"""What a sentence announces; see `model.Kind`. answer: surely an output ("The command returns the following:").
part: a value, or its form."""

PHRASES: Final[Mapping[str, Mapping[Intent, tuple[str, ...]]]] = {
    "en": {
        "error": (
            r"error( message)?s?( that (is|are|looks?))?( similar to (this|the following))?\W*$",
            r"(following|this|an?|with|these) (\w+ )?error(s| message)?",
            r"message .{0,40}(error|fail)",
            r"\bexceptions?( (is|are|was|were) (thrown|raised))?\W*$",
        ),
        "prompt": (
            r"\bprompt(s|ed)?( you)?( for| to)",
            r"\b(asks|asked) (you )?(for|to)",
            r"\basks( you)?\W*$|\bprompt(s|ed)? (you )?with\b",
            r"^then you type",
            r"parameter enclosed",
        ),
        "file": (
            r"\b(paste|add|append|put|insert|save|type|write|place|create)\b.{0,90}\b(file|script|profile|notepad|editor)\b",
            r"\bcopy\b.{0,40}\b(this|these|following|below|code|lines?|commands?|text)\b.{0,60}\b(file|script|profile|notepad"
            r"|editor)\b",
            r"\b(file|script|profile|notepad|editor)\b.{0,90}\b(paste|add|append|insert|contain|hold|save)\w*\b",
            r"add the following lines?",
            r"\b(contains?|has|holds?) the (following )?lines?\W*$",
            r"paste (in )?the following",
            r"(contents?|text) of (the|your|a) .{0,40}(file|script|profile)",
            r"\b(?<!log )(file|script|profile|configuration|manifest)\b.{0,30}(looks? like|reads|contains?"
            r"|\b(has|holds?)\b)",
            r"save (this|the following|it)",
            r"\w\.(json|xml|ya?ml|toml|ini|config|ps1|psm1|psd1)\b.{0,30}(looks? like|reads|contains?"
            r"|\b(has|holds?)\b)",
        ),
        "wrong": (
            r"\b(common|frequent|usual|typical) mistakes?\b|\ban? (\w+ )?mistake\b",
            r"^(instead of|rather than)( this| the following)?\W*$",
            r"\b(commands?|this|it|syntax|call|following|example|operation|connection|request)"
            r"\b.{0,60}\b(will|would|does|do|is going"
            r" to)?\s?(fail|not work|n[o']t succeed)s?\b",
            r"\b(won['’]t|will not|doesn['’]t|does not|don['’]t|do not|cannot|can['’]t) (work|succeed)\b",
            r"\b(wouldn['’]t|doesn['’]t|would not|does not) make (much |any )?sense",
            r"\b(incorrect|invalid|not valid|wrong|mistaken)\b",
            r"\b(is|are)( not|n['’]t) (valid|correct|allowed|supported|possible)\b",
            r"\b(do not|don['’]t|never) (type|run|use|do|write|enter|paste|try|execute) (this|the following)",
        ),
        "output": (
            r"(you|they|it|users?)(['’]ll| will| should| would| might| can)?( then| now| also)? (see|get|receive)s?\b",
            r"\b(displayed|shown|printed|returned|written|listed)(,? \w+){0,6}\W*$",
            r"\b(holds|contains|answers|replies|prints|returns|displays)\W*$",
            r"\b(prints|displays|returns) the \w+",
            r"\bxyz (then |also |now )?(makes|writes|outputs|produces|answers)\b",
            r"\b(history|log|transcript)\b (file |then |now |also )*(has|shows|holds|reads|lists|contains|says)\b",
            r"\b(output|results?|response)( body)?( is)?\W*$",
            r"\b(it|console|shell|screen|powershell|cmdlet)( \w+)? (returns|shows|displays|prints|says|answers|contains"
            r"|holds)( back)?\W*$",
            r"\b(it|command|cmdlet|shell|console) prints\b",
            r"\b(variable|list|it) now (contains|holds)\W*$",
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
            r"\b(erreur|exception)s?\W*$",
        ),
        "prompt": (
            r"\b(invite(ra)?|demande(ra)?)\b.{0,40}\b(saisir|entrer|indiquer|spécifier|fournir|paramètre|valeur|identité)",
            r"vous (serez|êtes) invité",
            r"\b(est|sont|sera|seront) demandée?s?\W*$|\bdemande(nt)?( alors)?\W*$",
            r"^(puis|ensuite|vous)[ ,]+(vous )?(tapez|saisissez|entrez)\b.{0,60}(guillemets|paramètre)",
            r"paramètre .{0,30}(entre|encadré|entouré|placé|mis).{0,20}guillemets",
        ),
        "file": (
            r"\bcopi\w*\b.{0,40}\b(suivante?s?|ci-dessous|lignes?|code|commandes?|texte)\b.{0,60}\b(fichier|script|profil"
            r"|bloc-notes|éditeur)",
            r"\b(coll|ajout|enregistr|insér|plac|écri|sais|cré)\w*\b.{0,90}\b(fichier|script|profil|bloc-notes|éditeur)",
            r"\b(fichier|script|profil|bloc-notes|éditeur)\b.{0,90}\b(coll|ajout|insér|contien|enregistr)\w*",
            r"ajoutez (la|les) lignes? suivantes?",
            r"contenu du (fichier|script|profil)",
            r"\b(fichier|script|profil|configuration|manifeste)\b.{0,30}(ressemble|contient|comprend|se présente)",
            r"colle(z|r) les",
            r"\w\.(json|xml|ya?ml|toml|ini|config|ps1|psm1|psd1)\b.{0,30}(ressemble|contient|comprend|se présente)",
        ),
        "wrong": (
            r"^(au lieu de|plutôt que)( ceci| cela)?\W*$",
            r"\berreurs? (fréquente|courante|classique)s?\b",
            r"\b(commande|elle|ceci|cela|exemple|syntaxe|opération|connexion|requête)\b.{0,60}"
            r"\b(échoue(ra)?|ne fonctionne(ra)? pas|ne"
            r" marche(ra)? pas|va échouer)",
            r"\béchoue(ra|rait)?\b",
            r"n.(a|aurait)(it)? (pas|guère|aucun|pas beaucoup|pas grand)( de)? sens",
            r"\b(incorrecte?|non valide|invalide|erronée?)\b",
            r"\bn.(utilisez|exécutez|employez|entrez|essayez)\b.{0,12}\b(pas|jamais)\b",
            r"(?<!vous )\bn(e |')\w+ez (pas|jamais) (ceci|cela|ce qui|cette|la commande|comme)\b",
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
            r"\b(sortie|résultats?|réponse)( est la suivante)?\W*$",
            r"\b(contient|contiennent)( maintenant| alors| désormais)?\W*$",
            r"\b(répond|renvoie alors|retourne alors)\b",
            r"\b(renvoyé|retourné|listé|imprimé|obtenu)e?s?\b.{0,60}\W*$",
            r"\b(renvoie|retourne|imprime|donne)(nt)?\W*$",
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
