"""A Jupyter kernel whose cells are PowerShell: `python -m lync_magic.kernel`, installed by the wheel as `lync_magic`.

It is ipykernel's own kernel. What is PowerShell of a cell goes whole to the engine; `%` magics, `!` lines and
`%%python` cells are IPython's, in the same namespace. Nothing is worked out here that `%%lync` needs too: that is in
`magics` and `powershell`.
"""

from lync_magic.kernel.app import main

__all__ = ["main"]
