"""The two errors by which every gateway tells its caller what to do."""


class Unavailable(Exception):
    """No usable answer: retry or take another route; counts for the breaker.

    `sent` is False only when provably nothing left us; else what happened is unknown, and the
    caller asks by the number before doing it again.
    """

    def __init__(self, reason: str, *, sent: bool, vendor_code: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.sent = sent
        self.vendor_code = vendor_code


class Rejected(Exception):
    """A final business answer: repeating it changes nothing; never counts for the breaker."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(f"{code} {message}".strip())
        self.code = code
        self.message = message
