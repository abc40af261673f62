"""Objects as a console's text: what Format-Table, Format-List, Format-Wide, Out-String and Out-File write."""
