"""Characters to tokens, in PowerShell's two modes."""
