"""Damaged objects among whole ones: each is an item, and the result goes to every tool all the same."""

from __future__ import annotations

import pickle
import re
import warnings
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from lync_magic.records import Reader, Records

CASES = 200
BATCH = 50
TOKENS = (
    *(b"<S>x</S>", b"<Nil />", b"</Obj>", b"<Obj>", b'<Ref RefId="0" />', b'<TNRef RefId="9" />', b"<I32>x</I32>"),
    *(b"&#xFFFE;", b"&lt", b"_xD83D_", b"\xff", b"\x00", b"99999999999999999999999", b"NaN", b"<DCT>", b"</MS><MS>"),
)
_TAG = re.compile(rb"<[^<>]{1,80}>")


def damaged(raw: bytes, random: Random) -> bytes:
    """`raw` with one damage."""
    place = random.randrange(len(raw))
    tags = list(_TAG.finditer(raw))
    match random.randrange(4):
        case 0:
            return raw[:place] + bytes([random.randrange(256)]) + raw[place + 1 :]
        case 1:
            return raw[:place] + raw[place + random.choice((1, 10, 300)) :]
        case 2 if tags:
            tag = random.choice(tags)
            return raw[: tag.start()] + random.choice(TOKENS) + raw[tag.end() :]
        case _:
            return raw[:place] + random.choice(TOKENS) * random.choice((1, 1, 30)) + raw[place:]


def everything(path: Path) -> list[Callable[[Records], object]]:
    """What can be done with a result."""
    return [
        repr,
        Records._repr_mimebundle_,
        Records.to_pandas,
        Records.to_arrow,
        lambda result: result.to_csv(path / "a.csv"),
        lambda result: result.to_json(path / "a.json"),
        lambda result: list(result) == result.tolist(),
        lambda result: pickle.loads(pickle.dumps(result)) == result,
    ]


@pytest.mark.parametrize("first", range(0, CASES, BATCH))
def test_damaged_objects_go_everywhere(
    first: int, raw_users: list[bytes], raw_types: list[bytes], tmp_path: Path
) -> None:
    pytest.importorskip("pyarrow")
    tools: list[Callable[[Any], object]] = everything(tmp_path)
    for seed in range(first, first + BATCH):
        random = Random(seed)
        source = random.choice((raw_users, raw_types))
        start = random.randrange(len(source))
        batch = source[start : start + random.choice((1, 3, 20))]
        for _ in range(random.choice((1, 3))):
            place = random.randrange(len(batch))
            batch[place] = damaged(batch[place], random)
        result = Reader().feed(batch)
        assert len(result) == len(batch)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for tool in tools:
                tool(result)
