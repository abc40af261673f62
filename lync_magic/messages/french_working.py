"""The French words for errors of cells, files, documents, tapes and reports. `{}` stands for each value, in order."""

from __future__ import annotations

from typing import Final

WORKING: Final[dict[str, str]] = {
    "#!connect jupyter: the kernel {} is not run from here.": "#!connect jupyter : le noyau {} ne se lance pas d’ici.",
    "#!connect {}: there is no connection to {} here.": "#!connect {} : il n’y a pas de connexion à {} ici.",
    "#!import needs a file.": "#!import a besoin d’un fichier.",
    "%timeit needs what to time.": "%timeit a besoin de ce qu’il doit mesurer.",
    "%timeit: {}.": "%timeit : {}.",
    "#!set needs --value.": "#!set a besoin de --value.",
    "$using:{} names no variable of this notebook.": "$using:{} ne nomme aucune variable de ce notebook.",
    "%lync has no option {}.": "%lync n’a pas d’option {}.",
    "%lync has no verb {}.": "%lync n’a pas de verbe {}.",
    "--allow-changes and --env belong to --live: the sandbox may always be changed.": (
        "--allow-changes et --env vont avec --live : le bac à sable peut toujours être modifié."
    ),
    "--parameter takes NAME=TEXT, not {}.": "--parameter prend NOM=TEXTE, et non {}.",
    "-OAuthAccessToken takes a SecureString.": "-OAuthAccessToken prend une SecureString.",
    "-Options takes a hashtable.": "-Options prend une table de hachage.",
    "-SSHConnection does not know {}.": "-SSHConnection ne connaît pas {}.",
    "-SSHConnection names no HostName.": "-SSHConnection ne nomme pas de HostName.",
    "-SSHConnection takes hashtables.": "-SSHConnection prend des tables de hachage.",
    "-SessionOption takes what New-PSSessionOption gives.": "-SessionOption prend ce que donne New-PSSessionOption.",
    "A check runs nothing on the computers that a document names.": (
        "Une vérification n’exécute rien sur les ordinateurs que nomme un document."
    ),
    "A credential and a token were both given.": "Un identifiant et un jeton ont été donnés à la fois.",
    "A document may not run {}: it concerns this machine.": (
        "Un document ne peut pas lancer {} : cela concerne cette machine."
    ),
    "A function's result is not streamed to Parquet.": (
        "Le résultat d’une fonction ne s’écrit pas en flux vers Parquet."
    ),
    "A mode and redaction belong to a recording, and no tape is named.": (
        "Un mode et un caviardage vont avec un enregistrement, et aucune bande n’est nommée."
    ),
    "A mode and redaction belong to a recording.": "Un mode et un caviardage vont avec un enregistrement.",
    "A mode belongs to a recording.": "Un mode va avec un enregistrement.",
    "A name is missing in this line.": "Il manque un nom dans cette ligne.",
    "A password cannot stand here.": "Un mot de passe ne peut pas figurer ici.",
    "A password does not belong on a magic's line: it would be saved in the notebook and in the history.": (
        "Un mot de passe n’a pas sa place sur la ligne d’une magie : il serait gardé dans le notebook et l’historique."
    ),
    "A proxy cannot be signed in to by {} here.": "On ne peut pas se connecter à un proxy par {} ici.",
    "A proxy's user name and password do not belong on a magic's line: they would be saved in the notebook.": (
        "L’utilisateur et le mot de passe d’un proxy n’ont pas leur place sur la ligne d’une magie : ils seraient "
        "gardés dans le notebook."
    ),
    'A quote (") does not end in this line.': 'Un guillemet (") n’est pas fermé dans cette ligne.',
    "The notebook has no parameter {}.": "Le carnet n’a pas de paramètre {}.",
    "These parameters are missing: {}.": "Ces paramètres manquent : {}.",
    "These parameters take something else: {}.": "Ces paramètres prennent autre chose : {}.",
    "The run would be written over the notebook itself.": "L’exécution s’écrirait par-dessus le carnet lui-même.",
    "{} declares no parameters.": "{} ne déclare aucun paramètre.",
    "There is no format {}.": "Il n’y a pas de format {}.",
    "There is no mark {}.": "Il n’y a pas de marque {}.",
    "A report is recorded or replayed, not both.": "Un rapport s’enregistre ou se rejoue, pas les deux.",
    "A session is never sent without encryption (-NoEncryption).": (
        "Une session n’est jamais envoyée sans chiffrement (-NoEncryption)."
    ),
    "A session is recorded or replayed, not both.": "Une session s’enregistre ou se rejoue, pas les deux.",
    "A sheet of Excel holds {} rows, and these are {}.": "Une feuille d’Excel contient {} lignes, et il y en a {}.",
    "A target is named twice.": "Une cible est nommée deux fois.",
    "A {} is no session.": "Un objet {} n’est pas une session.",
    "Everything would be taken out of the tape.": "Tout serait ôté de la bande.",
    "Invoke-Command takes a script block.": "Invoke-Command prend un bloc de script.",
    "Left out, as the first {} objects did not have them: {}.": (
        "Omises, car les {} premiers objets ne les avaient pas : {}."
    ),
    "More than {} MB stand there.": "Il y a là plus de {} Mo.",
    "No command of {} is imported.": "Aucune commande de {} n’est importée.",
    "No object has a property {}; its column is empty. {}": "Aucun objet n’a de propriété {} ; sa colonne est vide. {}",
    "Nobody can be asked for a credential here.": "Personne ne peut être prié ici de donner un identifiant.",
    "Nobody can be asked for {} here.": "Personne ne peut être prié ici de donner ceci : {}.",
    "Nobody can be asked here: {}": "Personne ne peut être interrogé ici : {}",
    "Nobody has signed in yet, and ipykernel {} cannot see clicks while a cell waits.": (
        "Personne ne s’est encore connecté, et ipykernel {} ne voit pas les clics pendant qu’une cellule attend."
    ),
    "Nobody is signed in, and no user is named.": "Personne n’est connecté, et aucun utilisateur n’est nommé.",
    "Nobody signed in within {} seconds.": "Personne ne s’est connecté en {} secondes.",
    "Nothing can be written as {}.": "Rien ne peut s’écrire sous la forme {}.",
    "Nothing on this machine can print a page as PDF.": "Rien sur cette machine ne peut imprimer une page en PDF.",
    "Nothing says where to connect.": "Rien ne dit où se connecter.",
    "Nothing says which objects are the same.": "Rien ne dit quels objets sont les mêmes.",
    "Stopped.": "Arrêté.",
    "Stopped. The session goes on.": "Arrêté. La session continue.",
    "The PowerShell of this notebook has ended.": "Le PowerShell de ce notebook a pris fin.",
    "The PowerShell of this notebook has ended: {}": "Le PowerShell de ce notebook a pris fin : {}",
    "The column {} was settled as {} by the first objects, and a later value does not fit.": (
        "La colonne {} est de type {} d’après les premiers objets, et une valeur plus loin n’y entre pas."
    ),
    "It needs what line {line} should have made.": "Il lui faut ce que la ligne {line} aurait dû faire.",
    "The documents are not true, or could not be checked; the report stands above.": (
        "Les documents ne sont pas exacts, ou n’ont pas pu être vérifiés ; le compte rendu est ci-dessus."
    ),
    "The environment variable {} is not set.": "La variable d’environnement {} n’a pas de valeur.",
    "The extension is not loaded.": "L’extension n’est pas chargée.",
    "The form was cancelled; no session was opened.": "Le formulaire a été annulé ; aucune session n’a été ouverte.",
    "The form was cancelled; the rest of the cell did not run.": (
        "Le formulaire a été annulé ; le reste de la cellule n’a pas été exécuté."
    ),
    "The keyring holds no password for {}.": "Le trousseau n’a pas de mot de passe pour {}.",
    "The notebook that was made is not valid: {}.": "Le notebook produit n’est pas valide : {}.",
    "The parameter {} looks like a secret; nothing was run.": (
        "Le paramètre {} ressemble à un secret ; rien n’a été exécuté."
    ),
    "The parameter {} stands for no text.": "Le paramètre {} ne remplace aucun texte.",
    "The parameters {} are no list of names and values.": (
        "Les paramètres {} ne sont pas une liste de noms et de valeurs."
    ),
    "The parameters {} cannot be read as YAML.": "Les paramètres {} ne se lisent pas comme du YAML.",
    "The sandbox tenant is running already.": "Le bac à sable tourne déjà.",
    "The script did not stop, so its PowerShell was ended.": (
        "Le script ne s’est pas arrêté ; on a donc mis fin à son PowerShell."
    ),
    "The sign-in form was closed, and no session is open.": (
        "Le formulaire de connexion a été fermé, et aucune session n’est ouverte."
    ),
    "The table is not in the workbook: {}": "Le tableau n’est pas dans le classeur : {}",
    "The tape has no entry {}.": "La bande n’a pas d’entrée {}.",
    "The tape {} and what was run differ. {}": "La bande {} et ce qui a été exécuté diffèrent. {}",
    "The tape {} cannot be read: {}.": "La bande {} est illisible : {}.",
    "The tape {} cannot be written: {}.": "La bande {} ne peut pas s’écrire : {}.",
    "The tape {} could not be written: {}.": "La bande {} n’a pas pu s’écrire : {}.",
    "The tape {} does not hold {}. {}": "La bande {} n’a pas {}. {}",
    "The tape {} ends in the middle of what {} gave.": "La bande {} finit au milieu de ce qu’a donné {}.",
    "The notebook has no variable {}.": "Le notebook n’a pas de variable {}.",
    "The tape {} held a secret that could not be taken out; it was removed.": (
        "La bande {} contenait un secret qui n’a pas pu être ôté ; elle a été supprimée."
    ),
    "The tape {} holds no session of {}.": "La bande {} n’a pas de session de {}.",
    "The target {} holds a secret ({}); nothing was sent anywhere.": (
        "La cible {} contient un secret ({}) ; rien n’a été envoyé nulle part."
    ),
    "There is a session {} already.": "Il y a déjà une session {}.",
    "There is no PowerShell on this machine, which %lync run needs.": (
        "Il n’y a pas de PowerShell sur cette machine, ce que demande %lync run."
    ),
    "There is no PowerShell on this machine.": "Il n’y a pas de PowerShell sur cette machine.",
    "There is no authentication {}.": "Il n’y a pas d’authentification {}.",
    "There is no environment variable {}.": "Il n’y a pas de variable d’environnement {}.",
    "There is no help on {}.": "Il n’y a pas d’aide sur {}.",
    "There is no kernel for {} here, and so no variable {} of it.": (
        "Il n’y a pas de noyau pour {} ici, ni donc sa variable {}."
    ),
    "There is no kernel for {} here: {}.": "Il n’y a pas de noyau pour {} ici : {}.",
    "There is no mode {}.": "Il n’y a pas de mode {}.",
    "There is no program {} here{}.": "Il n’y a pas de programme {} ici{}.",
    "There is no tape {}.": "Il n’y a pas de bande {}.",
    "This executor may run a task twice, and this may change something.": (
        "Cet exécuteur peut lancer une tâche deux fois, et celle-ci peut modifier quelque chose."
    ),
    "This is no JSON: {}": "Ce n’est pas du JSON : {}",
    "This is no session of the notebook.": "Ce n’est pas une session du notebook.",
    "This stream was read or closed before, and each object can be had once.": (
        "Ce flux a déjà été lu ou fermé, et chaque objet ne s’obtient qu’une fois."
    ),
    "lync-magic check said: {}": "lync-magic check a dit : {}",
    "{} does not use the parameter {}, so it would ask the same for every target.": (
        "{} n’utilise pas le paramètre {} et demanderait donc la même chose pour chaque cible."
    ),
    "{} is empty, and a text is wanted here.": "{} est vide, et il faut ici un texte.",
    "{} is a {}, and a text is wanted here.": "{} est de type {}, et il faut ici un texte.",
    "{} The first: {}": "{} Le premier : {}",
    "{} cannot be a parameter's name.": "{} ne peut pas être le nom d’un paramètre.",
    "{} cannot be fetched: {}.": "{} ne peut pas être cherché : {}.",
    "{} cannot be read: {}.": "{} est illisible : {}.",
    "{} was not written: no cell that shows a table is tagged xlsx.": (
        "{} n’a pas été écrit : aucune cellule qui montre un tableau n’a l’étiquette xlsx."
    ),
    "{} names no kernel.": "{} ne nomme aucun noyau.",
    "{} cannot be run ({}).": "{} ne peut pas être exécuté ({}).",
    "{} changes something, and on the tape {} another change comes first: {}": (
        "{} modifie quelque chose, et sur la bande {} une autre modification vient d’abord : {}"
    ),
    "{} did not print the page (it ended with {}).": "{} n’a pas imprimé la page (fin avec {}).",
    "{} did not print the page ({}).": "{} n’a pas imprimé la page ({}).",
    "{} does not start as a server: {}": "{} ne démarre pas comme serveur : {}",
    "{} does not take {}.": "{} ne prend pas {}.",
    "{} has no command that matches {}.": "{} n’a pas de commande qui corresponde à {}.",
    "{} has no variable {}.": "{} n’a pas de variable {}.",
    "{} holds no parameters.": "{} ne contient pas de paramètres.",
    "{} holds no parameters: {}.": "{} ne contient pas de paramètres : {}.",
    "{} imports itself.": "{} s’importe soi-même.",
    "{} is a tape of version {}, and this lync_magic reads version {}.": (
        "{} est une bande de version {}, et ce lync_magic lit la version {}."
    ),
    "{} is a tape that was cut in its head: nothing of it can be read.": (
        "{} est une bande coupée dans son en-tête : rien ne s’en lit."
    ),
    "{} is larger than {} MB.": "{} dépasse {} Mo.",
    "{} is no address of the web.": "{} n’est pas une adresse du web.",
    "{} is no notebook: {}.": "{} n’est pas un notebook : {}.",
    "{} is no parameter.": "{} n’est pas un paramètre.",
    "{} is no tape.": "{} n’est pas une bande.",
    "{} is not known here.": "{} n’est pas connu ici.",
    "{} is one file, and there are {} documents. Name a folder.": (
        "{} est un seul fichier, et il y a {} documents. Nommez un dossier."
    ),
    "{} is there already.": "{} existe déjà.",
    "{} needs a session.": "{} a besoin d’une session.",
    "{} would be written over itself.": "{} serait remplacé par soi-même.",
    "{}: --{} needs a value.": "{} : --{} a besoin d’une valeur.",
    "{}: no kernel here runs {}.": "{} : aucun noyau n’exécute {} ici.",
    "{}: nothing here runs a file of this kind.": "{} : rien n’exécute ici un fichier de cette sorte.",
    "Connect with lync_magic.connect.": "Connectez-vous par lync_magic.connect.",
    "It reads utf8, and utf8BOM.": "Il lit utf8, et utf8BOM.",
    "Python does not read a module in {}.": "Python ne lit pas de module en {}.",
    "Take letters, digits and _: lync_commands": "Prenez des lettres, des chiffres et _ : lync_commands",
    "{} does not say where it is connected to.": "{} ne dit pas où elle est connectée.",
    "{} is no name of a Python module.": "{} n’est pas un nom de module Python.",
    "{} signs in with a token or a secret, which is not kept in it.": (
        "{} se connecte par un jeton ou un secret, qui n’y est pas gardé."
    ),
    "{}.remote.connect(token=...), or application=....": "{}.remote.connect(token=...), ou application=....",
    "The work was stopped; nothing more was sent.": "Le travail a été arrêté ; rien de plus n’a été envoyé.",
}
