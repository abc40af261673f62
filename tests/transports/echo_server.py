"""A process that speaks the out-of-process line protocol and gives back what it is sent. Arguments are its manners:

--banner     says something before the protocol begins
--mute       acknowledges nothing
--die        ends at the first Data of a pipeline, with last words
--flood N    answers the first Data of a pipeline with N times 1 MB, then the rest as usual
--deaf       closes nothing when it is asked to, and ignores SIGTERM
--child      starts a child of its own that would outlive it
"""

import base64
import re
import signal
import subprocess
import sys
import time

_LINE = re.compile(r"<(\w+)[^>]*PSGuid='([^']*)'\s*(?:/>|>([^<]*)</)")
_NOBODY = "00000000-0000-0000-0000-000000000000"
_MEGABYTE = base64.b64encode(bytes(1024 * 1024)).decode()


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(manners: list[str]) -> int:
    deaf = "--deaf" in manners
    flood = int(manners[manners.index("--flood") + 1]) if "--flood" in manners else 0
    if deaf:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if "--child" in manners:
        subprocess.Popen([sys.executable, __file__, "--deaf"], stdin=subprocess.PIPE)
    if "--banner" in manners:
        say("Welcome to this machine.")
        say("")
    for line in sys.stdin:
        found = _LINE.match(line)
        if found is None:
            break
        kind, target, data = found[1], found[2], found[3] or ""
        if "--mute" in manners:
            continue
        if kind == "Data":
            if "--die" in manners and target != _NOBODY:
                sys.stderr.write("first words\nlast words: out of memory\n")
                sys.stderr.flush()
                return 3
            for _ in range(flood if target != _NOBODY else 0):
                say(f"<Data Stream='Default' PSGuid='{target}'>{_MEGABYTE}</Data>")
            flood = flood if target == _NOBODY else 0
            say(f"<DataAck PSGuid='{target}' />")
            say(f"<Data Stream='Default' PSGuid='{target}'>{data}</Data>")
        elif kind != "Close" or not deaf:
            say(f"<{kind}Ack PSGuid='{target}' />")
            if kind == "Close" and target == _NOBODY:
                return 0
    while deaf:
        time.sleep(1)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
