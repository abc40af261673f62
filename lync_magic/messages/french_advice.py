"""The French words for what errors advise and what verbs answer, a sentence each. `{}` stands for a value."""

from __future__ import annotations

from typing import Final

ADVICE: Final[dict[str, str]] = {
    "This looks like Python, whose cells have no %%lync (in the PowerShell kernel: %%python).": (
        "Cela ressemble à du Python, dont les cellules n’ont pas %%lync (dans le noyau PowerShell : %%python)."
    ),
    "PowerShell compares with -eq, -ne, -gt, -lt, -ge, -le, -like and -match.": (
        "PowerShell compare avec -eq, -ne, -gt, -lt, -ge, -le, -like et -match."
    ),
    "PowerShell's operators begin with a hyphen: -and, -or, -not, -eq, -gt.": (
        "Les opérateurs de PowerShell commencent par un tiret : -and, -or, -not, -eq, -gt."
    ),
    "A command is called without parentheses: Get-CsOnlineUser -Identity NAME": (
        "Une commande s’appelle sans parenthèses : Get-CsOnlineUser -Identity NOM"
    ),
    "A condition stands in parentheses: if ($a -eq 1) { … }, foreach ($one in $all) { … }": (
        "Une condition va entre parenthèses : if ($a -eq 1) { … }, foreach ($one in $all) { … }"
    ),
    "A variable begins with $: $x = 1": "Une variable commence par $ : $x = 1",
    "A hashtable is written so: @{ a = 1; b = 2 }": "Une table de hachage s’écrit ainsi : @{ a = 1; b = 2 }",
    "A list has no brackets: $x = 1, 2, 3": "Une liste n’a pas de crochets : $x = 1, 2, 3",
    "elseif is one word: elseif (…) { … }": "elseif est un seul mot : elseif (…) { … }",
    "A parameter begins with $: function f($x) { … }": "Un paramètre commence par $ : function f($x) { … }",
    "PowerShell has no then: if (…) { … }": "PowerShell n’a pas de then : if (…) { … }",
    "A value alone is shown, or Write-Output. Cells of Python have no %%lync (in the PowerShell kernel: %%python).": (
        "Une valeur seule se montre, ou Write-Output. Les cellules de Python n’ont pas %%lync (dans le noyau "
        "PowerShell : %%python)."
    ),
    "PowerShell writes $true and $false.": "PowerShell écrit $true et $false.",
    "PowerShell writes $null.": "PowerShell écrit $null.",
    "The variable is ${}.": "La variable est ${}.",
    "{} is a text, and no session.": "{} est un texte, pas une session.",
    "By its name: -Name {}": "Par son nom : -Name {}",
    "There is no document {}.": "Il n’y a pas de document {}.",
    "There is no file {}.": "Il n’y a pas de fichier {}.",
    "Paths count from {}.": "Les chemins comptent à partir de {}.",
    "None is kept for {}: no keyring works on this machine.": (
        "Aucun n’est gardé pour {} : aucun trousseau ne fonctionne sur cette machine."
    ),
    "It has: {}.": "Il a : {}.",
    "Nothing was run.": "Rien n’a été exécuté.",
    "A {} takes no work: it has no submit.": "Un {} ne prend aucun travail : il n’a pas de submit.",
    "Give a pool of concurrent.futures or loky, Dask's client.get_executor(), or a view of ipyparallel.": (
        "Donnez un pool de concurrent.futures ou de loky, le client.get_executor() de Dask, ou une vue d’ipyparallel."
    ),
    "Record it: --record {}": "Enregistrez-la : --record {}",
    "{} is a tape of version {}, and this lync_magic reads up to version {}.": (
        "{} est une bande de version {}, et ce lync_magic lit jusqu’à la version {}."
    ),
    "Give each: -p NAME=VALUE": "Donnez chacun : -p NOM=VALEUR",
    "Name another folder: --to FOLDER": "Nommez un autre dossier : --to DOSSIER",
    "Give a dataclass or a pydantic model.": "Donnez une dataclass ou un modèle pydantic.",
    "#!lsmagic lists what is.": "#!lsmagic montre ce qu’il y a.",
    "#!lsmagic lists what is; take the line out otherwise.": "#!lsmagic montre ce qu’il y a ; sinon, ôtez la ligne.",
    "%lync alone lists the verbs.": "%lync seul montre les verbes.",
    "-OpenTimeout takes milliseconds.": "-OpenTimeout prend des millisecondes.",
    "-ProxyAccessType IEConfig takes the proxy that is set on this machine (HTTPS_PROXY, HTTP_PROXY).": (
        "-ProxyAccessType IEConfig prend le proxy réglé sur cette machine (HTTPS_PROXY, HTTP_PROXY)."
    ),
    "-ProxyAuthentication takes Negotiate, and Basic.": "-ProxyAuthentication prend Negotiate et Basic.",
    "0 follows none.": "0 n’en suit aucune.",
    "A command asked a question that nobody can answer here: {}": (
        "Une commande a posé une question à laquelle personne ne peut répondre ici : {}"
    ),
    "A command line that serves PowerShell remoting looks like this: {}.": (
        "Une ligne de commande qui sert PowerShell à distance ressemble à ceci : {}."
    ),
    "A command whose errors do not matter takes -ErrorAction SilentlyContinue.": (
        "Une commande dont les erreurs n’importent pas prend -ErrorAction SilentlyContinue."
    ),
    "A line is: name: value": "Une ligne est : nom: valeur",
    "A parameter is written into the notebook. Have the notebook sign in with --env NAME, --keyring or a profile.": (
        "Un paramètre est écrit dans le notebook. Faites que le notebook se connecte avec --env NAME, --keyring ou "
        "un profil."
    ),
    "A profile is a table: [{}]": "Un profil est une table : [{}]",
    "A tape is made by: %lync connect USER --record FILE": "Une bande se fait par : %lync connect USER --record FILE",
    "Ask an administrator of the tenant to allow remote PowerShell sessions.": (
        "Demandez à un administrateur du client d’autoriser les sessions PowerShell à distance."
    ),
    "Ask for it again: run the command's .stream() once more.": "Redemandez-le : relancez .stream() de la commande.",
    "Ask for less at once, or connect again.": "Demandez-en moins à la fois, ou reconnectez-vous.",
    'Ask for the subsystem (ssh -s {} powershell); the host needs "{}" in its sshd_config.': (
        'Demandez le sous-système (ssh -s {} powershell) ; l’hôte a besoin de "{}" dans son sshd_config.'
    ),
    "Ask from PowerShell (Invoke-AzOperationalInsightsQuery of the module Az), or from Python.": (
        "Interrogez depuis PowerShell (Invoke-AzOperationalInsightsQuery du module Az), ou depuis Python."
    ),
    "Ask the database from PowerShell (Invoke-Sqlcmd of the module SqlServer), or from Python.": (
        "Interrogez la base depuis PowerShell (Invoke-Sqlcmd du module SqlServer), ou depuis Python."
    ),
    "Ask who runs the host for its fingerprint, and connect again.": (
        "Demandez l’empreinte à qui gère l’hôte, puis reconnectez-vous."
    ),
    "Ask who runs the host for its fingerprint.": "Demandez l’empreinte à qui gère l’hôte.",
    "Ask who runs the proxy to allow this host.": "Demandez à qui gère le proxy d’autoriser cet hôte.",
    "Ask who runs this server whether you may use it.": "Demandez à qui gère ce serveur si vous pouvez l’utiliser.",
    "Ask who runs this server whether you may use this endpoint.": (
        "Demandez à qui gère ce serveur si vous pouvez utiliser ce point de terminaison."
    ),
    "Ask with Invoke-RestMethod or Invoke-WebRequest.": "Interrogez avec Invoke-RestMethod ou Invoke-WebRequest.",
    "Begin it with https://, or take --from-file.": "Commencez-la par https://, ou prenez --from-file.",
    "Both are PEM files and belong together; a key with a password needs that password.": (
        "Ce sont deux fichiers PEM qui vont ensemble ; une clé protégée a besoin de son mot de passe."
    ),
    "Check --tenant.": "Vérifiez --tenant.",
    "Check DNS, network and VPN.": "Vérifiez le DNS, le réseau et le VPN.",
    "Check network and VPN.": "Vérifiez le réseau et le VPN.",
    "Check that a PowerShell is what answers there.": "Vérifiez que c’est un PowerShell qui répond là.",
    "Check that an SSH server runs there, and its port.": "Vérifiez qu’un serveur SSH y tourne, et son port.",
    "Check that it is the right one, and that whoever runs the server has mapped it to your account.": (
        "Vérifiez que c’est le bon, et que qui gère le serveur l’a associé à votre compte."
    ),
    "Check that it is valid, and signed by an authority that the server trusts.": (
        "Vérifiez qu’il est valide, et signé par une autorité que le serveur reconnaît."
    ),
    "Check that the address and its port are right.": "Vérifiez l’adresse et son port.",
    "Check the address's path.": "Vérifiez le chemin de l’adresse.",
    "Check the address, and that a firewall or VPN lets you reach it.": (
        "Vérifiez l’adresse, et qu’un pare-feu ou VPN vous laisse y aller."
    ),
    "Check the address, and that you are in its network or VPN.": (
        "Vérifiez l’adresse, et que vous êtes dans son réseau ou VPN."
    ),
    "Check the address, or ask who runs the server.": "Vérifiez l’adresse, ou demandez à qui gère le serveur.",
    "Check the address: its port and its path.": "Vérifiez l’adresse : son port et son chemin.",
    "Check the address: what answers there may be no PowerShell endpoint.": (
        "Vérifiez l’adresse : ce qui y répond n’est peut-être pas un point de terminaison PowerShell."
    ),
    "Check the address; if it is right, tell whoever runs this server.": (
        "Vérifiez l’adresse ; si elle est juste, dites-le à qui gère ce serveur."
    ),
    "Check the name of the session configuration.": "Vérifiez le nom de la configuration de session.",
    "Check the network.": "Vérifiez le réseau.",
    "Check the port and the path; some servers say so only to who signs in: New-PSSession.": (
        "Vérifiez le port et le chemin ; certains serveurs ne le disent qu’à qui se connecte : New-PSSession."
    ),
    "Check the port and the scheme (http or https).": "Vérifiez le port et le schéma (http ou https).",
    "Check the proxy's address (http or https); name the authority of its certificate (--ca FILE).": (
        "Vérifiez l’adresse du proxy (http ou https) ; nommez l’autorité de son certificat (--ca FILE)."
    ),
    "Check the proxy's address.": "Vérifiez l’adresse du proxy.",
    "Check the spelling of the proxy's name.": "Vérifiez l’orthographe du nom du proxy.",
    "Check the spelling, and DNS.": "Vérifiez l’orthographe et le DNS.",
    "Check the ticket with klist.": "Vérifiez le ticket avec klist.",
    "Check the user name and the key or password.": "Vérifiez le nom d’utilisateur et la clé ou le mot de passe.",
    "Check the user name and the password for the proxy, and how it is signed in to (-ProxyAuthentication).": (
        "Vérifiez le nom d’utilisateur et le mot de passe du proxy, et comment s’y connecter (-ProxyAuthentication)."
    ),
    "Check the user name and the password, and sign in again.": (
        "Vérifiez le nom d’utilisateur et le mot de passe, puis reconnectez-vous."
    ),
    "Check the user name and the password, and that the server knows this way to sign in.": (
        "Vérifiez le nom d’utilisateur et le mot de passe, et que le serveur connaît cette façon de se connecter."
    ),
    "Check the user name and the password.": "Vérifiez le nom d’utilisateur et le mot de passe.",
    "Choose another way to sign in (--auth).": "Choisissez une autre façon de vous connecter (--auth).",
    "Choose one of: {}.": "Choisissez parmi : {}.",
    "Choose one of: {}; or leave it out.": "Choisissez parmi : {} ; ou omettez-le.",
    "Close it again.": "Fermez encore une fois.",
    "Close the quotes.": "Fermez les guillemets.",
    "Close the session and connect again.": "Fermez la session et reconnectez-vous.",
    "Commands go to {} on {}.": "Les commandes vont à {} sur {}.",
    "Compare the fingerprint with the host's own; then name it (--pin SHA256:…, pin=...), or accept it once in a "
    "terminal: ssh {}": (
        "Comparez l’empreinte à celle de l’hôte ; puis nommez-la (--pin SHA256:…, pin=...), ou acceptez-la une fois "
        "dans un terminal : ssh {}"
    ),
    "Connect again for a new code.": "Reconnectez-vous pour obtenir un nouveau code.",
    "Connect again to sign in once more.": "Reconnectez-vous.",
    "Connect again, then run the cell again.": "Reconnectez-vous, puis relancez la cellule.",
    "Connect again.": "Reconnectez-vous.",
    "Connect again: %lync connect, or lync_magic.connect(...).": (
        "Reconnectez-vous : %lync connect, ou lync_magic.connect(...)."
    ),
    "Connect again; with --device-code you can sign in in a browser on another machine.": (
        "Reconnectez-vous ; avec --device-code, vous pouvez vous connecter dans un navigateur d’une autre machine."
    ),
    "Connect to it: %lync connect $target": "Connectez-vous à elle : %lync connect $target",
    "Connect first: $session.": "Connectez-vous d’abord : $session.",
    "Connect first: %lync connect USER.": "Connectez-vous d’abord : %lync connect USER.",
    "Connect in a notebook.": "Connectez-vous dans un notebook.",
    "Connect to the address that the server names, if you trust it.": (
        "Connectez-vous à l’adresse que nomme le serveur, si vous lui faites confiance."
    ),
    "Connect: %lync connect USER": "Connectez-vous : %lync connect USER",
    "Did you mean {} or {}?": "Vouliez-vous dire {} ou {} ?",
    "Did you mean %lync {}?": "Vouliez-vous dire %lync {} ?",
    "Did you mean {}?": "Vouliez-vous dire {} ?",
    "Do not just run it again. Look first ({}), then run it if it has not.": (
        "Ne la relancez pas sans regarder. Regardez d’abord ({}), puis lancez-la si elle n’a pas eu lieu."
    ),
    "Do not just run it again. {}": "Ne la relancez pas sans regarder. {}",
    "End it, or take it out.": "Fermez-le, ou ôtez-le.",
    "End what uses so many threads.": "Arrêtez ce qui occupe tant de fils d’exécution.",
    "Fetch it in a cell.": "Allez le chercher dans une cellule.",
    "Get one in a terminal (kinit {}), and connect again.": (
        "Obtenez-en un dans un terminal (kinit {}), et reconnectez-vous."
    ),
    "Get-Command lists the commands that are there.": "Get-Command montre les commandes qu’il y a.",
    "None means not given; lync_magic.Null sends $null.": ("None veut dire non donné ; lync_magic.Null envoie $null."),
    "{} stands behind the command, which would send it.": "{} suit la commande, qui l’enverrait.",
    "Options of %lync stand before it: %lync {}": "Les options de %lync la précèdent : %lync {}",
    "{} is a script block to PowerShell, and not the notebook's variable {}.": (
        "{} est un bloc de script pour PowerShell, et non la variable {} du notebook."
    ),
    "Write {} in its place.": "Écrivez {} à sa place.",
    "It is there where PowerShell 7 runs the cells. In Python: display(HTML(…))": (
        "Elle existe là où PowerShell 7 exécute les cellules. En Python : display(HTML(…))"
    ),
    "Another program records the tape {} just now.": "Un autre programme enregistre la bande {} en ce moment.",
    "Wait for its end, or name another: --record FILE": "Attendez sa fin, ou nommez-en une autre : --record FICHIER",
    "{} is more than a command's name.": "{} est plus que le nom d’une commande.",
    "With parameters: lambda lync: lync.Get_CsOnlineUser(ResultSize=5), or "
    'Pipeline.of("Get-CsOnlineUser", {"ResultSize": 5}).': (
        "Avec des paramètres : lambda lync: lync.Get_CsOnlineUser(ResultSize=5), ou "
        'Pipeline.of("Get-CsOnlineUser", {"ResultSize": 5}).'
    ),
    "Give --computer HOST.": "Donnez --computer HOST.",
    "Give --record FILE.": "Donnez --record FILE.",
    "Give --record TAPE.": "Donnez --record TAPE.",
    "Give --record or --replay.": "Donnez --record ou --replay.",
    "Give -ConnectionUri https://host/OcsPowershell, or -ComputerName.": (
        "Donnez -ConnectionUri https://host/OcsPowershell, ou -ComputerName."
    ),
    "Give -UserName with -OAuthAccessToken.": "Donnez -UserName avec -OAuthAccessToken.",
    "Give a command's name or a pipeline.": "Donnez le nom d’une commande ou un pipeline.",
    "Give a str, a SecureString or a callable.": "Donnez un str, une SecureString ou une fonction.",
    "Give a token of your own: --token-env NAME, or -OAuthAccessToken; or sign in with a password.": (
        "Donnez un jeton à vous : --token-env NAME, ou -OAuthAccessToken ; ou connectez-vous avec un mot de passe."
    ),
    "Give a user name (kenmyer@litwareinc.com), an address (uri), an ssh host or a process.": (
        "Donnez un utilisateur (kenmyer@litwareinc.com), une adresse (uri), un hôte ssh ou un processus."
    ),
    "Give another name, or remove that one.": "Donnez un autre nom, ou supprimez celle-là.",
    "Give both PEM files.": "Donnez les deux fichiers PEM.",
    "Give it as name@domain, or name the domain: --override-admin-domain DOMAIN.": (
        "Donnez-le sous la forme nom@domaine, ou nommez le domaine : --override-admin-domain DOMAIN."
    ),
    "Give it its own names with -Prefix (--prefix), or take these with -AllowClobber (--allow-clobber).": (
        "Donnez-lui ses propres noms avec -Prefix (--prefix), ou prenez ceux-là avec -AllowClobber (--allow-clobber)."
    ),
    "Its commands are imported already, from this session: use them, or ask anew with -AllowClobber "
    "(--allow-clobber).": (
        "Ses commandes sont déjà importées, de cette session : employez-les, ou redemandez-les avec -AllowClobber "
        "(--allow-clobber)."
    ),
    "Give it once, with password=..., and it is kept there.": (
        "Donnez-le une fois, avec password=..., et il y sera gardé."
    ),
    "Give it: lync_magic.connect(USER, password=...), or %lync connect USER in a notebook.": (
        "Donnez-le : lync_magic.connect(USER, password=...), ou %lync connect USER dans un notebook."
    ),
    "Give one of oauth, browser and device code.": "Donnez l’un de : oauth, navigateur, code d’appareil.",
    "Give one of them.": "Donnez l’un des deux.",
    "Give one: --token-env NAME, or token=...": "Donnez-en un : --token-env NAME, ou token=...",
    "Give the answer as a parameter (for a confirmation: -Confirm:$false, in Python Confirm=False).": (
        "Donnez la réponse comme paramètre (pour une confirmation : -Confirm:$false, en Python Confirm=False)."
    ),
    "Give the document alone.": "Donnez le document seul.",
    "Give the name alone (server.contoso.com); an address goes to uri.": (
        "Donnez le nom seul (server.contoso.com) ; une adresse va dans uri."
    ),
    "Give the path of a PEM file.": "Donnez le chemin d’un fichier PEM.",
    "Give the paths of PEM files.": "Donnez les chemins des fichiers PEM.",
    "Give them apart from the address.": "Donnez-les à part de l’adresse.",
    "If the host was set up anew, forget its old key ({}); if not, somebody may stand in between.": (
        "Si l’hôte a été réinstallé, oubliez son ancienne clé ({}) ; sinon, quelqu’un s’est peut-être interposé."
    ),
    "If the server was given a new certificate, ask whoever runs it for its fingerprint, and pin that.": (
        "Si le serveur a reçu un nouveau certificat, demandez son empreinte à qui le gère, et épinglez-la."
    ),
    "If you know that it is your service: --allow-host {}; or give the endpoint itself: --uri URI.": (
        "Si vous savez que c’est votre service : --allow-host {} ; ou donnez le point de terminaison même : --uri URI."
    ),
    "If you trust {}: --allow-host {}; or connect to it by its own address.": (
        "Si vous faites confiance à {} : --allow-host {} ; ou connectez-vous-y par sa propre adresse."
    ),
    "Import one of: {}": "Importez l’un de : {}",
    "Import them first: %lync import": "Importez-les d’abord : %lync import",
    "In Python: {}": "En Python : {}",
    "Install Chromium (or name a browser in {}), or: pip install weasyprint": (
        "Installez Chromium (ou nommez un navigateur dans {}), ou : pip install weasyprint"
    ),
    "Install PowerShell 7 ({}), or name one in the environment variable {}.": (
        "Installez PowerShell 7 ({}), ou nommez-en un dans la variable d’environnement {}."
    ),
    "Install it, or name its whole path ({} was looked for on PATH).": (
        "Installez-le, ou donnez son chemin entier ({} a été cherché dans PATH)."
    ),
    "Is it a notebook of Jupyter?": "Est-ce un notebook de Jupyter ?",
    "It has {} objects of it: lync-magic tape show --entry {}.": (
        "Elle en a {} objets : lync-magic tape show --entry {}."
    ),
    "It holds: {}.": "Elle contient : {}.",
    "It is SHA256: and 64 hexadecimal digits, as the refusal of the certificate shows it.": (
        "C’est SHA256: et 64 chiffres hexadécimaux, comme le montre le refus du certificat."
    ),
    "It is a number of seconds, up to {}.": "C’est un nombre de secondes, jusqu’à {}.",
    "It is tried again by itself, and when this program ends; its seat is free in {} s at the latest.": (
        "Un nouvel essai vient de lui-même, et à la fin de ce programme ; la place est libre dans {} s au plus tard."
    ),
    "It is tried again by itself; the seat is free in {} s at the latest.": (
        "Un nouvel essai vient de lui-même ; la place est libre dans {} s au plus tard."
    ),
    "It looks like --ssh-option ProxyJump=bastion (man ssh_config).": (
        "Cela ressemble à --ssh-option ProxyJump=bastion (man ssh_config)."
    ),
    "It looks like http://proxy.example:8080.": "Cela ressemble à http://proxy.example:8080.",
    "It looks like https://host/OcsPowershell.": "Cela ressemble à https://host/OcsPowershell.",
    "It looks like https://host/path.": "Cela ressemble à https://host/path.",
    "It looks like user@host, user@host:2222, or a name of your ssh configuration.": (
        "Cela ressemble à user@host, user@host:2222, ou à un nom de votre configuration ssh."
    ),
    'It looks like: "pwsh -NoProfile -NoLogo -s".': 'Cela ressemble à : "pwsh -NoProfile -NoLogo -s".',
    "It looks like: -p name=value": "Cela ressemble à : -p nom=valeur",
    'It looks like: [contoso] user = "kenmyer@contoso.com"': (
        'Cela ressemble à : [contoso] user = "kenmyer@contoso.com"'
    ),
    "It may be stopped, or its network may be gone. Try again, or close the session.": (
        "Il est peut-être arrêté, ou son réseau perdu. Réessayez, ou fermez la session."
    ),
    "It may have been done. Close the session and connect again.": (
        "Cela a peut-être eu lieu. Fermez la session et reconnectez-vous."
    ),
    "It may say: {}.": "Cela peut dire : {}.",
    "It sends commands named Get-, Test-, Find-, Search-, Measure- and Select-. Connect without --read-only.": (
        "Elle envoie les commandes nommées Get-, Test-, Find-, Search-, Measure- et Select-. Connectez-vous sans "
        "--read-only."
    ),
    "It works over WSMan.": "Cela se fait par WSMan.",
    "Jobs have no place in a cell: run the command itself.": (
        "Les tâches de fond n’ont pas leur place dans une cellule : lancez la commande même."
    ),
    "Keep the objects in a variable, and in Python: variable.show()": (
        "Gardez les objets dans une variable, et en Python : variable.show()"
    ),
    "Keeping a password in the keyring": "Garder un mot de passe dans le trousseau",
    "Kerberos' own servers (KDC) are silent.": "Les serveurs de Kerberos (KDC) se taisent.",
    "Known here: {}": "Connues ici : {}",
    "Leave it out and sign in in the form, or use --prompt, --keyring or --env NAME. If it was a real one, "
    "change it.": (
        "Omettez-le et connectez-vous dans le formulaire, ou prenez --prompt, --keyring ou --env NAME. Si c’en était "
        "un vrai, changez-le."
    ),
    "Leave it out: it is asked for when it is needed.": "Omettez-le : il sera demandé au besoin.",
    "Leave it out: over http, Negotiate and Kerberos encrypt each message; else use an https address.": (
        "Omettez-le : sur http, Negotiate et Kerberos chiffrent chaque message ; sinon, prenez une adresse https."
    ),
    "Leave out --whatif.": "Omettez --whatif.",
    "Leave that out (the password is wiped when the session ends), or sign in with negotiate or kerberos.": (
        "Omettez cela (le mot de passe est effacé à la fin de la session), ou connectez-vous avec negotiate ou "
        "kerberos."
    ),
    "Leave them out with --replay.": "Omettez-les avec --replay.",
    "Let it with --allow-machine.": "Permettez-le avec --allow-machine.",
    "Line {}: {}. This notebook's cells run in {} from here on.": (
        "Ligne {} : {}. Les cellules de ce notebook s’exécutent désormais dans {}."
    ),
    "List the imported commands: %lync commands": "Pour voir les commandes importées : %lync commands",
    "List them: %lync sessions.": "Pour les voir : %lync sessions.",
    "List them: Get-Command -Module tmp_*": "Pour les voir : Get-Command -Module tmp_*",
    "List them: Get-PSSession, or %lync sessions.": "Pour les voir : Get-PSSession ou %lync sessions.",
    "Log on once in a terminal (ssh {}), compare the fingerprint that it shows, and accept it.": (
        "Connectez-vous une fois dans un terminal (ssh {}), comparez l’empreinte qu’il montre, et acceptez-la."
    ),
    "Look whether it opens in a browser.": "Voyez si elle s’ouvre dans un navigateur.",
    "Make it in PowerShell or in Python: $x is x there.": "Faites-la en PowerShell ou en Python : $x y est x.",
    "Make one: $session = New-CsOnlineSession …": "Faites-en une : $session = New-CsOnlineSession …",
    "Make one: $session = New-PSSession …": "Faites-en une : $session = New-PSSession …",
    "Name a document, or a folder of documents.": "Nommez un document, ou un dossier de documents.",
    "Name a file that is there.": "Nommez un fichier qui existe.",
    'Name a property: diff(other, key="Identity").': 'Nommez une propriété : diff(other, key="Identity").',
    "Name a user or an admin domain, with --override-powershell-uri if you know the endpoint.": (
        "Nommez un utilisateur ou un domaine d’administration, avec --override-powershell-uri si vous connaissez le "
        "point de terminaison."
    ),
    "Name another file with -o, or another form with --to.": (
        "Nommez un autre fichier avec -o, ou une autre forme avec --to."
    ),
    "Name each once.": "Nommez chacune une fois.",
    "Name it as text: text=[{}].": "Nommez-la comme texte : text=[{}].",
    "Name one: --kernel NAME": "Nommez-en un : --kernel NAME",
    "Name the one key that fits (--key FILE).": "Nommez la clé qui convient (--key FILE).",
    "Name the parameter: %lync help {}": "Nommez le paramètre : %lync help {}",
    "Name the private key: --key ~/.ssh/id_ed25519": "Nommez la clé privée : --key ~/.ssh/id_ed25519",
    "Name what is: --redact 'MobilePhone,*Mail*'": "Nommez ce qui l’est : --redact 'MobilePhone,*Mail*'",
    "Name what it is: --redact NAMES.": "Nommez ce que c’est : --redact NAMES.",
    "No command is imported.": "Aucune commande n’est importée.",
    "No imported command matches {}.": "Aucune commande importée ne correspond à {}.",
    "No module came with it, so nothing was imported. Name one: %lync connect --local --module NAME": (
        "Aucun module n’est venu avec, donc rien n’a été importé. Nommez-en un : %lync connect --local --module NAME"
    ),
    "No program on this machine has left a session behind.": "Aucun programme de cette machine n’a laissé de session.",
    "No sandbox tenant was running.": "Aucun bac à sable ne tournait.",
    "No session is connected.": "Aucune session n’est ouverte.",
    "None is kept for {}.": "Aucun n’est gardé pour {}.",
    "Not known here yet: {}": "Pas encore connu ici : {}",
    "Nothing of the cell was run.": "Rien de la cellule n’a été exécuté.",
    'One a line (TOML): user_name = "Ken Myer"': 'Un par ligne (TOML) : user_name = "Ken Myer"',
    "One message of the server could not be read and was left out: {}.": (
        "Un message du serveur était illisible et a été laissé de côté : {}."
    ),
    "Open a session of your own after the fork.": "Ouvrez une session à vous après le fork.",
    "Open it in Jupyter, or save it again.": "Ouvrez-le dans Jupyter, ou enregistrez-le de nouveau.",
    "Call Rscript from PowerShell (Rscript FILE.R), or write it in Python (#!python).": (
        "Appelez Rscript depuis PowerShell (Rscript FILE.R), ou écrivez-le en Python (#!python)."
    ),
    "It is in this folder, of which PowerShell loads no commands by name: {}": (
        "Il est dans ce dossier, dont PowerShell ne charge aucune commande par son nom : {}"
    ),
    "PowerShell 7 runs the whole cell: %lync engine tells how.": (
        "PowerShell 7 exécute toute la cellule : %lync engine dit comment."
    ),
    "Usage: %lync run FILE.ps1 [-Name value …]": "Usage : %lync run FICHIER.ps1 [-Name valeur …]",
    "Paste the file into a cell.": "Collez le fichier dans une cellule.",
    "Mend that line of the file, and run the cell again.": "Corrigez cette ligne du fichier, et relancez la cellule.",
    "Get-Help NAME tells the same.": "Get-Help NOM dit la même chose.",
    "PowerShell was started anew.": "PowerShell a été redémarré.",
    "Put the password into it, or leave --env out.": "Mettez-y le mot de passe, ou omettez --env.",
    "Put the proxy's whole address into HTTPS_PROXY before the kernel starts, or use lync_magic.connect(proxy=...).": (
        "Mettez l’adresse entière du proxy dans HTTPS_PROXY avant le démarrage du noyau, ou prenez "
        "lync_magic.connect(proxy=...)."
    ),
    "Put them into the proxy's address (http://user:password@proxy.example:8080), and that into HTTPS_PROXY.": (
        "Mettez-les dans l’adresse du proxy (http://user:password@proxy.example:8080), et celle-ci dans HTTPS_PROXY."
    ),
    "Python cells (#!python, %%python) run in this kernel; open a notebook of its own for another.": (
        "Les cellules Python (#!python, %%python) tournent dans ce noyau ; pour un autre, ouvrez un notebook à part."
    ),
    "Read it in a cell.": "Lisez-le dans une cellule.",
    "Read it to its end, or stop it (stream.close() or session.stop()), and run this command then.": (
        "Lisez-le jusqu’au bout, ou arrêtez-le (stream.close() ou session.stop()), puis lancez cette commande."
    ),
    "Read it with the lync_magic that made it, or a newer one.": (
        "Lisez-la avec le lync_magic qui l’a faite, ou un plus récent."
    ),
    "Read its results to the end, or interrupt it, then run the next command.": (
        "Lisez ses résultats jusqu’au bout, ou interrompez-la, puis lancez la commande suivante."
    ),
    "Record it anew where the report has changed: --record FILE --mode rewrite.": (
        "Enregistrez-la de nouveau si le rapport a changé : --record FILE --mode rewrite."
    ),
    "Record it: --record {} --mode once": "Enregistrez-la : --record {} --mode once",
    "Remove a session that you no longer need (%lync sessions, %lync remove); the server itself ends those of "
    "closed programs when their idle time is over.": (
        "Supprimez une session dont vous n’avez plus besoin (%lync sessions, %lync remove) ; le serveur met fin "
        "lui-même à celles des programmes fermés après leur délai d’inactivité."
    ),
    "Remove one that you no longer need (%lync remove, where it is), or close its notebook.": (
        "Supprimez-en une dont vous n’avez plus besoin (%lync remove, là où elle est), ou fermez son notebook."
    ),
    "Remove sessions that you no longer need (%lync remove), or raise the limit (ulimit -n).": (
        "Supprimez les sessions dont vous n’avez plus besoin (%lync remove), ou relevez la limite (ulimit -n)."
    ),
    "Removed: {}. The seat is free.": "Supprimée : {}. La place est libre.",
    "Removed: {}. The seats are free.": "Supprimées : {}. Les places sont libres.",
    "Run %load_ext lync_magic first.": "Lancez d’abord %load_ext lync_magic.",
    "Run the cell again.": "Relancez la cellule.",
    "Run the cell that makes it first; #!who lists them.": "Lancez d’abord la cellule qui la fait ; #!who les montre.",
    "Run the command again to sign in.": "Relancez la commande pour vous connecter.",
    'Run: %pip install "lync-magic[{}]" and restart the kernel.': (
        'Lancez : %pip install "lync-magic[{}]" et redémarrez le noyau.'
    ),
    "Run: %pip install PySocks": "Lancez : %pip install PySocks",
    "Say where it is: env=NAME, keyring=True, or a profile.": "Dites où il est : env=NAME, keyring=True, ou un profil.",
    "See its parameters: %lync help {}": "Voyez ses paramètres : %lync help {}",
    "See what it needs: %lync help {}": "Voyez ce qu’il lui faut : %lync help {}",
    "See what it says when it is started by hand.": "Voyez ce qu’il dit quand on le démarre à la main.",
    "See what it says when it is started by hand. {}": "Voyez ce qu’il dit quand on le démarre à la main. {}",
    "See what there is: %lync commands.": "Pour voir ce qu’il y a : %lync commands.",
    "See which it has: lync-magic tape show {}": "Voyez lesquelles elle a : lync-magic tape show {}",
    "Set it first: {} = …": "Donnez-lui d’abord une valeur : {} = …",
    "Set this machine's clock right; Kerberos allows five minutes.": (
        "Mettez l’horloge de cette machine à l’heure ; Kerberos permet cinq minutes."
    ),
    "Set {} before the kernel starts; it is read once and removed.": (
        "Donnez une valeur à {} avant le démarrage du noyau ; elle est lue une fois, puis ôtée."
    ),
    "Set {} where the workers run.": "Donnez une valeur à {} là où tournent les exécutants.",
    "Show the form with %lync connect USER, sign in, and run this cell again.": (
        "Montrez le formulaire avec %lync connect USER, connectez-vous, et relancez cette cellule."
    ),
    "Sign in again, and connect again.": "Identifiez-vous de nouveau, et reconnectez-vous.",
    "Sign in again: %lync connect {}": "Identifiez-vous de nouveau : %lync connect {}",
    "Sign in as an administrator of the tenant.": "Connectez-vous comme administrateur du client.",
    "Sign in as {}, password {} (%lync connect {})": "Connectez-vous comme {}, mot de passe {} (%lync connect {})",
    "Sign in in the form above and run this cell again. For Run All: ipykernel 7.4 or later, or --prompt.": (
        "Connectez-vous dans le formulaire ci-dessus et relancez cette cellule. Pour tout exécuter : ipykernel 7.4 "
        "ou plus récent, ou --prompt."
    ),
    "Sign in with --auth negotiate, which does not hand it over.": (
        "Connectez-vous avec --auth negotiate, qui ne le transmet pas."
    ),
    "Sign in without --keyring.": "Connectez-vous sans --keyring.",
    "Sign in, and run the command again.": "Connectez-vous et relancez la commande.",
    "Signing in with OAuth": "La connexion par OAuth",
    "Signing in with kerberos": "La connexion par kerberos",
    "Some services leave a new session waiting while all that you may hold are taken (%lync sessions, %lync remove).": (
        "Certains services font attendre une nouvelle session tant que toutes vos places sont prises (%lync "
        "sessions, %lync remove)."
    ),
    "Something between this machine and the server loses answers.": (
        "Quelque chose entre cette machine et le serveur perd des réponses."
    ),
    "Start it again: %lync sandbox": "Redémarrez-le : %lync sandbox",
    "Start it: %lync sandbox": "Démarrez-le : %lync sandbox",
    "Stop it first: %lync sandbox stop": "Arrêtez-le d’abord : %lync sandbox stop",
    "Take @input, or #!set --name x --value @password.": "Prenez @input, ou #!set --name x --value @password.",
    "Take back what died: %lync reclaim {}": "Reprenez ce qui est mort : %lync reclaim {}",
    "Take it out, and change it if it was a real one. Sign in by the form, keyring = true, or env = NAME.": (
        "Ôtez-le, et changez-le si c’en était un vrai. Connectez-vous par le formulaire, keyring = true, ou env = NAME."
    ),
    "Take one of the #!import lines out.": "Ôtez l’une des lignes #!import.",
    "Take the & at the end away: the cell waits for the command.": "Ôtez le & final : la cellule attend la commande.",
    "The PowerShell of this notebook had ended. {}": "Le PowerShell de ce notebook avait pris fin. {}",
    "The commands of {} have changed: {}.": "Les commandes de {} ont changé : {}.",
    "The connection of ssh to {}": "La connexion ssh à {}",
    "The connection of ssh to {} ended{}.": "La connexion ssh à {} a pris fin{}.",
    "The connection of ssh to {} ended{}: {}": "La connexion ssh à {} a pris fin{} : {}",
    'The host needs "{}" in its sshd_config.': 'L’hôte a besoin de "{}" dans son sshd_config.',
    "The least is {} milliseconds.": "Le minimum est de {} millisecondes.",
    "The password is in your keyring. Next time connect with --keyring; %lync forget removes it.": (
        "Le mot de passe est dans votre trousseau. La prochaine fois, connectez-vous avec --keyring ; %lync forget "
        "l’en ôte."
    ),
    "The password of {} is no longer in the keyring.": "Le mot de passe de {} n’est plus dans le trousseau.",
    "The process {}": "Le processus {}",
    "The process {} ended": "Le processus {} a pris fin",
    "The process {} ended{}.": "Le processus {} a pris fin{}.",
    "The process {} ended{}: {}": "Le processus {} a pris fin{} : {}",
    "The proxy": "Le proxy",
    "The proxy is silent.": "Le proxy se tait.",
    "The proxy {}": "Le proxy {}",
    "The result of {} did not come whole: {}": "Le résultat de {} n’est pas venu entier : {}",
    "The objects that it was sending did not come.": "Les objets qu’il envoyait ne sont pas venus.",
    "Start another one.": "Démarrez-en un autre.",
    "The sandbox tenant has stopped.": "Le bac à sable est arrêté.",
    "The sandbox tenant {} is running at {}": "Le bac à sable {} tourne à {}",
    "The session was taken over or disconnected elsewhere.": "La session a été reprise ou déconnectée ailleurs.",
    "The state of {} is {}.": "L’état de {} est {}.",
    "The value is $null, no session: connect first (New-CsOnlineSession).": (
        "La valeur est $null, pas une session : connectez-vous d’abord (New-CsOnlineSession)."
    ),
    "There are: {}.": "Il y a : {}.",
    "There is no session.": "Il n’y a pas de session.",
    "There is no session. Connect: %lync connect USER": "Il n’y a pas de session. Connectez-vous : %lync connect USER",
    "These parameters do not go together: %lync help {}": "Ces paramètres ne vont pas ensemble : %lync help {}",
    "This endpoint takes commands only; %%lync cells are taken apart into commands.": (
        "Ce point de terminaison ne prend que des commandes ; les cellules %%lync y sont décomposées."
    ),
    "Those that there are: Get-Help {}": "Celles qu’il y a : Get-Help {}",
    "Tokens are asked of {} only.": "Les jetons ne se demandent qu’à {}.",
    "Try again later.": "Réessayez plus tard.",
    "Try again later; what may have been made there is taken back.": (
        "Réessayez plus tard ; ce qui a pu y être créé est repris."
    ),
    "Try again with --clear.": "Réessayez avec --clear.",
    "Try again, or give it more time.": "Réessayez, ou laissez plus de temps.",
    "Try again.": "Réessayez.",
    "Try again; if it lasts, check the address.": "Réessayez ; si cela dure, vérifiez l’adresse.",
    "Unlock it, or sign in without --keyring.": "Déverrouillez-le, ou connectez-vous sans --keyring.",
    "Use Basic, Negotiate, Kerberos or CredSSP.": "Prenez Basic, Negotiate, Kerberos ou CredSSP.",
    "Use a key of your ssh agent, give password=..., or connect in a notebook, where a form asks.": (
        "Utilisez une clé de votre agent ssh, donnez password=..., ou connectez-vous dans un notebook, où un "
        "formulaire la demande."
    ),
    "Use letters, digits and underscores.": "Prenez des lettres, des chiffres et des soulignés.",
    "Use one of: {}.": "Prenez l’un de : {}.",
    "Use the host's full name, as its domain knows it.": (
        "Prenez le nom complet de l’hôte, comme son domaine le connaît."
    ),
    "Use the https address, or sign in with negotiate, ntlm or kerberos, which encrypt.": (
        "Utilisez l’adresse https, ou connectez-vous avec negotiate, ntlm ou kerberos, qui chiffrent."
    ),
    "Use the https address.": "Prenez l’adresse https.",
    "Use the server's https address.": "Utilisez l’adresse https du serveur.",
    "Use threads or a process pool; or say that it does no harm: fan_out(..., may_run_twice=True).": (
        "Prenez des fils d’exécution ou un groupe de processus ; ou dites que c’est sans danger : fan_out(..., "
        "may_run_twice=True)."
    ),
    "WARNING: The password was not kept: {}": "WARNING: Le mot de passe n’a pas été gardé : {}",
    "Waiting for the command that runs on {}": "Attente de la commande qui s’exécute sur {}",
    "Waiting for {}:": "Attente de {} :",
    "What lived in it is gone.": "Ce qui y vivait est perdu.",
    "What other machines hold is free when its idle time is over.": (
        "Ce que tiennent d’autres machines est libre à la fin du délai d’inactivité."
    ),
    "Whether its commands have changed is not known: {}": "On ne sait pas si ses commandes ont changé : {}",
    "Whether the server did what it was asked is not known: look before you ask again.": (
        "Que le serveur ait fait ce qui lui était demandé n’est pas su : regardez avant de redemander."
    ),
    "Whoever gives the tokens of this session has to give a new one.": (
        "Qui donne les jetons de cette session doit en donner un nouveau."
    ),
    "Whoever runs the server has to turn on TLS 1.2 or later.": (
        "Qui gère le serveur doit activer TLS 1.2 ou plus récent."
    ),
    "Without a form: %lync connect USER --prompt (on the input line), --env NAME (the password in an environment "
    "variable), --keyring, --password-fd N, --token-env NAME, or lync_magic.connect(USER, password=...).": (
        "Sans formulaire : %lync connect USER --prompt (sur la ligne de saisie), --env NAME (le mot de passe dans une "
        "variable d’environnement), --keyring, --password-fd N, --token-env NAME, ou "
        "lync_magic.connect(USER, password=...)."
    ),
    "Without it: [regex]::Replace($text, 'pattern', { … }).": "Sans lui : [regex]::Replace($text, 'motif', { … }).",
    "Without it: a [pscustomobject] and a function.": "Sans lui : un [pscustomobject] et une fonction.",
    "Write a value after the parameter: %lync help {}": "Écrivez une valeur après le paramètre : %lync help {}",
    "Write it as JSON, or in quotes.": "Écrivez-le en JSON, ou entre guillemets.",
    "Write it in PowerShell or in Python (#!python).": "Écrivez-le en PowerShell ou en Python (#!python).",
    "Write it in PowerShell, or give it to Add-Type -TypeDefinition.": (
        "Écrivez-le en PowerShell, ou donnez-le à Add-Type -TypeDefinition."
    ),
    "Write one of: {}.": "Écrivez l’un de : {}.",
    "Write over it with --force, or elsewhere with -o.": "Remplacez-le avec --force, ou écrivez ailleurs avec -o.",
    "Write the parameter's name in full: %lync help {}": "Écrivez le nom entier du paramètre : %lync help {}",
    "Write: #!import FILE (.ps1, .dib, .ipynb, .py, .html)": "Écrivez : #!import FILE (.ps1, .dib, .ipynb, .py, .html)",
    "Write: #!set --name {} --value VALUE": "Écrivez : #!set --name {} --value VALUE",
    "Write: {}": "Écrivez : {}",
    "conda install -c conda-forge powershell, or your distribution's package: https://aka.ms/install-powershell": (
        "conda install -c conda-forge powershell, ou le paquet de votre distribution : "
        "https://aka.ms/install-powershell"
    ),
    "exit ended this PowerShell session (exit code {}). The next cell starts a new one.": (
        "exit a mis fin à cette session PowerShell (code {}). La prochaine cellule en démarre une nouvelle."
    ),
    "it sends back what it is sent.": "il renvoie ce qu’on lui envoie.",
    "it wrote: {}": "il a écrit : {}",
    "ssh has keys and passwords (--key), subsystems (--subsystem) and jumps (--ssh-option ProxyJump=HOST).": (
        "ssh a des clés et mots de passe (--key), des sous-systèmes (--subsystem) et des rebonds (--ssh-option "
        "ProxyJump=HOST)."
    ),
    "{} $session; the sessions: Get-PSSession.": "{} $session ; les sessions : Get-PSSession.",
    "{} A PowerShell command holds a hyphen: Get-CsTenant.": (
        "{} Une commande PowerShell contient un trait d’union : Get-CsTenant."
    ),
    "{} Connecting again.": "{} Reconnexion en cours.",
    "{} It only reads, so it is asked again.": "{} Elle ne fait que lire ; elle est donc redemandée.",
    "{} The next command connects again.": "{} La prochaine commande se reconnecte.",
    "{} answers {}; nothing is sent anywhere.": "{} répond {} ; rien n’est envoyé nulle part.",
    "{} asks before it changes something (--confirm).": "{} demande avant de modifier quelque chose (--confirm).",
    "{} belongs to its connection: a proxy on the way must keep it open.": (
        "{} est lié à sa connexion : un proxy sur le trajet doit la garder ouverte."
    ),
    "{} commands imported: {}() in Python, %lync {} in PowerShell, and so on.": (
        "{} commandes importées : {}() en Python, %lync {} en PowerShell, etc."
    ),
    "{} has ended.": "{} a pris fin.",
    "{} has not begun to speak as a PowerShell server within {} seconds.": (
        "{} n’a pas commencé à parler comme un serveur PowerShell en {} secondes."
    ),
    "{} has not begun to speak as a PowerShell server within {} seconds; it wrote: {}": (
        "{} n’a pas commencé à parler comme un serveur PowerShell en {} secondes ; il a écrit : {}"
    ),
    "{} is being removed. {}": "On est en train de supprimer {}. {}",
    "{} is open again.": "{} est de nouveau ouverte.",
    "{} is open again; run the cell that needed it.": (
        "{} est de nouveau ouverte ; lancez la cellule qui en avait besoin."
    ),
    "{} is open on {} already; commands go to it (--new opens another).": (
        "{} est déjà ouverte sur {} ; les commandes y vont (--new en ouvre une autre)."
    ),
    "{} is open, but its commands are not imported: %lync import": (
        "{} est ouverte, mais ses commandes ne sont pas importées : %lync import"
    ),
    "{} needs the package {}, which is not installed.": "{} : il faut le paquet {}, qui n’est pas installé.",
    "{} of {} are taken: {}": "{} places de {} sont prises : {}",
    "{} refused the request{}.": "{} a refusé la requête{}.",
    "{} was imported from {}, which was removed. Connect again: %lync connect USER": (
        "{} a été importé de {}, qui est supprimée. Reconnectez-vous : %lync connect USER"
    ),
    "{} was lost: {}.": "La connexion de {} est perdue : {}.",
    "{} was removed. {}": "On a supprimé {}. {}",
    "{}.{} In a hybrid deployment name the admin domain (--override-admin-domain); or give the endpoint itself: "
    "--uri https://host/OcsPowershell.": (
        "{}.{} Dans un déploiement hybride, nommez le domaine d’administration (--override-admin-domain) ; ou donnez "
        "le point de terminaison même : --uri https://host/OcsPowershell."
    ),
    "{}: it grants no shorter time.": "{} : il n’accorde pas de temps plus court.",
    "{}Give a user name as name@domain, or say where to connect: --uri, --computer, --override-admin-domain.": (
        "{}Donnez un utilisateur sous la forme nom@domaine, ou dites où vous connecter : --uri, --computer, "
        "--override-admin-domain."
    ),
    "{}Help: {} --help": "{}Aide : {} --help",
}
