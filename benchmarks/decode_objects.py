"""The objects that the decode and memory benchmarks read: users of an imaginary tenant as PowerShell would send them.

Objects of 30 properties, about 2.1 KB each: strings in several scripts (some escaped), nulls, lists, an enumeration,
dates (a third with seven decimals), durations, GUIDs, numbers. Each object is one CLIXML element in UTF-8, as a PSRP
message holds it.
"""

from __future__ import annotations

import random
from uuid import UUID

FIRST_NAMES = ["Ken", "Pilar", "Ольга", "健", "محمد", "Zoë", "Anne-Marie", "Σοφία", "ปวีณา", "Jürgen", "Nuño", "Łukasz"]
LAST_NAMES = [
    "Myer",
    "Ackerman",
    "Иванова",
    "田中",
    "العلي",
    "O&apos;Brien",
    "Smith &amp; Sons",
    "Παππάς",
    "Weiß",
    "d_x000A_e",
]
DEPARTMENTS = ["Sales", "Marketing", "Engineering", "法務部", "Operations", "Support"]
CITIES = ["Redmond", "Paris", "München", "東京", "Αθήνα", "القاهرة"]
COUNTRIES = ["US", "FR", "DE", "JP", "GR", "EG"]
POLICIES = ["Tag:Gold", "Tag:Silver", "Tag:FederationAndPICDefault", "Global"]
OPTIONS = [("None", 0), ("ForkingEnabled", 2), ("ForkingEnabled, CallForwarding", 6), ("Archiving", 8)]
USER_TYPES = ["PureOnline", "HybridOnline", "HybridOnPrem", "DirSyncPureOnline"]
NOTES = [
    "",
    "Synchronized from the forest of litwareinc.com on the first of the month; changes made here are overwritten. " * 9,
    "Moved from the pool in Redmond; keep the number until the contract ends, then ask the owner of the department. "
    * 3,
    "会議室の電話機を使う。" * 12,
    "Compte de service &lt;ne pas supprimer&gt;. " * 9,
    "Delegates: Ken Myer, Pilar Ackerman; response group agent for the help desk in Paris and in Munich. " * 4,
]
EMOJI = "_xD83D__xDE00_"

TYPE = (
    '<TN RefId="0"><T>Microsoft.Rtc.Management.ADConnect.Schema.OCSADUser</T>'
    "<T>Microsoft.Rtc.Management.ADConnect.Schema.ADUser</T><T>System.Object</T></TN>"
)
LIST_TYPE = "<T>System.String[]</T><T>System.Array</T><T>System.Object</T>"
ENUM_TYPE = "<T>Microsoft.Rtc.Management.UserOptions</T><T>System.Enum</T><T>System.ValueType</T><T>System.Object</T>"


def users(count: int, seed: int = 2013) -> list[bytes]:
    """`count` users, the same for the same seed."""
    rng = random.Random(seed)
    return [_user(rng, number).encode() for number in range(count)]


def _user(rng: random.Random, number: int) -> str:
    first, last = rng.choice(FIRST_NAMES), rng.choice(LAST_NAMES)
    place = rng.randrange(len(CITIES))
    name = f"{first} {last}" + (f" {EMOJI}" if number % 20 == 0 else "")
    alias = f"user{number}"
    option, flag = rng.choice(OPTIONS)
    nullable = [rng.choice(POLICIES) if rng.random() < 0.6 else None for _ in range(4)]
    fraction = f".{rng.randrange(10**7):07}" if number % 3 == 0 else ""
    proxies = "".join(f"<S>{kind}:{alias}@litwareinc.com</S>" for kind in ("SMTP", "smtp")[: rng.randrange(3)])
    properties = [
        f'<S N="Identity">CN={alias},OU=OCS Users,OU={UUID(int=number)},DC=lync0d001,DC=local</S>',
        f'<S N="DisplayName">{name}</S>',
        f'<S N="FirstName">{first}</S>',
        f'<S N="LastName">{last}</S>',
        f'<S N="UserPrincipalName">{alias}@litwareinc.com</S>',
        f'<S N="SipAddress">sip:{alias}@litwareinc.com</S>',
        f'<B N="Enabled">{"true" if rng.random() < 0.9 else "false"}</B>',
        f'<B N="EnterpriseVoiceEnabled">{"true" if rng.random() < 0.5 else "false"}</B>',
        '<Nil N="HostedVoiceMail" />' if rng.random() < 0.5 else '<B N="HostedVoiceMail">true</B>',
        '<Nil N="LineURI" />' if rng.random() < 0.3 else f'<S N="LineURI">tel:+1425555{number:04}</S>',
        *(
            f'<Nil N="{policy}" />' if value is None else f'<S N="{policy}">{value}</S>'
            for policy, value in zip(
                ["VoicePolicy", "ConferencingPolicy", "ClientPolicy", "ExternalAccessPolicy"], nullable, strict=True
            )
        ),
        f'<DT N="WhenCreated">2013-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}T08:30:{number % 60:02}Z</DT>',
        f'<DT N="WhenChanged">2014-01-{rng.randrange(1, 29):02}T{rng.randrange(24):02}:00:00{fraction}Z</DT>',
        f'<S N="UsageLocation">{COUNTRIES[place]}</S>',
        f'<S N="City">{CITIES[place]}</S>',
        f'<S N="Department">{rng.choice(DEPARTMENTS)}</S>',
        '<S N="RegistrarPool">sippool-db3-0d04.infra.online.lync.com</S>',
        f'<G N="ObjectId">{UUID(int=rng.getrandbits(128))}</G>',
        '<G N="TenantId">0f1e2d3c-4b5a-4678-8765-0123456789ab</G>',
        f'<Obj N="ProxyAddresses" RefId="1"><TN RefId="1">{LIST_TYPE}</TN>'
        + (f"<LST>{proxies}</LST></Obj>" if proxies else "<LST /></Obj>"),
        f'<S N="InterpretedUserType">{rng.choice(USER_TYPES)}</S>',
        f'<Obj N="OptionFlags" RefId="2"><TN RefId="2">{ENUM_TYPE}</TN><ToString>{option}</ToString>'
        f"<I32>{flag}</I32></Obj>",
        f'<I32 N="AudioQuota">{rng.randrange(1000)}</I32>',
        f'<Db N="Ratio">{rng.random()}</Db>',
        '<Version N="ClientVersion">15.0.4569.1503</Version>',
        f'<TS N="Timeout">PT{rng.choice([5, 10, 15])}M</TS>',
        f'<S N="Notes">{NOTES[number % len(NOTES)]}</S>',
    ]
    return f'<Obj RefId="0">{TYPE}<ToString>{name}</ToString><Props>{"".join(properties)}</Props></Obj>'
