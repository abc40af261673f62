"""The French words of a site of documents: its pages, its contents, and what is said when it was built."""

from __future__ import annotations

from typing import Final

PUBLISHING: Final = {
    "Contents": "Sommaire",
    "As a notebook": "Comme notebook",
    "as told": "comme annoncé",
    "not as told": "pas comme annoncé",
    "nothing to check": "rien à vérifier",
    "The whole report": "Le rapport complet",
    "Title": "Titre",
    "Commands": "Commandes",
    "Checked against the sandbox tenant on {date}.": "Vérifié dans le bac à sable le {date}.",
    "It is there on Windows alone; elsewhere the cell says so, and the notebook goes on.": (
        "Cela n’existe que sous Windows ; ailleurs la cellule le dit, et le notebook continue."
    ),
    "{name} is documented ({module}); where the tenant does not have it, the cell says so, and the notebook goes on.": (
        "{name} est documentée ({module}) ; si le client ne l’a pas, la cellule le dit, et le notebook continue."
    ),
    "Where the tenant has nothing to take away, the cell says so, and the notebook goes on.": (
        "Si le client n’a rien à supprimer, la cellule le dit, et le notebook continue."
    ),
    "No command {name} is documented; {other} is. The notebook goes on.": (
        "Aucune commande {name} n’est documentée ; {other} l’est. Le notebook continue."
    ),
    "{} is there on Windows alone: run it on the machine that it is about.": (
        "{} n’existe que sous Windows : exécutez-le sur la machine dont il s’agit."
    ),
    "Open {place}": "Ouvrez {place}",
    "{} holds no documents.": "{} ne contient aucun document.",
    "Name a folder of Markdown, HTML, text or notebooks.": (
        "Nommez un dossier de Markdown, de HTML, de texte ou de notebooks."
    ),
    "{} is the documents' own folder.": "{} est le dossier même des documents.",
    "Name another one with -o.": "Nommez-en un autre avec -o.",
    "{} holds other files.": "{} contient d’autres fichiers.",
    "Write into it with --force, or elsewhere with -o.": "Écrivez-y avec --force, ou ailleurs avec -o.",
}
