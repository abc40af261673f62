"""The command line, `lync-magic`: each verb reads its words, calls one room, and says how it ended.

Exit codes: 0, all is well; 1, a document was found wrong; 2, the words were not understood; 3, the work could not be
done (a file that is not there, a server that does not answer).
"""

from lync_magic.commandline.main import main

__all__ = ["main"]
