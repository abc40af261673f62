"""The French words of what to write instead of what a cell cannot have here."""

from __future__ import annotations

from typing import Final

WAYS: Final = {
    "A document is read by [xml](Get-Content FILE -Raw), and kept by: $xml.OuterXml | Set-Content FILE": (
        "Un document se lit par [xml](Get-Content FICHIER -Raw), et se garde par : $xml.OuterXml | Set-Content FICHIER"
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
}
