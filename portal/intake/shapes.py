"""What may be in a rebuilt PDF: for each kind of object the keys it keeps, and what they hold.

Taken from the tables of ISO 32000-1 (named by number), less everything that acts, points outside,
describes, or is seen only at times. A key that is not here does not survive, so that what a reader
of tomorrow understands by some key of today is left out already.

A rule is the name of a shape; `plain`, which is numbers, names, strings and arrays of them; or
`each X`, a dictionary whose names are free and whose values are of shape X. An array holds what its
rule says in each place.
"""

from collections.abc import Mapping

PLAIN, EACH = "plain", "each "


def _keys(plain: str, **ruled: str) -> Mapping[str, str]:
    return {**dict.fromkeys(plain.split(), PLAIN), **ruled}


SHAPES: Mapping[str, Mapping[str, str]] = {
    "page": _keys("", Resources="resources", Group="group"),  # table 30; boxes are looked at apart
    "resources": _keys(  # table 33, less Properties: they name layers
        "",
        ExtGState="each state",
        ColorSpace="each space",
        Pattern="each pattern",
        Shading="each shading",
        XObject="each drawing",
        Font="each font",
    ),
    "content": {},
    "state": _keys(  # table 58, less what only a printing press needs
        "Type LW LC LJ ML D RI OP op OPM FL SM SA BM CA ca AIS TK",
        Font="font",
        SMask="mask",
    ),
    "mask": _keys("Type S BC", G="drawing", TR="function"),  # table 144
    "group": _keys("Type S I K", CS="space"),  # table 147
    "function": _keys(  # tables 38 to 41
        "FunctionType Domain Range Size BitsPerSample Order Encode Decode C0 C1 N Bounds",
        Functions="function",
    ),
    # Tables 63 to 73: streams and dictionaries within the array of a colour space. A profile (N) is
    # left out for what stands in for it; it is a file of its own kind, with room for anything.
    "space": _keys(
        "FunctionType Domain Range Size BitsPerSample Order Encode Decode C0 C1 N Bounds"
        " WhitePoint BlackPoint Gamma Matrix",
        Functions="function",
    ),
    "pattern": _keys(  # tables 75 and 76
        "Type PatternType PaintType TilingType BBox XStep YStep Matrix",
        Resources="resources",
        Shading="shading",
        ExtGState="state",
    ),
    "shading": _keys(  # tables 78 to 84
        "ShadingType Background BBox AntiAlias Domain Matrix Coords Extend BitsPerCoordinate"
        " BitsPerComponent BitsPerFlag Decode VerticesPerRow",
        ColorSpace="space",
        Function="function",
    ),
    "image": _keys(  # table 89
        "Type Subtype Width Height BitsPerComponent Intent ImageMask Decode Interpolate SMaskInData"
        " Matte",
        ColorSpace="space",
        Mask="drawing",
        SMask="drawing",
    ),
    "form": _keys(  # table 95
        "Type Subtype FormType BBox Matrix", Resources="resources", Group="group"
    ),
    "font": _keys(  # tables 111, 112, 117 and 121
        "Type Subtype Name BaseFont FirstChar LastChar Widths FontBBox FontMatrix DW W DW2 W2",
        FontDescriptor="descriptor",
        Encoding="encoding",
        ToUnicode="encoding",
        CIDToGIDMap="encoding",
        DescendantFonts="font",
        CIDSystemInfo="collection",
        CharProcs="each content",
        Resources="resources",
    ),
    "collection": _keys("Registry Ordering Supplement"),  # table 116
    "encoding": _keys(  # tables 114 and 120
        "Type BaseEncoding Differences CMapName WMode",
        CIDSystemInfo="collection",
        UseCMap="encoding",
    ),
    "descriptor": _keys(  # table 122
        "Type FontName FontFamily FontStretch FontWeight Flags FontBBox ItalicAngle Ascent Descent"
        " Leading CapHeight XHeight StemV StemH AvgWidth MaxWidth MissingWidth CharSet",
        FontFile="file",
        FontFile2="file",
        FontFile3="file",
    ),
    "file": _keys("Length1 Length2 Length3 Subtype"),  # table 127
    "globals": {},
}

DRAWINGS = {"/Image": "image", "/Form": "form"}
"""A drawing is one of these by its subtype; one in PostScript is none."""
