"""Placeholder replaced below."""

from collections.abc import Iterator


def write_objects(path: str, output: Iterator[object], *, append: bool) -> None:
    raise NotImplementedError
