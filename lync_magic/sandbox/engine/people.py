"""Who works at the tenant: names in many scripts, always the same ones in the same order.

Rules of this file: deterministic (no random numbers, no clock), any number of people, every alias once. The
first ones are people whom Microsoft's documentation names; some names hold markup, quotes or emoji on
purpose: whoever shows them must escape.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple


class Place(NamedTuple):
    """A town: city, province, country abbreviation and name, language, telephone prefix and time zone."""

    city: str
    province: str
    country: str
    country_name: str
    language: str
    prefix: str


class Person(NamedTuple):
    """One person. alias: ASCII, unique; the local part of the addresses."""

    first: str
    last: str
    display: str
    alias: str
    place: Place
    department: str
    title: str


REDMOND: Final = Place("Redmond", "Washington", "US", "United States", "en-US", "+1425555")

_DOCUMENTED: Final[tuple[tuple[str, str, str, str, str], ...]] = (
    ("Ken", "Myer", "kenmyer", "Information Technology", "Administrator"),
    ("Pilar", "Ackerman", "packerman", "Sales", "Account Manager"),
    ("Jane", "Clayton", "janecl", "Marketing", "Marketing Manager"),
    ("David", "Longmuir", "dlongmuir", "Information Technology", "Administrator"),
    ("Kim", "Akers", "kimakers", "Human Resources", "HR Manager"),
    ("Bill", "Malone", "bmalone", "Finance", "Controller"),
    ("Jonathan", "Haas", "jhaas", "Sales", "Sales Representative"),
    ("Hao", "Chen", "haochen", "Research", "Scientist"),
    ("Amos", "Marble", "amarble", "Sales", "Sales Manager"),
    ("Cesar", "Garcia", "cgarcia", "Legal", "Counsel"),
    ("Kim", "Akers", "kimakers2", "Finance", "Accountant"),
)
"""First name, last name, alias, department, title.

Two people are called Kim Akers: a display name need not be unique.
"""

_NASTY: Final[tuple[tuple[str, str, str], ...]] = (
    ("<b>Bold</b>", "O'Neil & Sons", "markup"),
    ('Quote "Q"', "D'Angelo", "quotes"),
    ("<script>alert(1)</script>", "Tables", "script"),
    ("Smiley 😀👩‍💻", "Grüße", "emoji"),
    ("_x0041_", "Under_x_Score", "escape"),
    ("Zero\u200bWidth", "Com\u0301bining", "combining"),
    ("Right\u202eto left", "Override", "override"),
    ("Comma, Semicolon;", "Tab\tEnd", "separators"),
)
"""First name, last name, alias of people whose names are hard to show."""

_SCRIPTS: Final[tuple[tuple[Place, tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...]] = (
    (
        REDMOND,
        ("Susan", "Eric", "Patricia", "Frank", "Dorothy", "Walter", "Nancy", "Bobby"),
        ("Burk", "Lang", "Doyle", "Miller", "Fox", "Harp", "Bacon", "Moore"),
        ("susan", "eric", "patricia", "frank", "dorothy", "walter", "nancy", "bobby"),
    ),
    (
        Place("Київ", "Київ", "UA", "Ukraine", "uk-UA", "+38044555"),
        ("Олена", "Тарас", "Наталія", "Юрій", "Їжакевич", "Ганна"),
        ("Шевченко", "Коваленко", "Бондаренко", "Ткаченко", "Мельник", "Ґудзь"),
        ("olena", "taras", "natalia", "yurii", "yizhak", "hanna"),
    ),
    (
        Place("Αθήνα", "Αττική", "GR", "Greece", "el-GR", "+30210555"),
        ("Γιώργος", "Ελένη", "Νίκος", "Σοφία", "Δημήτρης", "Ιωάννα"),
        ("Παπαδόπουλος", "Οικονόμου", "Γεωργίου", "Αλεξίου", "Βλάχος", "Ξένος"),
        ("giorgos", "eleni", "nikos", "sofia", "dimitris", "ioanna"),
    ),
    (
        Place("上海", "上海市", "CN", "China", "zh-CN", "+8621555"),
        ("伟", "芳", "娜", "秀英", "敏", "静"),
        ("王", "李", "张", "刘", "陈", "楊"),
        ("wei", "fang", "na", "xiuying", "min", "jing"),
    ),
    (
        Place("東京", "東京都", "JP", "Japan", "ja-JP", "+8135555"),
        ("さくら", "ハナコ", "太郎", "美咲", "ケンタ", "ゆうき"),
        ("佐藤", "スズキ", "髙橋", "たなか", "渡邊", "𠮷野"),
        ("sakura", "hanako", "taro", "misaki", "kenta", "yuki"),
    ),
    (
        Place("서울", "서울특별시", "KR", "Korea", "ko-KR", "+822555"),
        ("민준", "서연", "도윤", "하은", "지호", "수아"),
        ("김", "이", "박", "최", "정", "강"),
        ("minjun", "seoyeon", "doyun", "haeun", "jiho", "sua"),
    ),
    (
        Place("القاهرة", "القاهرة", "EG", "Egypt", "ar-EG", "+202555"),
        ("محمد", "فاطمة", "أحمد", "ليلى", "يوسف", "مريم"),
        ("حسن", "إبراهيم", "عبد الله", "منصور", "خليل", "الشريف"),
        ("mohamed", "fatima", "ahmed", "layla", "youssef", "maryam"),
    ),
    (
        Place("תל אביב", "תל אביב", "IL", "Israel", "he-IL", "+97235555"),
        ("נועה", "דוד", "תמר", "יוסף", "מאיה", "אורי"),
        ("כהן", "לוי", "מזרחי", "פרץ", "ביטון", "אברהם"),
        ("noa", "david", "tamar", "yosef", "maya", "uri"),
    ),
    (
        Place("मुंबई", "महाराष्ट्र", "IN", "India", "hi-IN", "+9122555"),
        ("आरव", "प्रिया", "अर्जुन", "दीपिका", "विवान", "अनन्या"),
        ("शर्मा", "वर्मा", "गुप्ता", "पटेल", "सिंह", "मिश्रा"),
        ("aarav", "priya", "arjun", "deepika", "vivaan", "ananya"),
    ),
    (
        Place("กรุงเทพฯ", "กรุงเทพมหานคร", "TH", "Thailand", "th-TH", "+662555"),
        ("สมชาย", "สุดา", "ณัฐ", "มาลี", "ธนา", "พิมพ์"),
        ("ใจดี", "ศรีสุข", "ทองคำ", "แสงจันทร์", "วงศ์ไทย", "บุญมี"),
        ("somchai", "suda", "nat", "malee", "thana", "pim"),
    ),
    (
        Place("Kraków", "Małopolska", "PL", "Poland", "pl-PL", "+4812555"),
        ("Łukasz", "Żaneta", "Wojciech", "Agnieszka", "Świętosława", "Zdzisław"),
        ("Wójcik", "Kowalczyk", "Wiśniewska", "Dąbrowski", "Łęcki", "Źdźbło"),
        ("lukasz", "zaneta", "wojciech", "agnieszka", "swietoslawa", "zdzislaw"),
    ),
    (
        Place("İstanbul", "Marmara", "TR", "Turkey", "tr-TR", "+90212555"),
        ("Işıl", "İbrahim", "Gülşen", "Çağrı", "Ömer", "Şule"),
        ("Yılmaz", "Kaya", "Öztürk", "Çelik", "Şahin", "Ağaoğlu"),
        ("isil", "ibrahim", "gulsen", "cagri", "omer", "sule"),
    ),
)
"""By script: a place, first names, last names, and the first names in ASCII for the aliases."""

_FAMILY_FIRST: Final = frozenset({"zh-CN", "ja-JP", "ko-KR"})

_POSITIONS: Final[tuple[tuple[str, str], ...]] = (
    ("Sales", "Sales Representative"),
    ("Finance", "Accountant"),
    ("Information Technology", "Engineer"),
    ("Human Resources", "Recruiter"),
    ("Research", "Scientist"),
    ("Marketing", "Designer"),
    ("Legal", "Counsel"),
)


def people(count: int) -> Iterator[Person]:
    """The first `count` people of the tenant."""
    for index in range(count):
        yield person(index)


def person(index: int) -> Person:
    """The person of that number, from 0."""
    if index < len(_DOCUMENTED):
        first, last, alias, department, title = _DOCUMENTED[index]
        return Person(first, last, f"{first} {last}", alias, REDMOND, department, title)
    index -= len(_DOCUMENTED)
    if index < len(_NASTY):
        first, last, alias = _NASTY[index]
        return Person(first, last, f"{first} {last}", alias, REDMOND, *_POSITIONS[index % len(_POSITIONS)])
    return _invented(index - len(_NASTY))


def _invented(index: int) -> Person:
    round_, which = divmod(index, len(_SCRIPTS))
    place, firsts, lasts, latin = _SCRIPTS[which]
    first = firsts[round_ % len(firsts)]
    last = lasts[(round_ // len(firsts) + round_) % len(lasts)]
    alias = f"{latin[round_ % len(latin)]}{index + 1}"
    display = f"{last} {first}" if place.language in _FAMILY_FIRST else f"{first} {last}"
    return Person(first, last, display, alias, place, *_POSITIONS[index % len(_POSITIONS)])
