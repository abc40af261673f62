"""The French words for the English texts: what is said around results, by documents and their checks, in the form.

Rules: a key is the English text as it stands in the code, with the same names in braces. What the console of PowerShell
says is not here.
"""

from __future__ import annotations

from typing import Final

from lync_magic.messages.french_advice import ADVICE
from lync_magic.messages.french_commandline import COMMANDLINE
from lync_magic.messages.french_connecting import CONNECTING
from lync_magic.messages.french_parts import PARTS
from lync_magic.messages.french_powershell import IN_POWERSHELL
from lync_magic.messages.french_publishing import PUBLISHING
from lync_magic.messages.french_ways import WAYS
from lync_magic.messages.french_working import WORKING

_RESULTS: Final = {
    "{count} object": "{count} objet",
    "Variables to {to}": "Variables vers {to}",
    "{count} objects": "{count} objets",
    "No objects": "Aucun objet",
    ", {count} of them could not be read": ", dont {count} illisibles",
    " of {type}": " de type {type}",
    "{count} more": "encore {count}",
    "exit ended this cell. There is no PowerShell session here to end: its variables are kept.": (
        "exit a terminé cette cellule. Il n’y a pas de session PowerShell à terminer ici : ses variables sont gardées."
    ),
    "… {count} more lines; Python's Out has all objects.": "… encore {count} lignes ; Out, en Python, a tout.",
    "… {count} more lines.": "… encore {count} lignes.",
    "The commands of a session are there when it is connected: %lync connect USER": (
        "Les commandes d’une session sont là quand elle est connectée : %lync connect USER"
    ),
    "PowerShell goes after %lync, or in a cell that begins with %%lync.": (
        "PowerShell va après %lync, ou dans une cellule qui commence par %%lync."
    ),
    "Python's Out has all of it.": "Out, en Python, a tout.",
    "%config LyncMagic.lines = 0 shows all of it.": "%config LyncMagic.lines = 0 montre tout.",
    "Commands stand in the lines below %%lync.": "Les commandes sont dans les lignes sous %%lync.",
    "PowerShell is in a cell that waits for its form.": "PowerShell est dans une cellule qui attend son formulaire.",
    "Answer the form, or cancel it, and run this again.": (
        "Répondez au formulaire, ou annulez-le, et exécutez ceci à nouveau."
    ),
    "Help: %lync --help": "Aide : %lync --help",
    "%lync: there is no command.": "%lync : il n’y a pas de commande.",
    "{name} is a variable here (${name} of a cell). Python's own comes back with: del {name}": (
        "{name} est une variable ici (${name} d’une cellule). Celui de Python revient avec : del {name}"
    ),
    "PowerShell goes after %lync, or in a cell that begins with %%lync: %lync {command}": (
        "PowerShell s’écrit après %lync, ou dans une cellule qui commence par %%lync : %lync {command}"
    ),
    "waiting": "en attente",
    "asking": "interrogation",
    "stopped": "arrêté",
    "{come} of {count} targets have answered": "{come} cibles sur {count} ont répondu",
    "{count} failed": "dont {count} en échec",
    "{count} more property: {names}": "encore {count} propriété : {names}",
    "{count} more properties: {names}": "encore {count} propriétés : {names}",
    "{count} more properties": "encore {count} propriétés",
    " and {count} more": " et {count} autres",
    "{names} had no room in {width} columns and was left out. More room: %config LyncMagic.width = {more}": (
        "{names} ne tient pas dans {width} colonnes et manque. Plus de place : %config LyncMagic.width = {more}"
    ),
}
_TAPES: Final = {
    "from the tape of {date}": "de la bande du {date}",
    "{origin}, which was cut": "{origin}, qui a été coupée",
    "The head is not as it was written.": "L’en-tête n’est plus tel qu’il a été écrit.",
    "Entry {number} is not as it was written.": "L’entrée {number} n’est plus telle qu’elle a été écrite.",
    "Entry {number} has no end.": "L’entrée {number} n’a pas de fin.",
    "The file was cut, or is damaged, after {count} bytes.": "Le fichier est coupé ou abîmé après {count} octets.",
    "The file has no end: the recording was not closed.": "Le fichier n’a pas de fin : il n’a pas été clos.",
    "Nothing changed.": "Rien n’a changé.",
    "{count} commands, whole and as written.": "{count} commandes, entières et telles qu’elles ont été écrites.",
    "Recorded {when} with {versions}": "Enregistrée le {when} avec {versions}",
    "{target}: {user} on {computer}": "{target} : {user} sur {computer}",
    "The file was cut: this is what it has.": "Le fichier a été coupé : voici ce qu’il contient.",
    "Kept off it: {names}": "N’y figurent pas : {names}",
}
_REPORTS: Final = {
    "ok": "complet",
    "failed": "échec",
    "usage": "mauvais usage",
    "could not": "impossible",
    "sign-in": "connexion refusée",
    "quota": "plus de place",
    "in doubt": "incertain",
    "partial": "partiel",
    "tape": "bande différente",
    "time limit": "temps écoulé",
    "locked": "déjà en cours",
    "interrupted": "interrompu",
    "live": "en direct",
    "Show the code": "Voir le code",
    "{count} lines of warnings": "{count} lignes d’avertissements",
    "of the same day": "du jour même",
    "1 day old": "vieille d’un jour",
    "{days} days old": "vieille de {days} jours",
    "Complete: every command succeeded.": "Complet : toutes les commandes ont réussi.",
    "Not complete: something failed.": "Incomplet : quelque chose a échoué.",
    "Not complete: nobody could sign in.": "Incomplet : la connexion a été refusée.",
    "Not complete: all seats were taken.": "Incomplet : toutes les places étaient prises.",
    "In doubt: a change may have been made, or not.": "Incertain : une modification a peut-être été faite, ou non.",
    "Not complete: a result is only a part.": "Incomplet : un résultat n’est qu’une partie.",
    "Not complete: the tape does not hold what was asked.": "Incomplet : la bande n’a pas ce qui a été demandé.",
    "Not complete: the time was over.": "Incomplet : le temps était écoulé.",
    "Not complete: it was interrupted.": "Incomplet : il a été interrompu.",
    "Not complete: it could not be written.": "Incomplet : il n’a pas pu être écrit.",
    "Parameters of {notebook}": "Paramètres de {notebook}",
    "Provenance": "Origine",
    "Notebook": "Carnet",
    "Target": "Cible",
    "Run": "Exécution",
    "{when}, for {seconds} s": "{when}, pendant {seconds} s",
    "Cells": "Cellules",
    "{ran} of {cells} ran": "{ran} sur {cells} exécutées",
    "Parameters": "Paramètres",
    "Warnings": "Avertissements",
    "Seats": "Places",
    "Versions": "Versions utilisées",
    "Session": "Séance",
    "{user} on {computer}, {origin}": "{user} sur {computer}, {origin}",
    "Command": "Commande",
    "Times": "Fois",
    "Seconds": "Secondes",
    "Failed": "Échecs",
    "{count} of them marked": "dont {count} marqués",
    "{count} more characters": "encore {count} caractères",
}
_FORM: Final = {
    "Sign in": "Connexion",
    "Signing in…": "Connexion en cours…",
    "User name": "Utilisateur",
    "Password": "Mot de passe",
    "Remember in keyring": "Garder dans le trousseau",
    "Cancel": "Annuler",
    "OK": "OK",
    "Running…": "Exécution…",
    "Interrupted.": "Interrompu.",
    "Sign-in cancelled.": "Connexion annulée.",
    "A sign-in form for {user} stood here; run the cell to show it again.": (
        "Ici se trouvait un formulaire de connexion pour {user} ; exécutez la cellule pour le revoir."
    ),
    "A form stood here; run the cell to show it again.": (
        "Ici se trouvait un formulaire ; exécutez la cellule pour le revoir."
    ),
    "A sign-in form stood here; run the cell to show it again.": (
        "Ici se trouvait un formulaire de connexion ; exécutez la cellule pour le revoir."
    ),
    "Signed in.": "Connecté.",
    "The credential is there.": "Les informations d’identification sont là.",
    "Signed in as {user} on {computer}.": "Connecté comme {user} sur {computer}.",
    "Connected to {computer}.": "Connecté à {computer}.",
    "Connect over SSH": "Connexion par SSH",
    "Connecting…": "Connexion en cours…",
    "Passphrase": "Phrase secrète",
    "Answer": "Réponse",
    "Enter an answer.": "Entrez une réponse.",
    "That was not accepted.": "Cela n’a pas été accepté.",
    "Accept it only if who runs the host names the same fingerprint.": (
        "Acceptez-la seulement si qui gère l’hôte indique la même empreinte."
    ),
    "Accept": "Accepter",
    "Refuse": "Refuser",
    "Yes": "Oui",
    "No": "Non",
    "Try again": "Réessayer",
    "The host key was not accepted.": "La clé de l’hôte n’a pas été acceptée.",
    "It was not confirmed.": "Cela n’a pas été confirmé.",
    "Enter a user name.": "Entrez un nom d’utilisateur.",
    "Enter the password.": "Entrez le mot de passe.",
    "The cell goes on by itself when you have signed in.": "La cellule continue une fois la connexion faite.",
}
_PANEL: Final = {
    "Sessions": "Les sessions",
    "No session is open.": "Aucune session n’est ouverte.",
    "Seats of other programs here": "Places d’autres programmes ici",
    "Last commands": "Dernières commandes",
    "commands go here": "les commandes vont ici",
    "Use": "Utiliser",
    "Have commands go to {name}": "Envoyer les commandes à {name}",
    "Close": "Fermer",
    "Remove {name}; its seat is free": "Supprimer {name} ; sa place est libre",
    "Connect": "Connecter",
    "Connect as this user": "Se connecter comme cet utilisateur",
    "Take back": "Reprendre",
    "Remove what a program that died left behind": "Supprimer ce qu’un programme mort a laissé",
    "Commands go to {name}.": "Les commandes vont à {name}.",
    "{name} was removed; its seat is free.": "{name} est supprimée ; sa place est libre.",
    "Go on below, where it asks for the password.": "Continuez ci-dessous, où le mot de passe est demandé.",
    "idle for {time}": "inactive depuis {time}",
    "ends after {minutes} min without a command": "finit après {minutes} min sans commande",
    "its seat is free {seconds} s after this program dies": (
        "sa place est libre {seconds} s après la mort de ce programme"
    ),
}
_CELLS: Final = {
    "{count} calls": "{count} appels",
    "{count} of {total}": "{count} sur {total}",
    "One error in this cell, shown above; the other statements ran.": (
        "Une erreur dans cette cellule, montrée ci-dessus ; les autres instructions ont été exécutées."
    ),
    "{count} errors in this cell, shown above; the other statements ran.": (
        "{count} erreurs dans cette cellule, montrées ci-dessus ; les autres instructions ont été exécutées."
    ),
}
_NOTEBOOKS: Final = {
    "Made by lync_magic from the document {name}.": "Produit par lync_magic à partir du document {name}.",
    "The document's date: {date}.": "Date du document : {date}.",
    "Its licence: {licence}.": "Sa licence : {licence}.",
    "Each command is a cell; under it stands what the document says that it prints.": (
        "Chaque commande est une cellule ; dessous figure ce qu’elle affiche d’après le document."
    ),
    "The document shows this as a mistake; it is not run.": (
        "Le document montre ceci comme une erreur à ne pas faire ; ce n’est pas exécuté."
    ),
    "What a file is to hold; it is not run.": "Ce qu’un fichier doit contenir ; ce n’est pas exécuté.",
    "Not run here: words in it stand for others; --parameter fills them in.": (
        "Non exécuté ici : des mots y tiennent lieu d’autres ; --parameter les remplace."
    ),
    "Not run here: it is not for this session.": "Non exécuté ici : ce n’est pas pour cette session.",
    "It is not certain what this is; it is not run.": "Il n’est pas certain de ce que c’est ; ce n’est pas exécuté.",
    "The page lost this command's line; it was worked out from what is printed.": (
        "La page a perdu la ligne de cette commande ; elle est déduite de ce qui s’affiche."
    ),
    "Once more, to see what the document shows.": "Encore une fois, pour voir ce que montre le document.",
    "The sentence above names this command.": "La phrase ci-dessus nomme cette commande.",
    "The messages that the document shows are asked for with `-Verbose`.": (
        "Les messages que montre le document sont demandés par `-Verbose`."
    ),
    "The last line shows what the variable holds, as the document does.": (
        "La dernière ligne montre ce que contient la variable, comme le document."
    ),
    "The module's name differs in every session, so a pattern stands for it.": (
        "Le nom du module change à chaque session ; un motif le remplace."
    ),
    "**This changes the tenant.**": "**Ceci modifie le client.**",
    "**This concerns the machine that the notebook runs on.**": (
        "**Ceci concerne la machine sur laquelle tourne le notebook.**"
    ),
    "**This writes a file.**": "**Ceci écrit un fichier.**",
    "Sign in first; the commands of the document need a session.": (
        "Connectez-vous d’abord ; les commandes du document ont besoin d’une session."
    ),
    "A cell of {language}, kept as text: no kernel here runs it.": (
        "Une cellule en {language}, gardée comme texte : aucun noyau ne l’exécute ici."
    ),
}
_CHECKS: Final = {
    "ok": "ok",
    "FAILED": "ÉCHEC",
    "held back": "retenue",
    "-": "-",
    "true": "exact",
    "not checked": "non vérifié",
    "not true any more": "n’est plus exact",
    "not run": "non exécutée",
    "let pass": "admis",
    "What was let pass:": "Ce qui a été admis :",
    "line {number}": "ligne {number}",
    "Line": "Ligne",
    "Command": "Commande",
    "Result": "Résultat",
    "Documents that were checked": "Documents vérifiés",
    "commands: {count}": "commandes : {count}",
    "Documents: {documents}; not true any more: {failed}. Commands: {passed} as told, {wrong} not.": (
        "Documents : {documents} ; plus exacts : {failed}. Commandes : {passed} conformes, {wrong} non."
    ),
    "Not run: {count}.": "Non exécutées : {count}.",
    "Could not be checked: {count}.": "Impossibles à vérifier : {count}.",
    "It could not be checked: {text}": "La vérification n’a pas pu se faire : {text}",
    "There is no command {name}.": "La commande {name} n’existe pas.",
    "{name} is documented ({module}); this tenant does not have it.": (
        "{name} est documentée ({module}) ; ce client ne l’a pas."
    ),
    "{name} needs a session, and none is connected here.": (
        "{name} a besoin d’une session, et aucune n’est ouverte ici."
    ),
    "{command} has no parameter {name}.": "{command} n’a pas de paramètre {name}.",
    "There is no column {name} any more.": "La colonne {name} n’existe plus.",
    "There are: {names}": "Il y a : {names}",
    "Is it {name} now?": "Est-ce {name} maintenant ?",
    "Write {name} instead.": "Écrivez {name} à la place.",
    "It fails: {text}": "Elle échoue : {text}",
    "{name} is {came}, where the document has {told}.": "{name} vaut {came}, là où le document a {told}.",
    "Another error came: {text}": "Une autre erreur est venue : {text}",
    "It shows: {text}": "Il montre : {text}",
    "What came instead: {text}": "Est venu à la place : {text}",
    "Nothing came.": "Rien n’est venu.",
    "Nothing of the kind came.": "Rien de tel n’est venu.",
    "No progress was told of: {text}": "Aucune progression n’a été signalée : {text}",
    "The document shows a line that did not come: {text}": (
        "Le document montre une ligne qui n’est pas venue : {text}"
    ),
    "The document shows an error, and none came.": "Le document montre une erreur ; aucune n’est venue.",
    "The document shows a question, and none was asked.": ("Le document montre une question ; aucune n’a été posée."),
    "The document shows an object, and none came.": "Le document montre un objet ; aucun n’est venu.",
    "The document shows a table, and no objects came.": "Le document montre un tableau ; aucun objet n’est venu.",
    "It asks a question that the document does not show: {text}": (
        "Elle pose une question que le document ne montre pas : {text}"
    ),
    "It did not end within {seconds} seconds.": "Elle n’a pas fini en {seconds} secondes.",
    "{name} concerns this machine; --allow-machine lets it.": (
        "{name} concerne cette machine ; --allow-machine le permet."
    ),
    "{name} is there on Windows alone.": "{name} n’existe que sous Windows.",
    "It changes the tenant; --allow-changes lets it.": "Elle modifie le client ; --allow-changes le permet.",
    "The tenant has not what the document takes for granted ({text}); --setup can give it.": (
        "Le client n’a pas ce que le document suppose ({text}) ; --setup peut le lui donner."
    ),
    "Line {line} of the setup: {text}": "Ligne {line} de la préparation : {text}",
}
_TOLERANCES: Final = {
    "Blanks, line ends and quotation marks around a value say nothing.": (
        "Les blancs, fins de ligne et guillemets autour d’une valeur ne disent rien."
    ),
    "Capital letters say nothing.": "Les majuscules ne disent rien.",
    "`. . .`, `...` and `…` are the same.": "`. . .`, `...` et `…` se valent.",
    "PowerShell worded some messages anew; the old words stand for the new.": (
        "PowerShell a reformulé certains messages ; les anciens mots valent les nouveaux."
    ),
    "Where in a script an error arose (`At line:1 char:1`, `+ CategoryInfo`) says nothing.": (
        "L’endroit d’un script où une erreur survient (`At line:1 char:1`, `+ CategoryInfo`) ne dit rien."
    ),
    "An imported module has a random name in every session (`tmp_5astd3uh.m5v`).": (
        "Un module importé porte un nom aléatoire à chaque session (`tmp_5astd3uh.m5v`)."
    ),
    "One GUID stands for another.": "Un GUID en vaut un autre.",
    "Servers have other names and addresses; what stands after the host is the same.": (
        "Les serveurs ont d’autres noms et adresses ; ce qui suit l’hôte est le même."
    ),
    "An administrator's domain is their own.": "Chaque administrateur a son propre domaine.",
    "One date or time stands for another.": "Une date ou une heure en vaut une autre.",
    "Who signed in is another person.": "La personne connectée est une autre.",
    "How many there are may change.": "Le nombre peut changer.",
    "What follows an error's message may be advice.": "Ce qui suit le message d’une erreur peut être un conseil.",
    "A value that ends in `...` need only begin so.": "Une valeur qui finit par `...` doit seulement commencer ainsi.",
    "A column was given another name by newer consoles (`ModuleName`, `Source`).": (
        "Les consoles récentes nomment autrement une colonne (`ModuleName`, `Source`)."
    ),
    "Sessions are numbered anew each time (`2 Session2`).": (
        "Les sessions sont renumérotées à chaque fois (`2 Session2`)."
    ),
    "A session's computer has another name.": "L’ordinateur d’une session a un autre nom.",
    "Modules of the reader's own machine are not ours to list.": (
        "Les modules de la machine du lecteur ne sont pas de notre ressort."
    ),
    "There may be other rows besides those that the document shows.": (
        "Il peut y avoir d’autres lignes que celles que montre le document."
    ),
    "A progress meter is drawn in another way; what it says it does is the same.": (
        "Une jauge de progression se dessine autrement ; ce qu’elle annonce est le même."
    ),
    "On a live tenant the values are its own; only columns are compared.": (
        "Un client réel a ses propres valeurs ; seules les colonnes sont comparées."
    ),
}
FRENCH: Final[dict[str, str]] = {
    **_RESULTS,
    **_TAPES,
    **_REPORTS,
    **_FORM,
    **_CELLS,
    **_PANEL,
    **_NOTEBOOKS,
    **_CHECKS,
    **_TOLERANCES,
    **ADVICE,
    **COMMANDLINE,
    **CONNECTING,
    **IN_POWERSHELL,
    **PARTS,
    **PUBLISHING,
    **WAYS,
    **WORKING,
}
