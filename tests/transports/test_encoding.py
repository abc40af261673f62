"""Base64 is read alike with and without pybase64."""

from __future__ import annotations

import base64
import binascii
import os

import pytest

from lync_magic.transports.encoding import a2b_base64, strict_base64


@pytest.mark.parametrize("size", [0, 1, 2, 3, 57, 4096])
def test_it_reads_what_the_standard_library_writes(size: int) -> None:
    data = os.urandom(size)
    assert a2b_base64(base64.b64encode(data)) == data
    assert a2b_base64(base64.encodebytes(data)) == data


@pytest.mark.parametrize("text", [b"QUJD\r\nREVG\r\n", b" QUJD", b"QUI=\n"])
def test_it_skips_what_stands_between(text: bytes) -> None:
    assert a2b_base64(text) == binascii.a2b_base64(text)


@pytest.mark.parametrize("text", [b"QUJDR", b"QUJDRA", b"Q"])
def test_what_is_cut_off_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError):
        a2b_base64(text)


@pytest.mark.parametrize("text", [b"QUJDREVG", b"QUJD\r\nREVG\r\n", b" QUJD\tREVG"])
def test_the_strict_way_takes_white_space(text: bytes) -> None:
    assert strict_base64(memoryview(text)) == b"ABCDEF"


@pytest.mark.parametrize("text", [b"QUJD\0REVG", b"QUJD*REVG", b"QUJDR", b"QUI=QUJD", b"QUI"])
def test_the_strict_way_takes_nothing_else(text: bytes) -> None:
    with pytest.raises(ValueError):
        strict_base64(text)
