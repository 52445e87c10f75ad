"""Copies what portal/intake/shapes.py names from one PDF into another, and nothing else.

An object that many refer to is copied once; one that refers to itself ends.
"""

from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from portal.intake import streams
from portal.intake.limits import Limits
from portal.intake.refusals import IntakeRefused
from portal.intake.removed import Removed
from portal.intake.shapes import DRAWINGS, EACH, PLAIN, SHAPES

LEFT_OUT = {
    "/AF": Removed.ATTACHMENT,
    "/OC": Removed.LAYERS,
    "/Properties": Removed.LAYERS,
    "/PS": Removed.POSTSCRIPT,
    "/F": Removed.EXTERNAL,
    "/Ref": Removed.EXTERNAL,
    "/OPI": Removed.EXTERNAL,
    "/Alternates": Removed.EXTERNAL,
    "/Metadata": Removed.METADATA,
    "/PieceInfo": Removed.METADATA,
}
"""Keys worth a word to the officer when they are met and not copied."""
DEVICE_SPACES = {1: Name.DeviceGray, 3: Name.DeviceRGB, 4: Name.DeviceCMYK}


class Copier:
    """`removed` grows while it copies."""

    def __init__(self, source: Pdf, target: Pdf, limits: Limits) -> None:
        self.source, self.target, self.limits = source, target, limits
        self.removed: set[Removed] = set()
        self._copies: dict[tuple[tuple[int, int], str], Object] = {}

    def value(self, given: Any, rule: str) -> Any:
        """The copy of what a key holds; None when the rule has no room for it."""
        if isinstance(given, Array):
            return _device_space(given) if _is_profile(given, rule) else self._array(given, rule)
        if not isinstance(given, Dictionary | Stream):
            return _scalar(given)
        if rule == "drawing":
            rule = self._kind_of_drawing(given)
        return None if rule == PLAIN else self._object(given, rule)

    def keys(self, given: Object, rule: str) -> dict[str, Any]:
        """The keys of a dictionary, or of a stream's, that the shape names."""
        if rule.startswith(EACH):
            ruled = dict.fromkeys(given.keys(), rule.removeprefix(EACH))
        else:
            ruled = {f"/{key}": inner for key, inner in SHAPES[rule].items()}
            self.removed |= {LEFT_OUT[key] for key in given.keys() & LEFT_OUT.keys()}
        copied = {key: self.value(given[key], ruled[key]) for key in given.keys() & ruled.keys()}
        return {key: value for key, value in copied.items() if value is not None}

    def _array(self, given: Array, rule: str) -> Object:
        copy = self._known(given, rule)
        if copy is None:
            copy = self._begun(given, rule, Array())
            for item in given:
                value = self.value(item, rule)
                if value is not None:
                    copy.append(value)
        return copy

    def _object(self, given: Object, rule: str) -> Object:
        copy = self._known(given, rule)
        if copy is None:
            empty = Stream(self.target, b"") if isinstance(given, Stream) else Dictionary()
            copy = self._begun(given, rule, empty)
            if isinstance(given, Stream):
                self._fill(copy, given, rule)
            for key, value in self.keys(given, rule).items():
                copy[key] = value
        return copy

    def _fill(self, copy: Object, given: Stream, rule: str) -> None:
        if rule == "image":
            _check_pixels(given, self.limits)
        packed = streams.carry(given, self.source)
        parameters = Dictionary(packed.parameters)
        if packed.shared is not None:
            parameters.JBIG2Globals = self._object(packed.shared, "globals")
        copy.write(packed.data, filter=Name(packed.filter), decode_parms=parameters)

    def _known(self, given: Object, rule: str) -> Object | None:
        return self._copies.get((given.objgen, rule)) if given.is_indirect else None

    def _begun(self, given: Object, rule: str, empty: Object) -> Object:
        """The copy, still empty, already to be found by whatever in it refers to it."""
        if not given.is_indirect:
            return empty
        copy = self._copies[given.objgen, rule] = self.target.make_indirect(empty)
        return copy

    def _kind_of_drawing(self, given: Object) -> str:
        kind = DRAWINGS.get(str(given.get("/Subtype")))
        if kind is None:
            self.removed.add(Removed.POSTSCRIPT)
        return kind or PLAIN


def _scalar(given: Any) -> Any:
    """A name or a string that is an object of its own belongs to its file, and is made anew."""
    if not isinstance(given, Object) or not given.is_indirect:
        return given
    return Name(str(given)) if isinstance(given, Name) else String(bytes(given))


def _is_profile(given: Array, rule: str) -> bool:
    return rule in ("space", f"{EACH}space") and len(given) > 1 and given[0] == Name.ICCBased


def _device_space(given: Array) -> Name:
    return DEVICE_SPACES.get(int(given[1].get("/N", 3)), Name.DeviceRGB)


def _check_pixels(image: Stream, limits: Limits) -> None:
    if int(image.get("/Width", 0)) * int(image.get("/Height", 0)) > limits.most_pixels:
        raise IntakeRefused("upload-too-many-pixels")
