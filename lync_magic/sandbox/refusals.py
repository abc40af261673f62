"""The faults of a strict server, for requests that a lenient one reads: WinRM's numbers (see `strictness`).

Rules of this file: as in `faults`.
"""

from __future__ import annotations

from typing import Final

from lync_magic.sandbox.faults import CANNOT, SERVICE_CANNOT, WSManFault

INVALID_BODY: Final = 2150858791
INVALID_OPTIONS: Final = 2150858809
INVALID_SELECTORS: Final = 2150858813
MAX_ENVELOPE_SIZE: Final = 2150858823
INVALID_TIMEOUT_HEADER: Final = 2150858881
LOCALE_MUST_BE_UNDERSTOOD: Final = 2150858887
NOT_UNDERSTOOD: Final = 2150859035
INVALID_ENUMERATION_CONTEXT: Final = 2150858779
IDLE_TIMEOUT_OUT_OF_BOUNDS: Final = 2150859250


def envelope_too_large(most: int) -> WSManFault:
    """The client allows answers that this server does not make."""
    return WSManFault(
        MAX_ENVELOPE_SIZE,
        f"{CANNOT} because the MaxEnvelopeSize value in the request is above {most}. ",
        "w:EncodingLimit",
        sender=True,
    )


def invalid_timeout() -> WSManFault:
    """An OperationTimeout that is too short."""
    return WSManFault(
        INVALID_TIMEOUT_HEADER,
        f"{CANNOT} because the OperationTimeout value in the request is invalid. ",
        "w:InvalidParameter",
        sender=True,
    )


def not_understood(tag: str) -> WSManFault:
    """A header that the server must understand, and does not."""
    return WSManFault(
        NOT_UNDERSTOOD,
        f"{CANNOT} because the request contains a header that it does not understand: {tag}. ",
        "w:UnsupportedFeature",
        sender=True,
    )


def locale_must_not_be_understood() -> WSManFault:
    """The client insists on its language."""
    return WSManFault(
        LOCALE_MUST_BE_UNDERSTOOD,
        f"{CANNOT}. The mustUnderstand attribute on the Locale header is not supported. ",
        "w:UnsupportedFeature",
        sender=True,
    )


def invalid_selectors() -> WSManFault:
    """Selectors that this resource does not have, or none where it needs one."""
    return WSManFault(
        INVALID_SELECTORS,
        f"{CANNOT} because the request contains invalid selectors for the resource. ",
        "w:InvalidSelectors",
        sender=True,
    )


def invalid_options() -> WSManFault:
    """Options that must be complied with and are not known, are there twice, or are missing."""
    return WSManFault(
        INVALID_OPTIONS, f"{CANNOT} because the request contains invalid options. ", "w:InvalidOptions", sender=True
    )


def invalid_body() -> WSManFault:
    """A body that does not keep to its schema."""
    return WSManFault(
        INVALID_BODY,
        f"{CANNOT} because the SOAP body in the request does not match the schema. ",
        "w:SchemaValidationError",
        sender=True,
    )


def invalid_enumeration_context() -> WSManFault:
    """A Pull for an enumeration that is over, or never was."""
    return WSManFault(
        INVALID_ENUMERATION_CONTEXT,
        f"{CANNOT}. The enumeration context supplied in the request is invalid. ",
        "n:InvalidEnumerationContext",
        sender=True,
    )


def idle_timeout_out_of_bounds(shortest: float, longest: float) -> WSManFault:
    """The idle time-out that the client asks for is none that this server grants. Seconds."""
    return WSManFault(
        IDLE_TIMEOUT_OUT_OF_BOUNDS,
        f"{SERVICE_CANNOT} because the requested IdleTimeOut is outside the allowed range: {shortest * 1000:.0f} to "
        f"{longest * 1000:.0f} milliseconds. ",
        "w:InvalidParameter",
        sender=True,
    )
