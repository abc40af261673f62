"""The French words of what to write instead of what a cell cannot have here."""

from __future__ import annotations

from typing import Final

WAYS: Final = {
    "A document is read by [xml](Get-Content FILE -Raw), and kept by: $xml.OuterXml | Set-Content FILE": (
        "Un document se lit par [xml](Get-Content FICHIER -Raw), et se garde par : $xml.OuterXml | Set-Content FICHIER"
    ),
    "Lay objects out last: Format-Table and its like at a pipeline's end, or before Out-String for the text.": (
        "Mettez les objets en forme en dernier : Format-Table et les autres à la fin d’un pipeline, ou avant "
        "Out-String pour le texte."
    ),
    "A program of this machine runs from Python: !program, or subprocess.run([…])": (
        "Un programme de cette machine se lance depuis Python : !programme, ou subprocess.run([…])"
    ),
    "Whether a host answers is asked from Python: !ping HOST": (
        "Demandez depuis Python si un hôte répond : !ping HÔTE"
    ),
    "In Python: shutil.make_archive(NAME, 'zip', FOLDER)": ("En Python : shutil.make_archive(NOM, 'zip', DOSSIER)"),
    "In Python: shutil.unpack_archive(FILE, FOLDER)": ("En Python : shutil.unpack_archive(FICHIER, DOSSIER)"),
    "In Python: webbrowser.open(PATH)": ("En Python : webbrowser.open(CHEMIN)"),
    "A notebook has no clipboard: keep the objects in a variable.": (
        "Un notebook n’a pas de presse-papiers : gardez les objets dans une variable."
    ),
    "Objects within objects are shown by: | ConvertTo-Json -Depth 5": (
        "Les objets imbriqués se montrent par : | ConvertTo-Json -Depth 5"
    ),
    "A file of texts is read by: Get-Content FILE -Raw | ConvertFrom-StringData": (
        "Un fichier de textes se lit par : Get-Content FICHIER -Raw | ConvertFrom-StringData"
    ),
    "A hashtable does the same: $texts = @{ … }": ("Une table de hachage fait de même : $textes = @{ … }"),
    "Add the member to each object: Add-Member -MemberType ScriptProperty …": (
        "Ajoutez le membre à chaque objet : Add-Member -MemberType ScriptProperty …"
    ),
    "Take that line out of the file: the commands of a session are here without their module.": (
        "Retirez cette ligne du fichier : les commandes d’une session sont là sans leur module."
    ),
    "Its functions without a module: . ([scriptblock]::Create((Get-Content FILE -Raw))); or keep it as a .ps1 file and "
    "dot-source that.": (
        "Ses fonctions sans module : . ([scriptblock]::Create((Get-Content FILE -Raw))) ; ou gardez-le comme fichier "
        ".ps1, à appeler par un point."
    ),
    "The cells that ran are the notebook's: %history": "Les cellules exécutées sont celles du notebook : %history",
    "A notebook has no profile: what comes first stands in its first cell.": (
        "Un notebook n’a pas de profil : ce qui vient d’abord est dans sa première cellule."
    ),
    "What is known of it: $_.Exception.Message, $_.CategoryInfo, $_.InvocationInfo.PositionMessage, "
    "$_.ScriptStackTrace": (
        "Ce qui en est connu : $_.Exception.Message, $_.CategoryInfo, $_.InvocationInfo.PositionMessage, "
        "$_.ScriptStackTrace"
    ),
    "Functions need no module here: define them as they stand, or dot-source a .ps1 file.": (
        "Les fonctions n’ont pas besoin de module ici : définissez-les telles quelles, ou appelez un fichier .ps1 par "
        "un point."
    ),
    "The last error: $Error[0].Exception.Message, $Error[0].CategoryInfo": (
        "La dernière erreur : $Error[0].Exception.Message, $Error[0].CategoryInfo"
    ),
    "Take -Parallel away: the same runs one after the other.": (
        "Ôtez -Parallel : le même s’exécute l’un après l’autre."
    ),
    "Files are read and written by Get-Content -Raw, Set-Content and Add-Content.": (
        "Les fichiers se lisent et s’écrivent par Get-Content -Raw, Set-Content et Add-Content."
    ),
    "Folders are looked at by Get-ChildItem, and made by New-Item -ItemType Directory.": (
        "Les dossiers se lisent par Get-ChildItem, et se créent par New-Item -ItemType Directory."
    ),
    "COM is Windows' own. A workbook: | Export-Csv, or in Python: rows.to_pandas().to_excel(FILE)": (
        "COM n’existe que sous Windows. Un classeur : | Export-Csv, ou en Python : rows.to_pandas().to_excel(FICHIER)"
    ),
    "A notebook opens no windows: ask by Read-Host, show by Write-Host or, in Python, variable.show()": (
        "Un notebook n’ouvre pas de fenêtres : demandez par Read-Host, montrez par Write-Host ou, en Python, "
        "variable.show()"
    ),
    "Ask by: $answer = Read-Host 'Go on? (y/n)'": ("Demandez par : $reponse = Read-Host 'Continuer ? (o/n)'"),
    "Paste the functions of the module into a cell; the server's commands come with Import-PSSession.": (
        "Collez les fonctions du module dans une cellule ; les commandes du serveur viennent avec Import-PSSession."
    ),
    "Keep its output first: $x = …; $x | Get-Member": ("Gardez d’abord sa sortie : $x = … ; $x | Get-Member"),
    "A password does not become text here: Get-Credential asks for it, and the keyring keeps it.": (
        "Un mot de passe ne devient pas du texte ici : Get-Credential le demande, et le trousseau le garde."
    ),
    "A database is asked from Python: pandas.read_sql(…); a table of your own is a list of [pscustomobject]@{ … }": (
        "Une base de données s’interroge depuis Python : pandas.read_sql(…) ; une table à vous est une liste de "
        "[pscustomobject]@{ … }"
    ),
    "There is nothing to install here: take it out, the session brings the commands.": (
        "Il n’y a rien à installer ici : retirez-le, la session apporte les commandes."
    ),
    "Write them with the output: 2>&1 | Out-File FILE": "Écrivez-les avec la sortie : 2>&1 | Out-File FICHIER",
    "A check of values belongs to a parameter: param([ValidateSet(…)] $x)": (
        "Un contrôle de valeurs revient à un paramètre : param([ValidateSet(…)] $x)"
    ),
    "Declare every parameter in param( ).": "Déclarez chaque paramètre dans param( ).",
    "[decimal] holds 28 digits exactly, and Python's numbers have any size.": (
        "[decimal] tient 28 chiffres exactement, et les nombres de Python ont toute taille."
    ),
    "Write the type in brackets: -is [string]": "Écrivez le type entre crochets : -is [string]",
    "The directory is asked through the server: Get-CsAdUser, Get-CsUser -LdapFilter …": (
        "L’annuaire s’interroge par le serveur : Get-CsAdUser, Get-CsUser -LdapFilter …"
    ),
    "Ask by: Read-Host 'Press Enter'": "Demandez par : Read-Host 'Appuyez sur Entrée'",
    "$date.ToLocalTime() and .ToUniversalTime() move between the machine's time and UTC; others in Python: zoneinfo": (
        "$date.ToLocalTime() et .ToUniversalTime() passent entre l’heure de la machine et UTC ; les autres en "
        "Python : zoneinfo"
    ),
    'A text between double quotes is filled in where it stands: "… $x $( … )"': (
        'Un texte entre guillemets doubles se remplit là où il est : "… $x $( … )"'
    ),
    "A type of the server's is there alone: give its values as a hashtable, @{ … }": (
        "Un type du serveur n’est que là-bas : donnez ses valeurs dans une table, @{ … }"
    ),
    "A hashtable is gone through in order by: $table.GetEnumerator() | Sort-Object Name": (
        "Une table se parcourt en ordre par : $table.GetEnumerator() | Sort-Object Name"
    ),
    "The same without a type of items: [System.Collections.Queue]::new(), [System.Collections.Stack]::new()": (
        "Les mêmes sans type d’éléments : [System.Collections.Queue]::new(), [System.Collections.Stack]::new()"
    ),
}
