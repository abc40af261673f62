"""What a person types: %lync, %%lync, completion.

With the kernel the only room that imports IPython. Its files parse and hand over; nothing is worked out here.
"""

from lync_magic.magics.extension import load, runner_of, show_results_as_tables, signed_in, unload
from lync_magic.magics.result import Result

__all__ = ["Result", "load", "runner_of", "show_results_as_tables", "signed_in", "unload"]
