"""Why a file was not taken: the codes of portal/catalogue/uploads.py."""

CODES = frozenset(
    {
        "upload-empty",
        "upload-kind",
        "upload-too-big",
        "upload-too-many-pages",
        "upload-too-many-pixels",
        "upload-damaged",
        "upload-password-needed",
        "upload-password-wrong",
        "upload-infected",
        "upload-too-slow",
    }
)


class IntakeRefused(Exception):
    """`code` is an entry of the error catalogue, one of CODES."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
