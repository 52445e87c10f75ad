"""The wordings a person agrees to, one file a purpose, version and language.

A change is a new version, never an edit. 征信业管理条例 第十八条 asks for written consent and an
agreed purpose, 第十九条 for a text that catches the eye, 第二十条 binds the use to the purpose;
个人信息保护法 第十五条 gives the right to withdraw.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TEXTS = Path(__file__).parent / "consent_texts"
SHARE = "share"
IN_FORCE = {
    "02": ("loan", "2026-01"),
    "08": ("guarantee", "2026-01"),
    SHARE: ("share", "2026-01"),
}
"""Purpose (the bureau's query reason, or that a report is shared) -> file name and version."""


@dataclass(frozen=True, slots=True)
class Wording:
    version: str
    zh: str
    en: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(f"{self.version}\n{self.zh}\n{self.en}".encode()).hexdigest()

    def written_out(self, language: str, **facts: str) -> str:
        return (self.en if language == "en" else self.zh).format(**facts)


@cache
def in_force(purpose: str) -> Wording:
    name, version = IN_FORCE[purpose]
    zh, en = (
        (TEXTS / f"{name}-{version}.{language}.txt").read_text("utf-8").strip()
        for language in ("zh", "en")
    )
    return Wording(version, zh, en)
