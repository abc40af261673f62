"""A process that speaks the out-of-process line protocol and gives back what it is sent. Arguments are its manners:

--banner     says something before the protocol begins
--silent     says nothing at all
--mute       acknowledges nothing of a pipeline
--die        ends at the first Data of a pipeline, with last words
--flood N    answers the first Data of a pipeline with N times 1 MB; it does not listen meanwhile
--line N     answers the first Data of a pipeline with one line of N MB
--errors N   writes N MB of errors before it answers the first Data of a pipeline
--say TEXT   writes this where it would answer the first Data of a pipeline; PIPELINE in it is that pipeline
--deaf       closes nothing when it is asked to, and ignores SIGTERM
--child      starts a child of its own that would outlive it and holds its pipes
"""

import base64
import re
import signal
import subprocess
import sys
import time

_LINE = re.compile(r"<(\w+)[^>]*PSGuid='([^']*)'\s*(?:/>|>([^<]*)</)")
_NOBODY = "00000000-0000-0000-0000-000000000000"
_MEGABYTE = base64.b64encode(bytes(1024 * 1024 // 3 * 3)).decode()


def say(line: str, end: str = "\n") -> None:
    sys.stdout.write(line + end)
    sys.stdout.flush()


def argument(manners: list[str], name: str, default: str = "") -> str:
    return manners[manners.index(name) + 1] if name in manners else default


def answer_first(manners: list[str], target: str) -> None:
    """What its manners add to the first answer of a pipeline."""
    for _ in range(int(argument(manners, "--flood", "0"))):
        say(f"<Data Stream='Default' PSGuid='{target}'>{_MEGABYTE}</Data>")
    for _ in range(int(argument(manners, "--errors", "0"))):
        sys.stderr.write("an error\n" * (1024 * 1024 // 9))
    if "--line" in manners:
        megabytes = int(argument(manners, "--line"))
        say(f"<Data Stream='Default' PSGuid='{target}'>{_MEGABYTE * (megabytes * 3 // 4)}</Data>")
    if "--say" in manners:
        say(argument(manners, "--say").replace("PIPELINE", target), end="")


def main(manners: list[str]) -> int:
    deaf = "--deaf" in manners
    first = True
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
        if "--silent" in manners or ("--mute" in manners and target != _NOBODY):
            continue
        if kind == "Data":
            if "--die" in manners and target != _NOBODY:
                sys.stderr.write("first words\nlast words: out of memory\n")
                sys.stderr.flush()
                return 3
            say(f"<DataAck PSGuid='{target}' />")
            if target != _NOBODY and first:
                first = False
                answer_first(manners, target)
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
