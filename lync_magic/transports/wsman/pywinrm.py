"""pywinrm posts our messages: each goes through its `Transport.send_message`, and out over a link of ours.

Rules of this file: pywinrm is given an address and a message, and nothing else: no user name, no password, no
connection, no environment. What it makes of an answer's status decides nothing; the answer itself is handed back. A
message goes to the link once, whatever pywinrm does, and nothing of it is kept. pywinrm is imported for the first
connection over WSMan, not before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO
from typing import Any, cast

import requests
from requests.structures import CaseInsensitiveDict

from lync_magic.transports.base import nothing
from lync_magic.transports.deadline import Deadline
from lync_magic.transports.link import Answer, Link


class Messenger:
    """Posts messages to `uri` by pywinrm, over `link`; for one thread at a time."""

    def __init__(self, uri: str, link: Link) -> None:
        from winrm.transport import Transport  # twenty modules, which a process or SSH has no use for

        self._link = link
        self._session = _Session()
        self._transport = Transport(uri, auth_method="kerberos")  # the one method that asks for no name and password
        self._transport.session = self._session  # so it builds none, and with it neither a log-on nor encryption

    def post(
        self, headers: Mapping[str, str], body: bytes, deadline: Deadline, meanwhile: Callable[[], None] = nothing
    ) -> Answer:
        """Send a message and read its answer, as `Link.post` does."""
        session = self._session
        session.hand_over = partial(self._link.post, headers, deadline=deadline, meanwhile=meanwhile)
        try:
            self._transport.send_message(body)
        except Exception:
            if session.answer is None:
                raise
        finally:
            answer, session.answer, session.hand_over = session.answer, None, None
        return cast(Answer, answer)


class _Session(requests.Session):
    """What pywinrm prepares and sends a message with. hand_over: takes the message under way.  answer: to it.

    It does neither as requests does, which reads the address anew, merges cookies, and follows redirects: an address is
    right as it is, a redirect is an answer like another, and 0.2 ms a message would be a seventh of a command's time.
    """

    hand_over: Callable[[bytes], Answer] | None = None
    answer: Answer | None = None

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        """The request as it is."""
        prepared = requests.PreparedRequest()
        prepared.method, prepared.url, prepared.body = request.method, request.url, cast(bytes, request.data)
        prepared.headers = CaseInsensitiveDict()
        return prepared

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:
        """Hand the message over, once. What comes back is enough for pywinrm: status and body.

        Raises what `hand_over` raises, and RuntimeError for a message that was handed over before.
        """
        hand_over, self.hand_over = self.hand_over, None
        if hand_over is None:
            raise RuntimeError("A message was to be sent twice.")
        self.answer = hand_over(cast(bytes, request.body))
        response = requests.Response()
        response.status_code, response.reason = self.answer.status, self.answer.reason
        response.raw = BytesIO(self.answer.body)
        return response
