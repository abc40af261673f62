"""The French words for errors on the way to a server and of its sessions. `{}` stands for each value, in order."""

from __future__ import annotations

from typing import Final

CONNECTING: Final[dict[str, str]] = {
    "A SOCKS proxy needs the package PySocks.": "Un proxy SOCKS a besoin du paquet PySocks.",
    "A certificate needs its key, and a key its certificate.": (
        "Un certificat a besoin de sa clé, et une clé de son certificat."
    ),
    "A computer and another place were both given.": "Un ordinateur et un autre lieu ont été donnés à la fois.",
    "A fragment of a message was lost or came out of order.": (
        "Un fragment de message s’est perdu ou est venu dans le désordre."
    ),
    "A message came that is for another {}.": "Un message est venu qui est pour un autre destinataire : {}.",
    "A message of the server came twice or out of order.": (
        "Un message du serveur est venu deux fois ou dans le désordre."
    ),
    "A new token is being asked for, and has not come yet.": "Un nouveau jeton est demandé et n’est pas encore venu.",
    "A password does not belong into the name of a host.": "Un mot de passe n’a pas sa place dans le nom d’un hôte.",
    "A pin is of a certificate, which only https has.": (
        "Une empreinte est celle d’un certificat, et seul https en a un."
    ),
    "A result of {} is still being read, and a session runs one command at a time.": (
        "Un résultat de {} est encore en lecture, et une session n’exécute qu’une commande à la fois."
    ),
    "A secret and a certificate were both given.": "Un secret et un certificat ont été donnés à la fois.",
    "A secret or certificate signs an application in, and none is named.": (
        "Un secret ou un certificat connecte une application, et aucune n’est nommée."
    ),
    "A session cannot be opened in no time.": "Une session ne s’ouvre pas en un temps nul.",
    "A session cannot be redirected {} times.": "Une session ne peut pas être redirigée {} fois.",
    "A subsystem, key and options are said of an ssh host, and none is named.": (
        "Un sous-système, une clé et des options se disent d’un hôte ssh, et aucun n’est nommé."
    ),
    "A tenant and a secret belong to an application, and none is named.": (
        "Un client et un secret vont avec une application, et aucune n’est nommée."
    ),
    "A token and a way to get one were both given.": "Un jeton et une façon d’en obtenir un ont été donnés à la fois.",
    "A worker of {} asked {}, which is another one's; nothing was sent.": (
        "Un exécutant de {} a interrogé {}, qui est à un autre ; rien n’a été envoyé."
    ),
    "An idle time-out of {} s is too short.": "Un délai d’inactivité de {} s est trop court.",
    "Browser and code are for a person, a secret for an application.": (
        "Le navigateur et le code sont pour une personne, un secret pour une application."
    ),
    "It was not opened.": "Cela n’a pas été ouvert.",
    "Kerberos knows no service {}/{}.": "Kerberos ne connaît pas de service {}/{}.",
    "Kerberos' own server (KDC) cannot be reached: {}.": "Le serveur de Kerberos (KDC) est injoignable : {}.",
    "No connection to {} can be made: this program has as many files and connections open as it may.": (
        "Aucune connexion à {} n’est possible : ce programme a autant de fichiers et de connexions ouverts qu’il peut."
    ),
    "No keyring works on this machine.": "Aucun trousseau ne marche sur cette machine.",
    "No program on this machine left a session behind there.": (
        "Aucun programme de cette machine n’y a laissé de session."
    ),
    "No sandbox tenant runs here.": "Aucun bac à sable ne tourne ici.",
    "Nobody can be asked for a password here.": "Personne ne peut être prié ici de donner un mot de passe.",
    "Nobody entered the code within {} seconds.": "Personne n’a entré le code en {} secondes.",
    "Nobody signed in in the browser within {} seconds.": (
        "Personne ne s’est connecté dans le navigateur en {} secondes."
    ),
    "Nothing was heard of {} for {} seconds.": "On n’a rien entendu de {} pendant {} secondes.",
    "Script text cannot be asked what it would do; it was not sent.": (
        "On ne peut pas demander à un texte de script ce qu’il ferait ; il n’a pas été envoyé."
    ),
    "Several ways to sign in were given.": "Plusieurs façons de se connecter ont été données.",
    "Signing in to {} with kerberos failed: {}.": "La connexion à {} par kerberos a échoué : {}.",
    "Signing in to {} with {} failed.": "La connexion à {} par {} a échoué.",
    "Signing in with a certificate needs the certificate and its key.": (
        "La connexion par certificat a besoin du certificat et de sa clé."
    ),
    "Signing in with bearer needs a token.": "La connexion par bearer a besoin d’un jeton.",
    "Signing in with {} needs a user name and a password.": (
        "La connexion par {} a besoin d’un nom d’utilisateur et d’un mot de passe."
    ),
    "TLS and a port are said of a computer, and none was given.": (
        "TLS et un port se disent d’un ordinateur, et aucun n’est nommé."
    ),
    "The Kerberos ticket on this machine has expired.": "Le ticket Kerberos de cette machine a expiré.",
    "The address holds a user name or password.": "L’adresse contient un nom d’utilisateur ou un mot de passe.",
    "The address is no address of a server.": "L’adresse n’est pas celle d’un serveur.",
    "The address is no address of an endpoint.": "L’adresse n’est pas celle d’un point de terminaison.",
    "The certificate authority {} cannot be read.": "L’autorité de certification {} est illisible.",
    "The certificate of {} does not verify: {}{}. Nothing was sent.": (
        "Le certificat de {} ne se vérifie pas : {}{}. Rien n’a été envoyé."
    ),
    "The certificate of {} is not the one that was pinned: it is {}. Nothing was sent.": (
        "Le certificat de {} n’est pas celui qui était épinglé : c’est {}. Rien n’a été envoyé."
    ),
    "The certificate or its key cannot be read.": "Le certificat ou sa clé est illisible.",
    "The certificate {} cannot be used with the key {}.": "Le certificat {} ne va pas avec la clé {}.",
    "The environment variable {} is not set, so {}.": "La variable d’environnement {} n’a pas de valeur : {}.",
    "The file descriptor {} gave no password in time.": (
        "Le descripteur de fichier {} n’a pas donné de mot de passe à temps."
    ),
    "The file descriptor {} gives no password for {}.": (
        "Le descripteur de fichier {} ne donne pas de mot de passe pour {}."
    ),
    "The file descriptor {} is neither a pipe nor a file.": (
        "Le descripteur de fichier {} n’est ni un tube ni un fichier."
    ),
    "The host key of {} is not known here: {}.": "La clé de l’hôte {} n’est pas connue ici : {}.",
    "The host key of {} was not accepted ({}); nothing was sent.": (
        "La clé de l’hôte {} n’a pas été acceptée ({}) ; rien n’a été envoyé."
    ),
    "The keyring does not work: {}.": "Le trousseau ne marche pas : {}.",
    "The keyring is asked for a user, and no user is named.": (
        "Le trousseau a besoin d’un utilisateur, et aucun n’est nommé."
    ),
    "The keyring that is configured cannot be loaded: {}.": "Le trousseau qui est réglé ne se charge pas : {}.",
    "The log-on to {} has run out.": "La connexion à {} a expiré.",
    "The password cannot be forgotten at once: {} sends it with every request.": (
        "Le mot de passe ne peut pas être oublié tout de suite : {} l’envoie avec chaque requête."
    ),
    "The password of {} was forgotten, so this session cannot be taken up again.": (
        "Le mot de passe de {} a été oublié ; cette session ne peut donc pas être reprise."
    ),
    "The password was wiped when its session was closed.": "Le mot de passe a été effacé à la fermeture de sa session.",
    "The pin is no fingerprint of a certificate.": "L’empreinte donnée n’est pas celle d’un certificat.",
    "The pipeline was closed before.": "Le pipeline était déjà fermé.",
    "The process's command line is empty.": "La ligne de commande du processus est vide.",
    "The profile {} in {} holds something that looks like a secret ({}). It was not used.": (
        "Le profil {} dans {} contient ce qui ressemble à un secret ({}). Il n’a pas été utilisé."
    ),
    "The profile {} in {} says {}, which no profile knows.": "Le profil {} dans {} dit {}, qu’aucun profil ne connaît.",
    "The profiles {} are no TOML.": "Les profils {} ne sont pas du TOML.",
    "The profiles {} cannot be read: {}.": "Les profils {} sont illisibles : {}.",
    "The program {} does not start: {}.": "Le programme {} ne démarre pas : {}.",
    "The proxy's address is no address of a proxy.": "L’adresse du proxy n’est pas celle d’un proxy.",
    "The sandbox tenant did not start.": "Le bac à sable n’a pas démarré.",
    "The sandbox tenant does not answer.": "Le bac à sable ne répond pas.",
    "The sandbox tenant does not understand this: {}": "Le bac à sable ne comprend pas ceci : {}",
    "The sandbox tenant is being started elsewhere and does not answer.": (
        "Le bac à sable est en cours de démarrage ailleurs et ne répond pas."
    ),
    "The server sent a message that is too short to be one.": (
        "Le serveur a envoyé un message trop court pour en être un."
    ),
    "The server sent something that is not a PowerShell remoting fragment, {}.": (
        "Le serveur a envoyé ce qui n’est pas un fragment de PowerShell à distance, {}."
    ),
    "The server sent {} of more than {}.": "Le serveur a envoyé {} de plus de {}.",
    "The server's session key cannot be read; no secret can be sent.": (
        "La clé de session du serveur est illisible ; aucun secret ne peut être envoyé."
    ),
    "The session has ended; nobody is asked for a token any more.": (
        "La session a pris fin ; plus aucun jeton n’est demandé."
    ),
    "The session has ended; nobody is asked to sign in any more.": (
        "La session a pris fin ; plus aucune connexion n’est demandée."
    ),
    "The session is busy with {}.": "La session est occupée par {}.",
    "The work was stopped; nothing more was sent.": "Le travail a été arrêté ; plus rien n’a été envoyé.",
    "The session was closed meanwhile; nothing was sent.": "La session a été fermée entre-temps ; rien n’a été envoyé.",
    "The session was closed meanwhile.": "La session a été fermée entre-temps.",
    "The session was closed.": "La session a été fermée.",
    "The stream from {} was stopped before its end.": "Le flux de {} a été arrêté avant sa fin.",
    "The token service answered with something that cannot be read.": (
        "Le service de jetons a donné une réponse illisible."
    ),
    "The token service cannot be reached.": "Le service de jetons est injoignable.",
    "The token service did not answer in time.": "Le service de jetons n’a pas répondu à temps.",
    "The token service does not know this tenant.": "Le service de jetons ne connaît pas ce client.",
    "The token service names a page without TLS. It was not opened.": (
        "Le service de jetons nomme une page sans TLS. Elle n’a pas été ouverte."
    ),
    "The token service names an address without TLS. Nothing was sent there.": (
        "Le service de jetons nomme une adresse sans TLS. Rien n’y a été envoyé."
    ),
    "The token service refuses: {}": "Le service de jetons refuse : {}",
    "The user name holds no domain to administer.": "Le nom d’utilisateur ne contient pas de domaine à administrer.",
    "There is no Kerberos ticket{} on this machine.": "Il n’y a pas de ticket Kerberos{} sur cette machine.",
    "There is no environment {}.": "Il n’y a pas d’environnement {}.",
    "There is no host {}: its name cannot be found.": "Il n’y a pas d’hôte {} : son nom est introuvable.",
    "There is no key file {}.": "Il n’y a pas de fichier de clé {}.",
    "There is no open file descriptor {}.": "Il n’y a pas de descripteur de fichier ouvert {}.",
    "There is no password for {}.": "Il n’y a pas de mot de passe pour {}.",
    "There is no program {} here.": "Il n’y a pas de programme {} ici.",
    "There is no session {}.": "Il n’y a pas de session {}.",
    "There is no way to sign in called {}.": "Il n’y a pas de façon de se connecter nommée {}.",
    "This connection was used before; make a new one.": "Cette connexion a déjà servi ; faites-en une nouvelle.",
    "This kind of session ends with its program; there is nothing to take back.": (
        "Une session de cette sorte finit avec son programme ; il n’y a rien à reprendre."
    ),
    "This machine's clock and that of Kerberos (KDC) or {} differ by more than Kerberos allows.": (
        "L’horloge de cette machine et celle de Kerberos (KDC) ou de {} diffèrent plus que Kerberos ne le permet."
    ),
    "This session's connection cannot be left and taken up again.": (
        "La connexion de cette session ne peut pas être quittée et reprise."
    ),
    "This was not confirmed: {}": "Cela n’a pas été confirmé : {}",
    "Tokens, authentication, configuration and proxy are not ssh's.": (
        "Jetons, authentification, configuration et proxy ne sont pas de ssh."
    ),
    "Two users were given: {} and {}.": "Deux utilisateurs ont été donnés : {} et {}.",
    "What answers sends back what it was sent.": "Ce qui répond renvoie ce qui lui a été envoyé.",
    "What answers there does not say that it is a WSMan server (HTTP status {}).": (
        "Ce qui répond là ne dit pas être un serveur WSMan (état HTTP {})."
    ),
    "What became of {} cannot be read: {}.": "Ce qu’est devenu {} est illisible : {}.",
    "What is {} cannot become {}.": "Ce qui est {} ne peut pas devenir {}.",
    "What the file descriptor {} gives is no text in UTF-8.": (
        "Ce que donne le descripteur de fichier {} n’est pas du texte en UTF-8."
    ),
    "What was given for the password is no text.": "Ce qui a été donné comme mot de passe n’est pas du texte.",
    "What was to give the password for {} failed: {}.": "Ce qui devait donner le mot de passe pour {} a échoué : {}.",
    "Where tokens come from is asked of an endpoint that is discovered.": (
        "D’où viennent les jetons se demande à un point de terminaison qui est découvert."
    ),
    "Whoever gives the token failed: {}.": "Qui donne le jeton a échoué : {}.",
    "does not speak as a PowerShell server: a line of it is longer than {} bytes.": (
        "ne parle pas comme un serveur PowerShell : une ligne y dépasse {} octets."
    ),
    "ssh asks for what nobody here can answer: {}": "ssh demande ce à quoi personne ne peut répondre ici : {}",
    "ssh asks for what nobody here can confirm: {}": "ssh demande ce que personne ne peut confirmer ici : {}",
    "ssh cannot ask here: {}.": "ssh ne peut rien demander ici : {}.",
    "{} Nothing but the log-on was sent.": "{} Rien n’a été envoyé que la connexion.",
    "{} What was sent last may have been done.": "{} Ce qui a été envoyé en dernier a peut-être été fait.",
    "{} asks for {} without TLS, which would show the credential to everyone on the way. It was not sent.": (
        "{} demande {} sans TLS, ce qui montrerait l’identifiant à tous sur le trajet. Il n’a pas été envoyé."
    ),
    "{} belongs to the process that this one was forked from.": "{} appartient au processus dont celui-ci est issu.",
    "{} cannot be reached.": "{} est injoignable.",
    "{} cannot be talked to: {}.": "On ne peut pas parler à {} : {}.",
    "{} cannot be {}.": "{} ne peut pas valoir {}.",
    "{} closed the connection in the middle of the log-on.": "{} a fermé la connexion au milieu de l’identification.",
    "{} closed the session.": "{} a fermé la session.",
    "{} did not acknowledge within {} seconds what was sent to it.": (
        "{} n’a pas confirmé en {} secondes ce qui lui a été envoyé."
    ),
    "{} did not exchange a key within {} s.": "{} n’a pas échangé de clé en {} s.",
    "{} did not open a session in time.": "{} n’a pas ouvert de session à temps.",
    "{} did not open a session within {} s.": "{} n’a pas ouvert de session en {} s.",
    "{} did not prove who it is. What it answered was not used.": (
        "{} n’a pas prouvé son identité. Sa réponse n’a pas été utilisée."
    ),
    "{} does not answer on port {}: no connection within {}.": (
        "{} ne répond pas sur le port {} : pas de connexion en {}."
    ),
    "{} does not connect us to {}: it says {}.": "{} ne nous relie pas à {} : la réponse est {}.",
    "{} does not end, though it was killed (process {}).": "{} ne finit pas, bien que tué (processus {}).",
    "{} does not know {}; it offers {}.": "{} ne connaît pas {} ; sont offerts : {}.",
    "{} does not let you use this endpoint.": "{} ne vous laisse pas utiliser ce point de terminaison.",
    "{} does not listen any more.": "{} n’écoute plus.",
    "{} does not say where its tokens come from (HTTP status {}).": (
        "{} ne dit pas d’où viennent ses jetons (état HTTP {})."
    ),
    "{} does not speak TLS as it should.": "{} ne parle pas TLS comme il faut.",
    "{} does not speak TLS on this port; what it answers looks like plain http.": (
        "{} ne parle pas TLS sur ce port ; la réponse ressemble à du http simple."
    ),
    "{} does not take the certificate that we show, or wants one and got none.": (
        "{} n’accepte pas le certificat que nous montrons, ou en veut un et n’en a pas reçu."
    ),
    "{} does not take the certificate.": "{} n’accepte pas le certificat.",
    "{} does not take the token.": "{} n’accepte pas le jeton.",
    "{} does not take what was given for: {}": "{} ne prend pas ce qui a été donné pour : {}",
    "{} ended the connection on port {} before anything was said.": (
        "{} a mis fin à la connexion sur le port {} avant toute parole."
    ),
    "{} ended without saying how.": "{} a fini sans dire comment.",
    "{} had the command already; an answer was lost.": "{} avait déjà la commande ; une réponse s’est perdue.",
    "{} has another host key than the one that was named ({}); nothing was sent.": (
        "{} a une autre clé d’hôte que celle qui était nommée ({}) ; rien n’a été envoyé."
    ),
    "{} has no PowerShell endpoint at this address.": "{} n’a pas de point de terminaison PowerShell à cette adresse.",
    "{} has not acknowledged what was sent before; nothing more was sent in {} seconds.": (
        "{} n’a pas confirmé ce qui a été envoyé avant ; rien de plus n’a été envoyé en {} secondes."
    ),
    "{} has not said within {} seconds that the session is removed.": (
        "{} n’a pas dit en {} secondes que la session est supprimée."
    ),
    "{} in the profile {} in {} has to be a list of texts.": (
        "{} dans le profil {} dans {} doit être une liste de textes."
    ),
    "{} in the profile {} in {} has to be a {}.": "{} dans le profil {} dans {} doit être de type {}.",
    "{} in {} is no profile.": "{} dans {} n’est pas un profil.",
    "{} is neither a user name with a domain nor a profile in {}.": (
        "{} n’est ni un nom d’utilisateur avec domaine, ni un profil dans {}."
    ),
    "{} is no PowerShell remoting server: {}": "{} n’est pas un serveur PowerShell à distance : {}",
    "{} is no address of an endpoint.": "{} n’est pas l’adresse d’un point de terminaison.",
    "{} is no computer's name.": "{} n’est pas le nom d’un ordinateur.",
    "{} is no host for ssh.": "{} n’est pas un hôte pour ssh.",
    "{} is no option of ssh.": "{} n’est pas une option de ssh.",
    "{} is no port.": "{} n’est pas un port.",
    "{} is not read any more.": "{} n’est plus lu.",
    "{} is not removed yet: {}": "La suppression de {} n’est pas encore faite : {}",
    "{} is reached without TLS, where {} would show the credential to everyone on the way. Nothing was sent.": (
        "{} se joint sans TLS, où {} montrerait l’identifiant à tous sur le trajet. Rien n’a été envoyé."
    ),
    "{} is read-only, and {} may change something. Nothing was sent.": (
        "{} est en lecture seule, et {} peut modifier quelque chose. Rien n’a été envoyé."
    ),
    "{} may not be given your password (CredSSP): its policy, or your domain's, forbids it.": (
        "{} ne doit pas recevoir votre mot de passe (CredSSP) : sa stratégie, ou celle de votre domaine, l’interdit."
    ),
    "{} on the way to {} cannot be found.": "{}, sur le trajet vers {}, est introuvable.",
    "{} on the way to {} does not agree on TLS with us: {}.": (
        "{}, sur le trajet vers {}, ne s’accorde pas avec nous sur TLS : {}."
    ),
    "{} on the way to {} does not answer.": "{}, sur le trajet vers {}, ne répond pas.",
    "{} on the way to {} does not take the log-on that it was given ({}).{} Nothing was sent to {}.": (
        "{}, sur le trajet vers {}, n’accepte pas la connexion donnée ({}).{} Rien n’a été envoyé à {}."
    ),
    "{} on the way to {} wants a user name and a password of its own. Nothing was sent to {}.": (
        "{}, sur le trajet vers {}, veut un utilisateur et un mot de passe propres. Rien n’a été envoyé à {}."
    ),
    "{} ran, but {} did not come: its result is not whole.": (
        "{} a été exécuté, mais {} n’est pas venu : le résultat n’est pas entier."
    ),
    "{} redirects in a circle.": "{} redirige en rond.",
    "{} refuses connections on port {}.": "{} refuse les connexions sur le port {}.",
    "{} sends more session messages than can be held.": "{} envoie plus de messages de session qu’on n’en peut garder.",
    "{} sends us to an address without TLS. Nothing was sent there.": (
        "{} nous envoie à une adresse sans TLS. Rien n’y a été envoyé."
    ),
    "{} sends us to something that is no web address.": "{} nous envoie à ce qui n’est pas une adresse web.",
    "{} sends us to {} for a token. Nothing was sent there.": (
        "{} nous envoie à {} pour un jeton. Rien n’y a été envoyé."
    ),
    "{} sends us to {}. Nothing was sent there.": "{} nous envoie à {}. Rien n’y a été envoyé.",
    "{} speaks only a TLS that is too old to be safe (before 1.2). Nothing was sent.": (
        "{} ne parle qu’un TLS trop vieux pour être sûr (avant 1.2). Rien n’a été envoyé."
    ),
    "{} takes no PowerShell requests at this address.": "{} ne prend pas de requêtes PowerShell à cette adresse.",
    "{} takes nothing more: it was not sent within {} seconds.": (
        "{} ne prend plus rien : l’envoi n’a pas abouti en {} secondes."
    ),
    "{} took only a part of what was sent within {} seconds.": "{} n’a pris qu’une partie de l’envoi en {} secondes.",
    "{} took the connection on port {}, but did not agree on TLS within {}.": (
        "{} a pris la connexion sur le port {}, mais sans accord sur TLS en {}."
    ),
    "{} was closed.": "On a fermé {}.",
    "{} was dropped.": "On a abandonné {}.",
    "{} was given up.": "On a renoncé à {}.",
    "{} was not found within {}: the name service is silent.": (
        "{} n’a pas été trouvé en {} : le service de noms se tait."
    ),
    "None of {} calls was sent: {}.": "Aucun des {} appels n’a été envoyé : {}.",
    "{} was not sent: {}.": "{} n’a pas été envoyé : {}.",
    "{} was sent to {}{}, and nobody knows whether it ran: {}.": (
        "{} est parti vers {}{}, et nul ne sait si cela a été exécuté : {}."
    ),
    "{} was started before; make a new transport.": "{} a déjà été démarré ; faites un nouveau transport.",
    "{} was still ending {}; nothing was sent.": "{} finissait encore {} ; rien n’a été envoyé.",
    "{} was stopped by the server.": "Le serveur a arrêté {}.",
    "{} was stopped.": "On a arrêté {}.",
    "{} were both given.": "{} ont été donnés à la fois.",
    "{} {}: something may have been lost.": "{} {} : quelque chose s’est peut-être perdu.",
    "{}, and the server has not said that it has it.": "{}, et le serveur n’a pas dit l’avoir reçu.",
    "{}, asked without TLS, sends us to {}, which is not of {}. Nothing was sent there.": (
        "{}, interrogé sans TLS, nous envoie à {}, qui n’est pas de {}. Rien n’y a été envoyé."
    ),
    "{}; it was stopped.": "{} ; on l’a arrêté.",
}
