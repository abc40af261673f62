"""The program that ssh starts in place of a terminal (`SSH_ASKPASS`): it carries the question to the kernel, and the
answer back.

Rules: it is run as a file, by itself (`python -I -S askpass.py QUESTION`), and imports nothing of this package. The
answer comes through the socket that `LYNC_MAGIC_ASKPASS` names and goes to standard output, which is ssh's pipe. Where
nobody answers, or the kernel is gone, it ends with exit code 1.
"""

from __future__ import annotations

import os
import socket
import sys

SOCKET_VARIABLE = "LYNC_MAGIC_ASKPASS"
ANSWERED = b"="
"""What stands before an answer, so that an empty one is none the less one."""


def main() -> int:
    """Ask, and write the answer. The exit code is 0 where there is one."""
    manner = os.environ.get("SSH_ASKPASS_PROMPT", "")
    question = os.fsencode(f"{manner}\0{' '.join(sys.argv[1:])}")
    answer = bytearray()
    try:
        with socket.socket(socket.AF_UNIX) as kernel:
            kernel.connect(os.environ[SOCKET_VARIABLE])
            kernel.sendall(question)
            kernel.shutdown(socket.SHUT_WR)
            while piece := kernel.recv(4096):
                answer += piece
    except (OSError, KeyError):
        return 1
    if not answer.startswith(ANSWERED):
        return 1
    os.write(1, answer[1:] + b"\n")
    answer[:] = bytes(len(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
