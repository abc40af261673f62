"""Types of .NET that have a file of their own: each says what it has when it is imported, which is here."""

from lync_magic.language.values import clocks, culture_values, digests, xml_values

__all__ = ["clocks", "culture_values", "digests", "xml_values"]
