"""The French words for what errors advise, a sentence each."""

from __future__ import annotations

from typing import Final

ADVICE: Final[dict[str, str]] = {
    "A command whose errors do not matter takes -ErrorAction SilentlyContinue.": (
        "Une commande dont les erreurs n’importent pas prend -ErrorAction SilentlyContinue."
    ),
    "Ask for less at once, or connect again.": "Demandez-en moins à la fois, ou reconnectez-vous.",
    "Ask who runs the proxy to allow this host.": "Demandez à qui gère le proxy d’autoriser cet hôte.",
    "Ask who runs this server whether you may use it.": "Demandez à qui gère ce serveur si vous pouvez l’utiliser.",
    "Ask who runs this server whether you may use this endpoint.": (
        "Demandez à qui gère ce serveur si vous pouvez utiliser ce point de terminaison."
    ),
    "Check network and VPN.": "Vérifiez le réseau et le VPN.",
    "Check that the address and its port are right.": "Vérifiez l’adresse et son port.",
    "Check the address's path.": "Vérifiez le chemin de l’adresse.",
    "Check the name of the session configuration.": "Vérifiez le nom de la configuration de session.",
    "Check the network.": "Vérifiez le réseau.",
    "Check the proxy's address.": "Vérifiez l’adresse du proxy.",
    "Check the spelling of the proxy's name.": "Vérifiez l’orthographe du nom du proxy.",
    "Check the spelling, and DNS.": "Vérifiez l’orthographe et le DNS.",
    "Check the ticket with klist.": "Vérifiez le ticket avec klist.",
    "Check the user name and the key or password.": "Vérifiez le nom d’utilisateur et la clé ou le mot de passe.",
    "Check the user name and the password.": "Vérifiez le nom d’utilisateur et le mot de passe.",
    "Ask who runs the host for its fingerprint.": "Demandez l’empreinte à qui gère l’hôte.",
    "Ask who runs the host for its fingerprint, and connect again.": (
        "Demandez l’empreinte à qui gère l’hôte, puis reconnectez-vous."
    ),
    "Connect in a notebook.": "Connectez-vous dans un notebook.",
    "Use a key of your ssh agent, give password=..., or connect in a notebook, where a form asks.": (
        "Utilisez une clé de votre agent ssh, donnez password=..., ou connectez-vous dans un notebook, "
        "où un formulaire la demande."
    ),
    "Check the user name and the password, and sign in again.": (
        "Vérifiez le nom d’utilisateur et le mot de passe, puis reconnectez-vous."
    ),
    "Check the user name and the password for the proxy, and how it is signed in to (-ProxyAuthentication).": (
        "Vérifiez le nom d’utilisateur et le mot de passe du proxy, et comment s’y connecter (-ProxyAuthentication)."
    ),
    "Choose another way to sign in (--auth).": "Choisissez une autre façon de vous connecter (--auth).",
    "Close the quotes.": "Fermez les guillemets.",
    "Connect again.": "Reconnectez-vous.",
    "Connect again: %lync connect, or lync_magic.connect(...).": (
        "Reconnectez-vous : %lync connect, ou lync_magic.connect(...)."
    ),
    "Connect again for a new code.": "Reconnectez-vous pour obtenir un nouveau code.",
    "Connect again to sign in once more.": "Reconnectez-vous.",
    "Connect first: %lync connect USER.": "Connectez-vous d’abord : %lync connect USER.",
    "Connect: %lync connect USER": "Connectez-vous : %lync connect USER",
    "Connect to the address that the server names, if you trust it.": (
        "Connectez-vous à l’adresse que nomme le serveur, si vous lui faites confiance."
    ),
    "List the imported commands: %lync commands": "Pour voir les commandes importées : %lync commands",
    "List them: %lync sessions.": "Pour les voir : %lync sessions.",
    "List them: Get-PSSession, or %lync sessions.": "Pour les voir : Get-PSSession ou %lync sessions.",
    "Name a document, or a folder of documents.": "Nommez un document, ou un dossier de documents.",
    "Name a file that is there.": "Nommez un fichier qui existe.",
    "No session is connected.": "Aucune session n’est ouverte.",
    "Put the password into it, or leave --env out.": "Mettez-y le mot de passe, ou omettez --env.",
    "Read its results to the end, or interrupt it, then run the next command.": (
        "Lisez ses résultats jusqu’au bout, ou interrompez-la, puis lancez la commande suivante."
    ),
    "Run %load_ext lync_magic first.": "Lancez d’abord %load_ext lync_magic.",
    "Run the cell again.": "Relancez la cellule.",
    "Run the command again to sign in.": "Relancez la commande pour vous connecter.",
    "See what there is: %lync commands.": "Pour voir ce qu’il y a : %lync commands.",
    "Sign in as an administrator of the tenant.": "Connectez-vous comme administrateur du client.",
    "Ask an administrator of the tenant to allow remote PowerShell sessions.": (
        "Demandez à un administrateur du client d’autoriser les sessions PowerShell à distance."
    ),
    "Sign in, and run the command again.": "Connectez-vous et relancez la commande.",
    "Sign in without --keyring.": "Connectez-vous sans --keyring.",
    "Start it: %lync sandbox": "Démarrez-le : %lync sandbox",
    "Start it again: %lync sandbox": "Redémarrez-le : %lync sandbox",
    "Stop it first: %lync sandbox stop": "Arrêtez-le d’abord : %lync sandbox stop",
    "The value is $null, no session: connect first (New-CsOnlineSession).": (
        "La valeur est $null, pas une session : connectez-vous d’abord (New-CsOnlineSession)."
    ),
    "Try again.": "Réessayez.",
    "Try again later.": "Réessayez plus tard.",
    "Try again, or give it more time.": "Réessayez, ou laissez plus de temps.",
    "Use the https address, or sign in with negotiate, ntlm or kerberos, which encrypt.": (
        "Utilisez l’adresse https, ou connectez-vous avec negotiate, ntlm ou kerberos, qui chiffrent."
    ),
    "Use the server's https address.": "Utilisez l’adresse https du serveur.",
    "Write over it with --force, or elsewhere with -o.": "Remplacez-le avec --force, ou écrivez ailleurs avec -o.",
}
