"""Codes after which nothing has happened: what each wire format's mean to whoever called."""

from collections.abc import Mapping, Set
from dataclasses import dataclass

from creditquery.gateways.errand import clock_words
from creditquery.gateways.inquiry import Away, Health, Throttled
from portal.deadline import TlsFacts
from portal.gateway import Unavailable


@dataclass(frozen=True, slots=True)
class Refusals:
    """One format's codes, with words for those who read the attempt.

    `otherwise` names what else may come when keys are agreed on, since no inquiry is in that.
    """

    words: Mapping[str, str]
    busy: Set[str]
    maintenance: str
    clock: str
    our_keys: Set[str]
    otherwise: str

    def __contains__(self, code: str) -> bool:
        return code in self.words

    def error(self, code: str, *, after: int, skew: float) -> Unavailable:
        """`after`: seconds to keep away; `skew`: our clock minus theirs, in seconds."""
        why = self.words.get(code, self.otherwise)
        if code == self.maintenance:
            return Away(why, vendor_code=code, after=after)
        if code in self.busy:
            return Throttled(why, vendor_code=code, after=after)
        if code == self.clock:
            why = clock_words(skew)
        return Unavailable(why, sent=False, vendor_code=code)

    def health(self, code: str, *, after: int, skew: float, tls: TlsFacts | None) -> Health:
        """What a shut door, or keys refused, says about our keys and clock; raises Throttled and
        Away."""
        error = self.error(code, after=after, skew=skew)
        if isinstance(error, Throttled):
            raise error
        return Health(False, skew, f"{code}: {error.reason}", code not in self.our_keys, tls)
