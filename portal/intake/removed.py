"""What can be taken out of a file, as codes; portal/intake/words.py says them in plain words."""

from enum import StrEnum


class Removed(StrEnum):
    JAVASCRIPT = "javascript"
    LAUNCH = "launch"
    SUBMIT = "submit"
    LINK = "link"
    ATTACHMENT = "attachment"
    FORM = "form"
    XFA = "xfa"
    SIGNATURE = "signature"
    MEDIA = "media"
    ANNOTATION = "annotation"
    LAYERS = "layers"
    POSTSCRIPT = "postscript"
    EXTERNAL = "external"
    METADATA = "metadata"
    GPS = "gps"
    FRAMES = "frames"
    FOREIGN = "foreign"
    PASSWORD = "password"  # noqa: S105 (a word, not a secret)
