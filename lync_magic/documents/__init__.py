"""Documents that run: what people are told to type becomes a notebook, and what they are told they will see a test."""

from lync_magic.documents.cells import POWERSHELL, PYTHON, Cell, KernelName, Notebook
from lync_magic.documents.converting import WRITABLE, convert
from lync_magic.documents.judge import judge
from lync_magic.documents.languages import NAMES, KernelNames, spec_language
from lync_magic.documents.making import Making, notebook_of
from lync_magic.documents.model import Block, Document, Judged, Kind, Printed, Prose
from lync_magic.documents.outline import Step, steps
from lync_magic.documents.parameters import checked, parameters_from
from lync_magic.documents.reading import read, read_notebook, read_text
from lync_magic.documents.reading.read import READABLE

__all__ = [
    "NAMES",
    "POWERSHELL",
    "PYTHON",
    "READABLE",
    "WRITABLE",
    "Block",
    "Cell",
    "Document",
    "Judged",
    "KernelName",
    "KernelNames",
    "Kind",
    "Making",
    "Notebook",
    "Printed",
    "Prose",
    "Step",
    "checked",
    "convert",
    "judge",
    "notebook_of",
    "parameters_from",
    "read",
    "read_notebook",
    "read_text",
    "spec_language",
    "steps",
]
