"""Files that borrowers hand in."""

from django.utils.translation import gettext_lazy as _

from portal.catalogue.entry import REVIEW, SELF, Entry

ENTRIES = (
    Entry(
        "upload-empty",
        REVIEW,
        _("The file is empty"),
        _("It has no content: it was not saved in full, or is still being downloaded."),
        _("Open it on your device. If you can read it there, choose it again."),
        SELF,
    ),
    Entry(
        "upload-kind",
        REVIEW,
        _("This kind of file cannot be taken"),
        _(
            "We take PDF files, and photos as JPEG, PNG or HEIC. What counts is the content, not "
            "the name: a web page renamed to .jpg stays a web page."
        ),
        _("Save it as a PDF, or take a photo or a screenshot of it, and choose that."),
        SELF,
    ),
    Entry(
        "upload-too-big",
        REVIEW,
        _("The file is larger than 10 MB"),
        _("So much fits into one file here. Most bank statements have less than 2 MB."),
        _("Send it in several parts, or take photos at a lower resolution."),
        SELF,
    ),
    Entry(
        "upload-too-many-pages",
        REVIEW,
        _("The file has more than 60 pages"),
        _("An officer reads every page, so one file may have 60."),
        _("Choose a shorter period when you export the statement, or send it in several files."),
        SELF,
    ),
    Entry(
        "upload-too-many-pixels",
        REVIEW,
        _("The picture is too large"),
        _("It has more than 50 million pixels, alone or on a page of the PDF."),
        _("Take the photo at a lower resolution, or send a screenshot of it."),
        SELF,
    ),
    Entry(
        "upload-damaged",
        REVIEW,
        _("The file cannot be read"),
        _("It is damaged or incomplete, or built in a way that cannot be opened safely."),
        _("Download or export it once more, or take photos of the pages, and choose those."),
        SELF,
    ),
    Entry(
        "upload-password-needed",
        REVIEW,
        _("The PDF has a password"),
        _("Many banks protect statements with one. Without it nobody here can read the file."),
        _("Enter the password of the file. It is used once to open it and then forgotten."),
        SELF,
    ),
    Entry(
        "upload-password-wrong",
        REVIEW,
        _("This password does not open the PDF"),
        _("Upper and lower case count. It is the password of the file, not that of the bank."),
        _("Enter it again. The bank's message that came with the file says how it is made up."),
        SELF,
    ),
    Entry(
        "upload-infected",
        REVIEW,
        _("The virus scanner found something in the file"),
        _("The file holds a program that may do harm. It was not taken, and nobody opened it."),
        _("Get the document anew from the bank or office, or take photos of it. Check the device."),
    ),
    Entry(
        "upload-too-slow",
        REVIEW,
        _("The file takes too much work to open"),
        _(
            "It unfolds to far more than a document needs. We stop after 20 seconds or 512 MB "
            "of memory, so that one file cannot hold up everybody."
        ),
        _("Export it once more with simpler settings, or take photos of the pages."),
        SELF,
    ),
)
