"""Remote commands -> Python functions and a module."""

from lync_magic.importing.asking import CommandDetails
from lync_magic.importing.checking import NO_PARAMETER
from lync_magic.importing.command import RemoteCommand, details_of
from lync_magic.importing.connect import connect
from lync_magic.importing.details import COMMON_PARAMETERS, Details, Example, Parameter, Use, describe
from lync_magic.importing.exported import ExportedCommand, ExportedModule
from lync_magic.importing.exporting import export_session
from lync_magic.importing.importer import import_session, import_wanted
from lync_magic.importing.local import CONSOLE, make_ready
from lync_magic.importing.module import MODULE_COLUMNS, Module, ModuleTable, Namespace, modules
from lync_magic.importing.names import matches
from lync_magic.importing.sightings import MOST_LOOKED_AT, Sighting, Sightings, sightings
from lync_magic.importing.stubs import stubs
from lync_magic.importing.wanting import Wanted

__all__ = [
    "COMMON_PARAMETERS",
    "CONSOLE",
    "MODULE_COLUMNS",
    "MOST_LOOKED_AT",
    "NO_PARAMETER",
    "CommandDetails",
    "Details",
    "Example",
    "ExportedCommand",
    "ExportedModule",
    "Module",
    "ModuleTable",
    "Namespace",
    "Parameter",
    "RemoteCommand",
    "Sighting",
    "Sightings",
    "Use",
    "Wanted",
    "connect",
    "describe",
    "details_of",
    "export_session",
    "import_session",
    "import_wanted",
    "make_ready",
    "matches",
    "modules",
    "sightings",
    "stubs",
]
