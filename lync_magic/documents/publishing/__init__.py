"""Documents published: a folder of them as pages to read, each with what checking it found, and as notebooks to run."""

from lync_magic.documents.publishing.site import Site, build

__all__ = ["Site", "build"]
