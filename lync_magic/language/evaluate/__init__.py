"""The evaluator: a syntax tree runs here; what belongs to the server goes there as words."""
