"""What a person types: %lync, %%lync, completion.

The only room that imports IPython. Its files parse and hand over; nothing is worked out here.
"""

from lync_magic.magics.extension import load, show_results_as_tables, signed_in, unload

__all__ = ["load", "show_results_as_tables", "signed_in", "unload"]
