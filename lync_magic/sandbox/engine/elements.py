"""What a policy or a configuration is, and its kind.

Rules of this file: small value types. A kind is a cmdlet's noun without `Cs` (`ClientPolicy`); an identity is
`Global` or `Tag:…`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

GLOBAL: Final = "Global"
TAG: Final = "Tag:"
WRITABLE: Final = "Microsoft.Rtc.Management.WritableConfig."


@dataclass(frozen=True)
class Kind:
    """A kind of policy or configuration.

    grantable: whether its policies are given to users.  defaults: what the global one says, in order.
    """

    name: str
    type_name: str
    defaults: Mapping[str, object]
    grantable: bool = False


@dataclass(frozen=True)
class Element:
    """One policy or configuration."""

    kind: Kind
    identity: str
    properties: Mapping[str, object]

    @property
    def is_subscription_default(self) -> bool:
        """Whether it comes with the subscription, not from the tenant's administrators."""
        return self.identity.removeprefix(TAG) in _SUBSCRIPTION_DEFAULTS

    @property
    def is_global(self) -> bool:
        """Whether it is the one that holds for everybody who has no other."""
        return self.identity == GLOBAL

    def changed(self, changes: Mapping[str, object]) -> Element:
        """The same with other values."""
        return replace(self, properties=MappingProxyType({**self.properties, **changes}))

    def reset(self) -> Element:
        """The same with the kind's defaults."""
        return replace(self, properties=self.kind.defaults)


def kind(name: str, type_name: str, defaults: dict[str, object], *, grantable: bool = False) -> Kind:
    """A kind with its defaults in their order."""
    return Kind(name, type_name, MappingProxyType(defaults), grantable)


_SUBSCRIPTION_DEFAULTS: Final = frozenset(
    {
        "ClientPolicyDefaultPhoto",
        "ClientPolicyNoIMURL",
        "ClientPolicyNoPhoto",
        "ClientPolicyNoSaveIMNoArchivingNoIMURL",
        "BposSAllModality",
        "BposSAllModalityNoFT",
        "BposSIMP2P",
        "FederationAndPICDefault",
        "FederationOnly",
        "NoFederationAndPIC",
        "BusinessVoice",
    }
)
