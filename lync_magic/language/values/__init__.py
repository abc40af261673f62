"""PowerShell's values and what its operators do with them."""
