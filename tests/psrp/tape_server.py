"""Plays a recording as a server of the out-of-process protocol on stdin and stdout: tape_server.py RECORDING.

It waits for each line that the recorded client sent, by kind, and then says what the recorded server said until the
client's next line, with the GUIDs of the client that is there now; in the messages themselves there are none. A line of
another kind ends it with a complaint.
"""

import base64
import gzip
import json
import re
import sys

_LINE = re.compile(r"<(\w+)[^>]*PSGuid='([^']*)'")
_DATA = re.compile(r"(?<=>)[A-Za-z0-9+/=]+(?=</Data>)")
_HEADER = 21
_START = 1
_ADDRESSES = slice(_HEADER + 8, _HEADER + 40)


def without_addresses(data: bytes) -> bytes:
    """Fragments whose messages name no pool and no pipeline, as some servers write them (MS-PSRP 2.2.1)."""
    made = b""
    while data:
        end = _HEADER + int.from_bytes(data[17:21], "big")
        fragment, data = bytearray(data[:end]), data[end:]
        if fragment[16] & _START:
            fragment[_ADDRESSES] = bytes(32)
        made += fragment
    return made


def _rewritten(found: "re.Match[str]") -> str:
    return base64.b64encode(without_addresses(base64.b64decode(found[0]))).decode()


def main(path: str) -> int:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file][1:]
    rows = [row for row in rows if "line" in row and row["from"] in ("client", "server")]
    names: dict[str, str] = {}
    for row in rows:
        if row["from"] == "server":
            line = row["line"]
            match = _LINE.match(line)
            if match is not None:
                line = line.replace(match[2], names.get(match[2], match[2]), 1)
            sys.stdout.write(_DATA.sub(_rewritten, line, count=1) + "\n")
            sys.stdout.flush()
            continue
        wanted = _LINE.match(row["line"])
        said = sys.stdin.readline()
        got = _LINE.match(said)
        if wanted is None or got is None or wanted[1] != got[1]:
            sys.stderr.write(f"the tape has {row['line'][:40]!r}, the client said {said[:40]!r}\n")
            return 1
        known = names.setdefault(wanted[2], got[2])
        if known != got[2]:
            sys.stderr.write(f"the tape speaks of {known}, the client of {got[2]}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
