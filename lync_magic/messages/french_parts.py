"""The French words for parts of errors (reasons, who, what) and what sessions report. `{}` stands for a value."""

from __future__ import annotations

from typing import Final

PARTS: Final[dict[str, str]] = {
    "    … and {} more like it.": "    … et encore {} du même genre.",
    " (exit code {})": " (code de sortie {})",
    " (killed by signal {})": " (tué par le signal {})",
    " (killed by {})": " (tué par {})",
    " ({} names it)": " ({} le nomme)",
    " ({}, since {})": " ({}, depuis {})",
    " without saying why": " sans dire pourquoi",
    " {} objects had come: _.partial has them.": " {} objets étaient venus : _.partial les a.",
    "{} is older than PowerShell 7.3, which cells need.": (
        "{} est plus ancien que PowerShell 7.3, dont les cellules ont besoin."
    ),
    "{} is PowerShell's own command here, not the one of {}. That one: %lync {}, or import it with --prefix or "
    "--allow-clobber.": (
        "{} est ici la commande de PowerShell lui-même, et non celle de {}. Celle-là : %lync {}, ou l’importer avec "
        "--prefix ou --allow-clobber."
    ),
    "${} is $null in this cell: what Python holds there has no form in PowerShell.": (
        "${} vaut $null dans cette cellule : ce que Python y tient n’a pas de forme en PowerShell."
    ),
    ", since {}": ", depuis {}",
    "Another program runs {} just now.": "Un autre programme exécute {} en ce moment.",
    "Another sign-in form was opened.": "Un autre formulaire de connexion a été ouvert.",
    "Cells run in: {}": "Les cellules s’exécutent dans : {}",
    'To have it run the cells: %config LyncMagic.engine = "powershell"': (
        'Pour qu’il exécute les cellules : %config LyncMagic.engine = "powershell"'
    ),
    "Check that files can be made, and programs run, in the folder for temporary files (TMPDIR).": (
        "Vérifiez qu’on peut créer des fichiers et lancer des programmes dans le dossier temporaire (TMPDIR)."
    ),
    "Check the address: its scheme (behind https there is TLS, behind http none) and its port (WinRM has 5986 "
    "for https and 5985 for http).": (
        "Vérifiez l’adresse : son schéma (derrière https il y a TLS, derrière http non) et son port (WinRM a 5986 "
        "pour https et 5985 pour http)."
    ),
    "Cell {}: {}": "Cellule {} : {}",
    "Commands go to {}.": "Les commandes vont à {}.",
    "Connect again, with a new token.": "Reconnectez-vous, avec un nouveau jeton.",
    "Connect by the name that the certificate is for.": "Connectez-vous par le nom pour lequel le certificat est fait.",
    "Did you mean {}? {}": "Vouliez-vous dire {} ? {}",
    "For a PowerShell session: #!connect lync USER": "Pour une session PowerShell : #!connect lync USER",
    "If this program dies, {} keeps its seat for {} minutes": "Si ce programme meurt, {} garde sa place {} minutes",
    "If you know this server, name the authority that signed its certificate (--ca FILE), or this very "
    "certificate by its fingerprint (--pin SHA256:…).": (
        "Si vous connaissez ce serveur, nommez l’autorité qui a signé son certificat (--ca FILE), ou ce certificat "
        "même par son empreinte (--pin SHA256:…)."
    ),
    "It holds nothing like it.": "Elle n’a rien de semblable.",
    "It is in your keyring. If it has changed: %lync forget {}, and connect again.": (
        "Il est dans votre trousseau. S’il a changé : %lync forget {}, et reconnectez-vous."
    ),
    "It was interrupted": "Il a été interrompu",
    "Its functions, classes, modules and live objects are gone; the variables that the notebook holds are kept, "
    "and cells run in another one from here on.": (
        "Ses fonctions, classes, modules et objets vivants sont perdus ; les variables que tient le notebook "
        "restent, et les cellules s’exécutent désormais dans un autre."
    ),
    "Its seat is free when the server's idle time is over.": (
        "Sa place est libre à la fin du délai d’inactivité du serveur."
    ),
    "Its variables, functions, classes, modules and objects are gone; what Python holds is kept. The next cell "
    "starts a new one.": (
        "Ses variables, fonctions, classes, modules et objets sont perdus ; ce que tient Python reste. La prochaine "
        "cellule en démarre un nouveau."
    ),
    "Look at what it would have changed, then run it again if it has not.": (
        "Regardez ce qu’elle aurait modifié, puis relancez-la si ce n’est pas fait."
    ),
    "No log-on can be begun": "Aucune connexion ne peut commencer",
    "Nobody signed in: the wait was interrupted.": "Personne ne s’est connecté : l’attente a été interrompue.",
    "One of the server's messages": "Un des messages du serveur",
    "PowerShell: none found. {}": "PowerShell : aucun trouvé. {}",
    'Put a new one into os.environ["{}"], and run the command again.': (
        'Mettez-en un nouveau dans os.environ["{}"], et relancez la commande.'
    ),
    "Removed: {}. {}": "Supprimé : {}. {}",
    "Run it again; it only reads.": "Relancez-la ; elle ne fait que lire.",
    "Sign in again.": "Identifiez-vous de nouveau.",
    "Sign in as {}, password p@ssw0rd!  (%lync connect {})": (
        "Connectez-vous comme {}, mot de passe p@ssw0rd!  (%lync connect {})"
    ),
    "Sign in in the browser. If no window opens, open this page here: {}": (
        "Connectez-vous dans le navigateur. Si aucune fenêtre ne s’ouvre, ouvrez cette page ici : {}"
    ),
    "Signed in as {}.": "Connecté comme {}.",
    "Stopped waiting; {} is still being removed, by itself.": "Attente arrêtée ; {} se supprime encore, de soi-même.",
    "Stopped; no session was opened.": "Arrêté ; aucune session n’a été ouverte.",
    "Stopped; {} is still ending what ran.": "Arrêté ; {} finit encore ce qui tournait.",
    "Stopped; {} is usable.": "Arrêté ; {} est utilisable.",
    "The browser takes its time.": "Le navigateur prend son temps.",
    "The cell ended with exit code {}.": "La cellule a fini avec le code de sortie {}.",
    "The command failed.": "La commande a échoué.",
    "The connection of {} is broken.": "La connexion de {} est rompue.",
    "The connection to {} was lost in the middle of an answer.": (
        "La connexion à {} s’est perdue au milieu d’une réponse."
    ),
    "The connection to {} was lost.": "La connexion à {} s’est perdue.",
    "The connection to {} was lost: nobody answers at the other end.": (
        "La connexion à {} s’est perdue : personne ne répond à l’autre bout."
    ),
    "The extension was unloaded.": "L’extension a été déchargée.",
    "The kernel ended before anybody signed in.": "Le noyau a pris fin avant toute connexion.",
    "The keyring did not answer in time.": "Le trousseau n’a pas répondu à temps.",
    "The nearest that it holds: {}": "Le plus proche qu’elle ait : {}",
    "The seat is free.": "La place est libre.",
    "The seats are free.": "Les places sont libres.",
    "The server's token cannot be read": "Le jeton du serveur est illisible",
    "The session was silent for {} seconds, longer than {} keeps one ({} s), so it has removed it. Nothing was sent.": (
        "La session s’est tue {} secondes, plus que {} n’en garde une ({} s), et a donc été supprimée. Rien n’a été "
        "envoyé."
    ),
    "The tape holds it {}, and it was asked once more. Connect again to begin the tape anew.": (
        "La bande l’a {}, et cela a été demandé une fois de plus. Reconnectez-vous pour reprendre la bande au début."
    ),
    "The token of {} has ended, so the server could not be told that the session is over.": (
        "Le jeton de {} a expiré ; le serveur n’a donc pas pu apprendre que la session est finie."
    ),
    "There is no endpoint after {} steps, the last of them {}": (
        "Il n’y a pas de point de terminaison après {} étapes, la dernière étant {}"
    ),
    "Wait for its end, or give this one time: --wait SECONDS": (
        "Attendez sa fin, ou donnez du temps à celui-ci : --wait SECONDS"
    ),
    "What {} says of the session cannot be read: {}.": "Ce que {} dit de la session est illisible : {}.",
    "Whoever runs the server has to renew it; check this machine's clock too.": (
        "Qui gère le serveur doit le renouveler ; vérifiez aussi l’horloge de cette machine."
    ),
    "a user name and password": "un nom d’utilisateur et un mot de passe",
    "acknowledged what was not sent, or acknowledged it twice": (
        "a confirmé ce qui n’a pas été envoyé, ou l’a confirmé deux fois"
    ),
    "an address (uri)": "une adresse (uri)",
    "an ssh host": "un hôte ssh",
    "interrupt to stop": "interrompez pour arrêter",
    "it declares entities of its own": "il déclare des entités à lui",
    "it does not speak it as it should": "il ne le parle pas comme il faut",
    "it has expired": "il a expiré",
    "it is JSON": "c’est du JSON",
    "it is a web page, perhaps of a proxy that wants a sign-in": (
        "c’est une page web, peut-être d’un proxy qui veut une connexion"
    ),
    "it is another XML document": "c’est un autre document XML",
    "it is for another address": "il est pour une autre adresse",
    "it is for another name": "il est pour un autre nom",
    "it is no XML document": "ce n’est pas un document XML",
    "it is no complete XML document": "ce n’est pas un document XML complet",
    "it is not valid yet": "il n’est pas encore valide",
    "it is self-signed": "il est autosigné",
    "it is signed by an authority that is not trusted here": "il est signé par une autorité qui n’est pas reconnue ici",
    "its key or its signature is too weak": "sa clé ou sa signature est trop faible",
    "line {}": "ligne {}",
    "no answer for {} s; given up in {} s": "pas de réponse depuis {} s ; abandon dans {} s",
    "no reason was given": "aucune raison n’a été donnée",
    "nobody could be asked": "personne n’a pu être interrogé",
    "one of another machine or program{}": "une d’une autre machine ou d’un autre programme{}",
    "script text": "un texte de script",
    "sent what cannot be read": "a envoyé ce qui est illisible",
    "spoke of a pipeline that is not of this session": "a parlé d’un pipeline qui n’est pas de cette session",
    "target {}": "cible {}",
    "the answer is empty": "la réponse est vide",
    "the answer was no": "la réponse était non",
    "the notebook {}": "le notebook {}",
    "the password of {}": "le mot de passe de {}",
    "the user": "l’utilisateur",
    "there is no password for {}": "il n’y a pas de mot de passe pour {}",
    "there is no secret for the application": "il n’y a pas de secret pour l’application",
    "there is no token": "il n’y a pas de jeton",
    "this program": "ce programme",
    "this user": "cet utilisateur",
    "{} answered another message than ours.": "{} a répondu à un autre message que le nôtre.",
    "{} answered for another command than ours.": "{} a répondu pour une autre commande que la nôtre.",
    "{} answered with HTTP status {}": "{} a répondu par l’état HTTP {}",
    "{} answered with HTTP status {}, and not in the words of a PowerShell endpoint.": (
        "{} a répondu par l’état HTTP {}, et pas dans les mots d’un point de terminaison PowerShell."
    ),
    "{} answered with nothing (HTTP status {}).": "{} n’a rien répondu (état HTTP {}).",
    "{} answered with something else: {}.": "{} a répondu autre chose : {}.",
    "{} answered with something that cannot be decrypted.": "{} a donné une réponse qui ne se déchiffre pas.",
    "{} answered with something that cannot be read (HTTP status {}): {}.": (
        "{} a donné une réponse illisible (état HTTP {}) : {}."
    ),
    "{} answered with {} bytes, more than any discovery document has": (
        "{} a répondu {} octets, plus qu’aucun document de découverte n’en a"
    ),
    "{} answered without encryption, where it has to encrypt; somebody between you and the server may have "
    "written it. The answer was not used.": (
        "{} a répondu sans chiffrement, là où il doit chiffrer ; quelqu’un entre vous et le serveur a pu l’écrire. "
        "La réponse n’a pas été utilisée."
    ),
    "{} answers with something that is no HTTP.": "{} répond par ce qui n’est pas du HTTP.",
    "1 cell did not run": "1 cellule n’a pas été exécutée",
    "The kernel ended in the middle of a cell": "Le noyau s’est arrêté au milieu d’une cellule",
    "It was not done after {} s": "Ce n’était pas fini après {} s",
    "{} cells did not run": "{} cellules n’ont pas été exécutées",
    "{} commands imported: {}, and so on.": "{} commandes importées : {}, etc.",
    "{} could not be read; the result holds the raw text as Undecoded.": (
        "{} : lecture impossible ; le résultat garde le texte brut comme Undecoded."
    ),
    "{} did not answer in time.": "{} n’a pas répondu à temps.",
    "{} did not answer with a discovery document ({})": "{} n’a pas répondu par un document de découverte ({})",
    "{} did not end within {} seconds": "{} n’a pas fini en {} secondes",
    "{} did not end within {} seconds; it was stopped.": "{} n’a pas fini en {} secondes ; on l’a arrêté.",
    "{} ended the session.": "{} a mis fin à la session.",
    "{} ended, and something that it started holds its pipes.": (
        "{} a pris fin, et ce qu’il a démarré tient encore ses tubes."
    ),
    "{} has no link to a PowerShell endpoint": "{} n’a pas de lien vers un point de terminaison PowerShell",
    "{} has not answered within {}.": "{} n’a pas répondu en {}.",
    "{} has not begun to speak as a PowerShell server within {} seconds": (
        "{} n’a pas commencé à parler comme un serveur PowerShell en {} secondes"
    ),
    "{} is no name of a variable.": "{} n’est pas un nom de variable.",
    "{} is not available in a notebook.": "{} n’est pas possible dans un notebook.",
    "{} is still being started.": "{} est encore en cours de démarrage.",
    "{} is still ending what ran.": "{} finit encore ce qui tournait.",
    "{} is the sandbox tenant; starting it": "{} est le bac à sable ; il démarre",
    "{} leads back to itself": "{} ramène à soi-même",
    "{} leads from https to http, which is not followed": "{} mène de https à http, ce qui n’est pas suivi",
    "{} links to an address with a user name or password in it": (
        "{} renvoie à une adresse qui contient un utilisateur ou un mot de passe"
    ),
    "{} links to something that is no web address": "{} renvoie à ce qui n’est pas une adresse web",
    "{} min ago": "{} min",
    "{} of the server's messages": "{} des messages du serveur",
    "{} of {}, since {}": "{} ({}), depuis {}",
    "{} of {}, since {}, which has died (free in {} s at the latest)": (
        "{} ({}), depuis {}, qui est mort (libre dans {} s au plus tard)"
    ),
    "{} packs its answer in a way that nobody asked for, and that cannot be read.": (
        "{} emballe sa réponse d’une façon que personne n’a demandée, et qui est illisible."
    ),
    "{} redirects by HTTP to {}, which is not followed": "{} redirige par HTTP vers {}, ce qui n’est pas suivi",
    "{} redirects by HTTP without saying where to": "{} redirige par HTTP sans dire où",
    "{} redirects to something that is no web address": "{} redirige vers ce qui n’est pas une adresse web",
    "{} refused the request with HTTP status {} {}": "{} a refusé la requête par l’état HTTP {} {}",
    "{} s ago": "{} s",
    "{} sends an answer of more than {} MB; the rest was not read.": (
        "{} envoie une réponse de plus de {} Mo ; le reste n’a pas été lu."
    ),
    "{} sends more headers than are read (100, of 64 KB).": "{} envoie plus d’en-têtes qu’on n’en lit (100, de 64 Ko).",
    "{} sends us elsewhere in the middle of a session.": "{} nous envoie ailleurs au milieu d’une session.",
    "{} speaks TLS on this port, where http has none.": "{} parle TLS sur ce port, là où http n’en a pas.",
    "{} was ended after {} minutes without a command, to free its seat.": (
        "{} : fin après {} minutes sans commande, pour libérer la place."
    ),
    "{} was ended after {} seconds without a command, to free its seat.": (
        "{} : fin après {} secondes sans commande, pour libérer la place."
    ),
    "{} was left on the server.": "On a laissé {} sur le serveur.",
    "{} was stopped, and does not end on the server": "On a arrêté {}, qui ne finit pas sur le serveur",
    "{}() in Python, %lync {} in PowerShell": "{}() en Python, %lync {} en PowerShell",
    "{}, which has died (free in {} s at the latest)": "{}, qui est mort (libre dans {} s au plus tard)",
    "{}: a cell of {} is passed over.": "{} : une cellule en {} est passée.",
    "{}: a gateway answered {} in its place.": "{} : une passerelle a répondu {} à sa place.",
    "{}: a web page came in place of the answer (HTTP status {}).": (
        "{} : une page web est venue à la place de la réponse (état HTTP {})."
    ),
    "{}: there is no {}; there are: {}.": "{} : il n’y a pas de {} ; il y a : {}.",
    "{}: unrecognized arguments: {}.": "{} : arguments inconnus : {}.",
}
