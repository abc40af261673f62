"""How long documents take to convert: a thousand of the size of the one that the project began with.

python benchmarks/documents.py
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from lync_magic.documents import convert

COUNT = 1_000
PARAGRAPH = "This is a sentence about the session that you have opened, and about what it is good for.\n\n" * 6
STEP = """Type the following command at the prompt and press ENTER:

    Get-CsOnlineUser -Identity "Ken Myer" | Select-Object DisplayName, SipAddress

You will see information similar to this:

    DisplayName  SipAddress
    -----------  ----------
    Ken Myer     sip:kenmyer@litwareinc.com

"""


def main() -> None:
    """Convert, and print what it took."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.md"
        path.write_text("# A page\n\n" + (PARAGRAPH + STEP) * 12, "utf-8")
        size = path.stat().st_size
        began, used = time.perf_counter(), time.process_time()
        for _ in range(COUNT):
            convert(path)
        took, used = time.perf_counter() - began, time.process_time() - used
    print(f"{COUNT:,} documents of {size / 1024:.0f} KiB: {took:.1f} s, {used:.1f} s of a processor")


if __name__ == "__main__":
    main()
