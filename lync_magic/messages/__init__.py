"""What a person is told, in their language: English, or French where the surroundings or an option say so.

Rules: the English text is the key, and what is shown where a language has no word for it. What PowerShell itself says
is not translated. A text with values in it names them: `say("{count} objects", count=3)`.
"""

from lync_magic.messages.dates import long_date, long_time, number_text
from lync_magic.messages.language import LANGUAGES, chosen_language, say, say_in, use_language
from lync_magic.messages.speaking import spoken

__all__ = [
    "LANGUAGES",
    "chosen_language",
    "long_date",
    "long_time",
    "number_text",
    "say",
    "say_in",
    "spoken",
    "use_language",
]
