"""The cmdlets that run on this side, each a declaration of its parameters and a function over a stream of objects."""
