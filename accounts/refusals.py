"""Why a step was refused: an entry of the error catalogue, with what the page adds to it."""

import datetime as dt


class Refused(Exception):
    """`code` is an entry of portal/catalogue/; `next_at` says when to try again; `left` how many
    tries are left."""

    def __init__(
        self, code: str, *, next_at: dt.datetime | None = None, left: int | None = None
    ) -> None:
        super().__init__(code)
        self.code = code
        self.next_at = next_at
        self.left = left
