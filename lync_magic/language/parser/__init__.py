"""Tokens to a syntax tree: a recursive-descent parser of the whole language."""
