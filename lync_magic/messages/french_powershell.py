"""The French words for what our functions in PowerShell say (`lync_magic/powershell/scripts`)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

IN_POWERSHELL: Final[Mapping[str, str]] = MappingProxyType(
    {
        "A property that calls {} did not go to Python with its object. Give the object its value first, as "
        "Select-Object does with a calculated property.": (
            "Une propriété qui appelle {} n’est pas passée à Python avec son objet. Donnez d’abord sa valeur à "
            "l’objet, comme le fait Select-Object avec une propriété calculée."
        ),
        "A property that asks something did not go to Python with its object. Ask first, and give the object the "
        "answer.": (
            "Une propriété qui pose une question n’est pas passée à Python avec son objet. Posez d’abord la question, "
            "et donnez la réponse à l’objet."
        ),
        "{} was not sent. It is imported in this notebook's own PowerShell; ForEach-Object -Parallel, Start-ThreadJob "
        "and Start-Job run their blocks in others. A session carries out one command at a time: call it outside of "
        "them, as in a ForEach-Object without -Parallel, or with -AsJob.": (
            "{} n’a pas été envoyée. Elle est importée dans le PowerShell de ce notebook ; ForEach-Object -Parallel, "
            "Start-ThreadJob et Start-Job exécutent leurs blocs dans d’autres. Une session exécute une commande à la "
            "fois : appelez-la en dehors d’eux, comme dans un ForEach-Object sans -Parallel, ou avec -AsJob."
        ),
        "Charts of XPlot came with .NET Interactive alone. Here a chart is Plotly's own JSON (data and layout), by "
        "Out-Display -MimeType application/vnd.plotly.v1+json, or one that Python makes of the same records "
        "(%%python).": (
            "Les graphiques de XPlot ne venaient qu’avec .NET Interactive. Ici, un graphique est le JSON de Plotly "
            "lui-même (data et layout), par Out-Display -MimeType application/vnd.plotly.v1+json, ou celui que Python "
            "fait des mêmes enregistrements (%%python)."
        ),
        "That is .NET Interactive's own. Here Out-Display shows what it is given: HTML with -MimeType text/html, a "
        "script with application/javascript.": (
            "Cela n’existe que dans .NET Interactive. Ici, Out-Display montre ce qu’il reçoit : du HTML avec -MimeType "
            "text/html, un script avec application/javascript."
        ),
        " A front end draws this chart where Plotly is installed beside it: pip install plotly": (
            " Une interface dessine ce graphique si Plotly est installé à côté d’elle : pip install plotly"
        ),
        "PowerShell's own cmdlet ran, which reaches no computer by WSMan from this system. By its name alone, {} is "
        "the one that does: not with its module's name before it, and not as an object of Get-Command.": (
            "C’est la cmdlet de PowerShell lui-même qui a été exécutée ; depuis ce système, elle n’atteint aucun "
            "ordinateur par WSMan. Par son seul nom, {} est celle qui le fait : sans le nom de son module devant, et "
            "pas comme objet de Get-Command."
        ),
        "A session is never sent without encryption (-NoEncryption). Leave it out: over http, Negotiate and Kerberos "
        "encrypt each message; else use an https address.": (
            "Une session ne passe jamais sans chiffrement (-NoEncryption). Ôtez l’option : en http, Negotiate et "
            "Kerberos chiffrent chaque message ; sinon, prenez une adresse https."
        ),
        "No proxy is looked for in the network here: the one that is set on this computer is taken.": (
            "Aucun proxy n’est cherché dans le réseau ici : celui qui est réglé sur cet ordinateur est pris."
        ),
        "Set-ExecutionPolicy: nothing to do here: cells are no script files.": (
            "Set-ExecutionPolicy : rien à faire ici : les cellules ne sont pas des fichiers de script."
        ),
        "Nobody can pick rows of a grid here. Keep those that are wanted with Where-Object.": (
            "Personne ne peut choisir des lignes d’une grille ici. Gardez celles qu’il faut avec Where-Object."
        ),
        "A notebook has no prompt to enter: use Invoke-Command -Session $session { … }.": (
            "Un notebook n’a pas d’invite où entrer : utilisez Invoke-Command -Session $session { … }."
        ),
        "No files go through a session here, only commands and objects. Where it takes script, send what is in the "
        "file: Invoke-Command -Session $session { param($text) Set-Content PATH $text } -ArgumentList "
        "(Get-Content FILE -Raw).": (
            "Aucun fichier ne passe par une session ici, seulement des commandes et des objets. Si elle prend des "
            "scripts, envoyez ce que contient le fichier : Invoke-Command -Session $session { param($text) "
            "Set-Content PATH $text } -ArgumentList (Get-Content FICHIER -Raw)."
        ),
    }
)
