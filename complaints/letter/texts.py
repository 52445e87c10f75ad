"""The texts of letters, by kind and version, in both languages. A published version is never
edited: a new one stands beside it, and old letters keep theirs.

Facts only. Which law applies is for those who read the letter; it is printed with its wording, so
that nobody takes our word for it. 征信业管理条例 第十六条 is not among it: it is about how long
bad records are kept, whatever is said elsewhere.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from complaints.letter.delay import delay_1_en, delay_1_zh
from complaints.letter.extension import extension_1_en, extension_1_zh
from complaints.letter.review import (
    decision_1_en,
    decision_1_zh,
    opinion_1_en,
    opinion_1_zh,
)
from complaints.letter.words import Content, Words
from complaints.states.letters import LetterKind
from portal import law


@dataclass(frozen=True, slots=True)
class Text:
    """One version of the text of a kind; `law` is printed with it, word for word."""

    version: str
    law: tuple[law.Article, ...]
    zh: Callable[[Content], Words]
    en: Callable[[Content], Words]


_DELAY: Final = (law.PROOF, law.WRITTEN_CONSENT, law.TWO_FREE_REPORTS)
# The last of a kind is the one that new letters are written with.
TEXTS: Final = {
    LetterKind.DELAY: (Text("delay/1", _DELAY, delay_1_zh, delay_1_en),),
    LetterKind.EXTENSION: (Text("extension/1", (), extension_1_zh, extension_1_en),),
    LetterKind.REVIEW: (Text("review/1", (), decision_1_zh, decision_1_en),),
    LetterKind.OPINION: (Text("opinion/1", (), opinion_1_zh, opinion_1_en),),
}
_BY_VERSION: Final = {text.version: text for texts in TEXTS.values() for text in texts}


def newest(kind: str) -> Text:
    """The text that letters of a kind are written with now."""
    return TEXTS[LetterKind(kind)][-1]


def words(content: Content, language: str) -> Words:
    """A letter in words, by the version that it was issued with; `language` as Django names it."""
    text = _BY_VERSION[content["template"]]
    return text.en(content) if language.startswith("en") else text.zh(content)
