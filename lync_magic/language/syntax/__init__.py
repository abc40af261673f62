"""The syntax tree of PowerShell text: what was written, and where."""
