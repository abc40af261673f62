"""What the sandbox says to a person, in French: its help, its welcome.

Rule: a text is found by its English. The sandbox has its own table, since it shares nothing with the client.
"""

from __future__ import annotations

import os
from typing import Final

_VARIABLES: Final = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def speaks_french() -> bool:
    """Whether the surroundings are French; `lync-magic --speak fr` says it by LANGUAGE."""
    said = next((value for name in _VARIABLES if (value := os.environ.get(name))), "")
    return said.lower().startswith("fr")


def spoken(text: str) -> str:
    """The text, in French where French is spoken."""
    return TEXTS[text] if speaks_french() else text


TEXTS: Final[dict[str, str]] = {
    "An embedded tenant: a PowerShell remoting server on this machine, for learning, demonstrations and tests.": (
        "Un client embarqué : un serveur de communication à distance PowerShell, sur cette machine, pour apprendre, "
        "montrer et tester."
    ),
    "usage: ": "utilisation : ",
    "show this help message and exit": "affiche cette aide et s’arrête",
    "port for https; a free one by default": "port pour https ; un port libre par défaut",
    "port for plain http; a free one by default": "port pour http sans TLS ; un port libre par défaut",
    "sessions an administrator may hold": "nombre de sessions qu’un administrateur peut tenir",
    "sessions a tenant may hold": "nombre de sessions qu’un client peut tenir",
    "when an idle session is ended, if its client asks for no less": (
        "quand une session inactive prend fin, si son logiciel client ne demande pas moins"
    ),
    "the shortest idle time-out that a client gets": "le plus court délai d’inactivité que l’on obtient",
    "refuse a session that asks for a time-out outside these bounds": (
        "refuse une session qui demande un délai hors de ces limites"
    ),
    "how fast the sandbox's own time runs: with 30, a minute of idling takes two seconds": (
        "vitesse de l’horloge du bac à sable : avec 30, une minute d’inactivité dure deux secondes"
    ),
    "how long a token is good": "durée de validité d’un jeton",
    "have people sign in again when their token ends": "fait se reconnecter les gens quand leur jeton expire",
    "leave a session that has no seat hanging, instead of refusing it": (
        "laisse en suspens une session qui n’a pas de place, au lieu de la refuser"
    ),
    "let in who shows a certificate of this authority (PEM)": (
        "admet qui présente un certificat de cette autorité (PEM)"
    ),
    "let in who shows a Kerberos ticket for a service in this keytab": (
        "admet qui présente un ticket Kerberos pour un service de ce fichier keytab"
    ),
    "let people sign in with CredSSP too": "permet aussi de se connecter par CredSSP",
    "refuse who signs in over TLS with NTLM or Kerberos and is not bound to the certificate": (
        "refuse qui se connecte sous TLS par NTLM ou Kerberos sans être lié au certificat"
    ),
    "how many users the tenant has": "nombre d’utilisateurs du client",
    "be slow on purpose: a pause for each listed object": "lenteur voulue : une pause par objet listé",
    "whose cmdlets: Lync Online's 45, the server product's 890, Microsoft Teams' 621, or all 1,499 of them": (
        "quelles applets de commande : les 45 de Lync Online, les 890 du serveur, les 621 de Microsoft Teams, ou "
        "les 1 499"
    ),
    "take so long to describe a command, as a real server does (0.029)": (
        "met ce temps à décrire une commande, comme un vrai serveur (0.029)"
    ),
    "expose the commands of this JSON too; each gives back what it got": (
        "expose aussi les commandes de ce JSON ; chacune rend ce qu’elle a reçu"
    ),
    "say where in one JSON line; end when stdin ends": (
        "dit où il est en une ligne de JSON ; s’arrête à la fin de stdin"
    ),
    "serve one session on stdin and stdout, as pwsh -s does": (
        "sert une session sur stdin et stdout, comme le fait pwsh -s"
    ),
    "write a line of JSON for each command that really ran": (
        "écrit une ligne de JSON par commande réellement exécutée"
    ),
    "whose server it is like; {variable} in the environment says it for every sandbox": (
        "à quel serveur il ressemble ; {variable} dans l’environnement le dit pour tous les bacs à sable"
    ),
    "have some of the ways of omi, as said below": "a quelques-unes des manières d’omi, décrites plus bas",
    "have something go wrong on purpose, as said below; may be given more than once": (
        "provoque un incident, comme décrit plus bas ; peut être donné plusieurs fois"
    ),
    "of the chance by which some faults happen": "graine du hasard de certains incidents",
    "write a line for each request": "écrit une ligne par requête",
    "there is no folder {place}": "il n’y a pas de dossier {place}",
    "there is no file {place}": "il n’y a pas de fichier {place}",
    "--keytab needs the Python package gssapi": "--keytab demande le paquet Python gssapi",
    "(not an administrator)": "(pas administrateur)",
    "(remote sessions are disabled)": "(les sessions à distance sont désactivées)",
}

EPILOG: Final = """\
Dialectes : en quoi diffèrent des serveurs du même protocole ; chaque différence a un nom.

`windows` est WinRM, avec son indulgence. `omi` est l’Open Management Infrastructure de Microsoft qui héberge
PowerShell 7, tel qu’on l’a rencontré ; chacune de ses manières peut être prise seule (`--omi name,poll`). `strict`
refuse tout ce que MS-WSMV permet à un serveur de refuser (la liste est dans `strictness`).

  name     un shell sans attribut `Name` est refusé : statut 500, sans corps
  pending  on ne répond à Delete et à un Send au shell que lorsque ce qu’ils lui font dire a été reçu
  done     on ne répond à un arrêt que lorsque quelqu’un a reçu `CommandState/Done`
  poll     OperationTimeout est ignoré : un Receive sans rien à recevoir s’achève après 30 secondes, sans Stream
  faults   ni WSManFault ni numéro, seulement Code et Subcode, et souvent un Reason vide ; statut 400 et aucun corps
           pour ce qui n’est pas une requête
  mute     qui ne commence pas à se connecter reçoit le statut 400 sans corps, et non 401
  mime     les messages chiffrés n’ont pas de TAB çà et là, et finissent par une ligne de plus ; les autres sont refusés
           sans être lus
  single   un objet, ou un fragment d’objet, par Receive
  crash    une enveloppe de 256 Ko ou plus met fin à la connexion
  linger   une connexion authentifiée, inactive pendant une minute, prend fin à la requête suivante
  nil      `<Nil />` en entrée brise la session (null est un message sans données)
  vendor   Identify dit qui il est
  made     on répond à un Create par l’adresse du shell, et rien d’autre : pas d’IdleTimeOut
  prefixes les réponses ont d’autres préfixes d’espaces de noms (SOAP-ENV, wsa, wsman, wxf, wsen)

Incidents : ce qui tourne mal entre un serveur et son client, provoqué là où un test ou un lecteur veut le voir.

Un incident s’écrit OPÉRATION[QUAND][:before]:GENRE[=VALEUR], par exemple `command@1:502`,
`receive-command@3:cut=0.25`, `delete:before:503`, `any%0.02:reset`. Il arrive à qui s’est connecté et demande
l’opération :

  create command send receive signal delete    les opérations de WSMan ; pour deux d’entre elles, plus précisément :
  receive-shell receive-command                un Receive du shell lui-même, ou de la sortie d’une commande
  stop terminate                               les deux signaux
  disconnect reconnect connect                 s’en aller et revenir
  get enumerate pull identify                  s’informer des shells, et de qui répond
  discovery token sign-in                      ce qui précède : le dernier est une requête à laquelle on répond 401, ou
                                               qui se connecte sans rien demander
  any                                          toutes ces opérations

QUAND : `@3` la troisième à partir de maintenant, une fois ; `@3+` la troisième et les suivantes ; `%0.1` une sur dix,
au hasard (--seed) ; rien : chacune. Le premier incident qui convient arrive. Le serveur fait son travail, puis la
réponse rencontre l’incident ; avec `before` le travail n’est pas fait (une attente vient avant : il est fait tard, que
l’on attende encore ou non).

  500 502 503 504 ... réponse d’une passerelle avec ce statut html           une page, avec le statut 200
  empty               statut 200, sans corps                  redirect=URL   une redirection (/elsewhere)
  cut=PART            sans longueur, fin prématurée (0.5)     fault=NUMBER   un WSManFault (995)
  cut-after=TEXT      de même, après un texte (</rsp:Stream>) replay         encore la dernière réponse
  truncate=PART       moins que la longueur annoncée (0.5)    replay=fresh   de même, comme réponse à celle-ci
  flip                un bit du corps est changé              wrong-relates  une réponse à autre chose
  reset               la connexion est réinitialisée          wrong-command  une réponse sur autre chose
  swallow             la connexion finit sans réponse         duplicate      le travail est fait deux fois
  black-hole          rien ne vient jamais                    stall=SECONDS  la réponse vient tard (3600)
  gzip-bomb=BYTES     la réponse et 1 Go d’espaces            drip=SECONDS   un octet, une pause (0.5), un octet ...

Les secondes sont de vraies secondes."""
"""The two documentations at the end of the help, of `dialect` and of `mishaps`."""

WELCOME: Final = """\
Le client bac à sable est en marche.
  point d’accès PowerShell  {https}/OcsPowershellLiveId
  sans TLS (NTLM)           {http}/OcsPowershell
  découverte                {http}/?Domain={domain}
  autorité de confiance     {ca}
Comptes :
{who}
Dans un notebook : %lync sandbox
Ctrl-C y met fin ; tout ce qui a été changé est oublié."""
