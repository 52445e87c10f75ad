"""What was taken out of a file, in words for the officer who reads the copy."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.intake.removed import Removed

REMOVED: Mapping[str, Promise] = {
    Removed.JAVASCRIPT: _("a program (JavaScript)"),
    Removed.LAUNCH: _("a command to start a program"),
    Removed.SUBMIT: _("a command to send data away"),
    Removed.LINK: _("links"),
    Removed.ATTACHMENT: _("attached files"),
    Removed.FORM: _("form fields; what was filled in stays as a drawing"),
    Removed.XFA: _("a form of the XFA kind, which only its own program shows in full"),
    Removed.SIGNATURE: _("a digital signature; the original still has it"),
    Removed.MEDIA: _("sound, film or 3D"),
    Removed.ANNOTATION: _("comments; stamps and marks stay as drawings"),
    Removed.LAYERS: _("layers that can be hidden; all of them are shown now"),
    Removed.POSTSCRIPT: _("PostScript code"),
    Removed.EXTERNAL: _("references to other files"),
    Removed.METADATA: _("details about author, program or camera"),
    Removed.GPS: _("the place where the picture was taken"),
    Removed.FRAMES: _("further pictures in the same file"),
    Removed.FOREIGN: _("bytes before or after the document that do not belong to it"),
    Removed.PASSWORD: _("the password"),
}
