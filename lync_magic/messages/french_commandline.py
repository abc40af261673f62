"""The French words of `lync-magic --help`: what each verb does, paragraph by paragraph, and each of its options."""

from __future__ import annotations

from typing import Final

COMMANDLINE: Final = {
    "Reports and documents that run by themselves, and a tenant to try them on.": (
        "Des rapports et des documents qui s’exécutent seuls, et un bac à sable pour les essayer."
    ),
    "Run a notebook as a report, live or from a tape of an earlier day, into one file to send. Turn the documentation "
    "that an administrator reads into notebooks, and check that what it prints is still true.": (
        "Exécute un notebook comme rapport, en direct ou d’après la bande d’un autre jour, en un seul fichier à envoyer"
        ". Fait des notebooks de la documentation que lit un administrateur, et vérifie que ce qu’elle montre est "
        "toujours exact."
    ),
    "Show the version and exit.": "Affiche la version et s’arrête.",
    "The language that lync-magic speaks. [default: the surroundings', LANG]": (
        "La langue que parle lync-magic. [par défaut : celle de l’environnement, LANG]"
    ),
    # convert
    "Turn documents into notebooks that run.": "Fait de documents des notebooks qui s’exécutent.",
    "DOCUMENT is Markdown, HTML, the plain text of a page, a script (.ps1), a notebook of another kernel (.ipynb, "
    ".dib), or a folder of them. A notebook becomes text again where -o ends in .ps1, .dib or .md. What of several "
    "documents cannot be converted is named, and the others are; the exit code is then 3.": (
        "DOCUMENT est du Markdown, du HTML, le texte d’une page, un script (.ps1), un notebook d’un autre noyau "
        "(.ipynb, .dib), ou un dossier de tout cela. Un notebook redevient du texte si -o finit par .ps1, .dib ou .md. "
        "Parmi plusieurs documents, ceux qui ne peuvent être convertis sont nommés, et les autres le sont ; le code "
        "de sortie est alors 3."
    ),
    "The file to write, or the folder. Its ending says the form: .ipynb, .dib, .md or .ps1. "
    "[default: beside the document]": (
        "Le fichier à écrire, ou le dossier. Sa fin dit la forme : .ipynb, .dib, .md ou .ps1. "
        "[par défaut : à côté du document]"
    ),
    "The form, for a folder.": "La forme, pour un dossier.",
    "The kernel that is to run the notebook.": "Le noyau qui exécutera le notebook.",
    "The language of the document (en, fr, ...), if its words do not tell.": (
        "La langue du document (en, fr, …), si ses mots ne la disent pas."
    ),
    "The same document, or folder, in another language.": "Le même document, ou dossier, dans une autre langue.",
    "Make a placeholder a parameter.": "Fait d’une valeur d’exemple un paramètre.",
    "The same, from a file (TOML, JSON).": "De même, d’après un fichier (TOML, JSON).",
    "Who signs in, where the document does not say.": "Qui se connecte, quand le document ne le dit pas.",
    "Where the document comes from, for the notebook's head.": "D’où vient le document, pour l’en-tête du notebook.",
    "The document's date, for the notebook's head.": "La date du document, pour l’en-tête du notebook.",
    "The document's licence, for the notebook's head.": "La licence du document, pour l’en-tête du notebook.",
    "Leave the outputs out.": "Laisse les sorties de côté.",
    "Write nothing; print what each block is, one JSON line a block.": (
        "N’écrit rien ; affiche ce qu’est chaque bloc, une ligne de JSON par bloc."
    ),
    "Write over files that are there.": "Remplace les fichiers qui existent.",
    # check
    "Check that documents are still true.": "Vérifie que des documents sont toujours exacts.",
    "Each command of a DOCUMENT runs in the embedded evaluator against a sandbox tenant of its own, without files, "
    "programs and network, and what comes is compared with what the document prints. The exit code is 1 when a "
    "document is not true any more.": (
        "Chaque commande d’un DOCUMENT s’exécute dans l’évaluateur intégré, dans un bac à sable à lui seul, sans "
        "fichiers, programmes ni réseau, et ce qui vient est comparé à ce que montre le document. Le code de sortie "
        "est 1 quand un document n’est plus exact."
    ),
    "The language of the documents, if their words do not tell.": (
        "La langue des documents, si leurs mots ne la disent pas."
    ),
    "The same in another language.": "Le même dans une autre langue.",
    "A script (.ps1) to run before each document.": "Un script (.ps1) à exécuter avant chaque document.",
    "Check against a live tenant: who signs in, or a profile's name.": (
        "Vérifie avec un client réel : qui se connecte, ou le nom d’un profil."
    ),
    "With --live: the password is in this environment variable.": (
        "Avec --live : le mot de passe est dans cette variable d’environnement."
    ),
    "With --live: let documents change the tenant.": "Avec --live : permet aux documents de modifier le client.",
    "What runs the commands. This machine's PowerShell can reach all of the machine.": (
        "Ce qui exécute les commandes. Le PowerShell de cette machine peut en atteindre tout."
    ),
    "Let documents use this machine: its files, services and programs.": (
        "Permet aux documents d’utiliser cette machine : fichiers, services, programmes."
    ),
    "How long a command may take.": "Le temps que peut prendre une commande.",
    "Say which tolerances were needed; alone: list them all.": (
        "Dit quelles tolérances ont servi ; seul : les énumère toutes."
    ),
    "Show what is as told, too.": "Montre aussi ce qui est comme annoncé.",
    "Print one JSON line a document.": "Affiche une ligne de JSON par document.",
    "Write a report as JUnit's XML, too.": "Écrit aussi un rapport en XML de JUnit.",
    "Write a report as a page, too.": "Écrit aussi un rapport comme page.",
    # site
    "Make a site of a FOLDER of documents, and check them.": "Fait un site d’un dossier de documents, et les vérifie.",
    "Each document becomes a page, with what checking it against a sandbox tenant found under each command, and a "
    "notebook to run. The folder's structure, pictures and links are kept; index.html has the contents, check.html "
    "and check.xml the whole report. The exit code is 1 when a document is not true any more.": (
        "Chaque document devient une page, où l’on lit sous chaque commande ce qu’a donné sa vérification dans un "
        "bac à sable, et un notebook à exécuter. La structure du dossier, ses images et ses liens sont gardés ; "
        "index.html a le sommaire, check.html et check.xml le rapport complet. Le code de sortie est 1 quand un "
        "document n’est plus exact."
    ),
    "The site's folder.": "Le dossier du site.",
    "What the site is called. [default: the folder's name]": (
        "Comment s’appelle le site. [par défaut : le nom du dossier]"
    ),
    "The notebooks' kernel.": "Le noyau des notebooks.",
    "Build only; run nothing.": "Construit seulement ; n’exécute rien.",
    "Write into a folder that holds other files.": "Écrit dans un dossier qui contient d’autres fichiers.",
    # report
    "Run NOTEBOOK as a report. With a notebook, --help shows its parameters, too.": (
        "Exécute NOTEBOOK comme rapport. Avec un notebook, --help montre aussi ses paramètres."
    ),
    "The exit code is 0 only if every cell ran, every command succeeded or was allowed to fail (-ErrorAction "
    "SilentlyContinue, or the cell's tag raises-exception), nothing was in doubt and no result was partial.": (
        "Le code de sortie n’est 0 que si chaque cellule s’est exécutée, que chaque commande a réussi ou pouvait "
        "échouer (-ErrorAction SilentlyContinue, ou l’étiquette raises-exception de la cellule), que rien n’était "
        "incertain et qu’aucun résultat n’était partiel."
    ),
    "A parameter of the notebook.": "Un paramètre du notebook.",
    "Parameters, as YAML.": "Des paramètres, en YAML.",
    "Run it for this target (parameter: target).": "L’exécute pour cette cible (paramètre : target).",
    "Record what is asked and answered.": "Enregistre ce qui est demandé et répondu.",
    "Answer from a tape; nobody signs in.": "Répond d’après une bande ; personne ne se connecte.",
    "With --record. [default: rewrite]": "Avec --record. [par défaut : rewrite]",
    "With --record: properties to keep off the tape.": "Avec --record : propriétés à tenir hors de la bande.",
    "Write one page to send.": "Écrit une page à envoyer.",
    "Print the page.": "Imprime la page.",
    "Write the tables of cells tagged xlsx.": "Écrit les tableaux des cellules étiquetées xlsx.",
    "Where the notebook and the page go. [default: .]": "Où vont le notebook et la page. [par défaut : .]",
    "How long all cells may take.": "Le temps que peuvent prendre toutes les cellules.",
    "Wait for another run of the same target.": "Attend une autre exécution pour la même cible.",
    "Another kernel than the notebook's.": "Un autre noyau que celui du notebook.",
    "Write the outcome as JUnit's XML, too.": "Écrit aussi l’issue en XML de JUnit.",
    "Print the outcome as a line of JSON for each target.": "Affiche l’issue, une ligne de JSON par cible.",
    "Exit codes:": "Codes de sortie :",
    # tape
    "Tapes: what sessions were asked and what they answered (%lync connect USER --record FILE).": (
        "Les bandes : ce qui fut demandé aux sessions et ce qu’elles ont répondu (%lync connect USER --record FILE)."
    ),
    "Show what is on a tape: when, from where, which commands; or one answer.": (
        "Montre ce qu’il y a sur une bande : quand, d’où, quelles commandes ; ou une réponse."
    ),
    "Show the objects of this entry.": "Montre les objets de cette entrée.",
    "Print JSON: a line an entry, or an object.": "Affiche du JSON : une ligne par entrée, ou par objet.",
    "Show what changed from one tape to another: objects added and removed, and each property that changed.": (
        "Montre ce qui a changé d’une bande à l’autre : objets ajoutés et retirés, et chaque propriété modifiée."
    ),
    "The exit code is 1 where something changed.": "Le code de sortie est 1 si quelque chose a changé.",
    "The property that tells which objects are the same.": "La propriété qui dit quels objets sont les mêmes.",
    "Properties that do not count, with commas between them.": (
        "Les propriétés qui ne comptent pas, séparées par des virgules."
    ),
    "Print one JSON line a change.": "Affiche une ligne de JSON par changement.",
    'Take more off a tape: properties and parameters, by NAMES with wildcards and commas ("MobilePhone,*Mail*").': (
        "Retire encore d’une bande des propriétés et des paramètres, d’après NAMES, avec jokers et virgules "
        "(« MobilePhone,*Mail* »)."
    ),
    "Write it there, not in place.": "L’écrit là, et non à sa place.",
    "Check that tapes are whole, and as they were written. The exit code is 1 where one is not.": (
        "Vérifie que des bandes sont entières, et telles qu’elles furent écrites. Le code de sortie est 1 si l’une ne "
        "l’est pas."
    ),
    # sandbox, completion
    "Start the sandbox tenant, to try everything without an account. (sandbox --help lists its options.)": (
        "Démarre le bac à sable, pour tout essayer sans compte. (sandbox --help énumère ses options.)"
    ),
    "Print the shell's completion for lync-magic.": "Affiche la complétion du shell pour lync-magic.",
    "Where it goes:": "Où la mettre :",
}
