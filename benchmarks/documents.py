"""How long documents take to convert: a thousand of the size of the one that the project began with.

python benchmarks/documents.py
"""

from __future__ import annotations

import contextlib
import io
import tempfile
import time
from pathlib import Path

from lync_magic.commandline.main import main as command_line

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
    """Convert a folder as `lync-magic convert` does, and print what it took."""
    with tempfile.TemporaryDirectory() as folder:
        documents = Path(folder) / "documents"
        documents.mkdir()
        for number in range(COUNT):
            text = f"# Page {number}\n\n" + (PARAGRAPH + STEP.replace("Ken Myer", f"Ken Myer {number}")) * 12
            (documents / f"page{number}.md").write_text(text, "utf-8")
        size = len(text)
        began, used = time.perf_counter(), time.process_time()
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
            command_line(["convert", str(documents), "-o", str(Path(folder) / "notebooks")])
        took, used = time.perf_counter() - began, time.process_time() - used
        made = len(list((Path(folder) / "notebooks").iterdir()))
    print(f"{made:,} documents of {size / 1024:.0f} KiB: {took:.1f} s, {used:.1f} s of a processor")


if __name__ == "__main__":
    main()
