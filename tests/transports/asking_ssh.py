"""Stands for ssh where a test wants other questions than a real one asks here: asks what it is told to, by the program
that SSH_ASKPASS names and as OpenSSH does, writes down what came, and speaks as a server then.

Arguments: a file for the answers, then one word a question, `MANNER|TEXT`; the rest is ssh's own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

answers = Path(sys.argv[1])
questions = [word for word in sys.argv[2:] if "|" in word]
came = []
for question in questions:
    manner, _, text = question.partition("|")
    assert os.environ["SSH_ASKPASS_REQUIRE"] == "force"
    environment = {**os.environ, **({"SSH_ASKPASS_PROMPT": manner} if manner else {})}
    helper = subprocess.Popen([os.environ["SSH_ASKPASS"], text], env=environment, stdout=subprocess.PIPE)
    if manner == "none":  # a notice stands until ssh ends it
        time.sleep(0.3)
        helper.terminate()
    said = helper.communicate()[0].decode()
    came.append([helper.returncode, said])
    answers.write_text(json.dumps(came))
    if helper.returncode > 0:
        sys.exit("nobody answered")
echo = Path(__file__).with_name("echo_server.py")
os.execv(sys.executable, [sys.executable, str(echo)])
