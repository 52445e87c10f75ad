"""The numbers that stand in the addresses of a borrower's pages, and whom yesterday's outage of the
demonstration held up."""

import re

from portal.management.demo_incident import COMPLAINT, EXTENSION, LETTER
from portal.tests.browser.program import Program

__all__ = ["COMPLAINT", "EXTENSION", "FRESH", "LETTER", "places"]

FRESH = "13800000000"
"""Whom no outage ever touched."""
LISTS = ("/queries/", "/letters/", "/extensions/", "/compensation/", "/complaints/")
NUMBERS = {
    "query": r"/queries/([0-9A-Z]{24})/",
    "document": r"/review/documents/(\d+)/",
    "incident": r"/guide/(IN-[0-9-]+)/papers/",
    "letter": r"/letters/([0-9A-Z]{20})/",
    "extension": r"/extensions/(\d+)/",
    "compensation": r"/compensation/(CP[0-9A-Z]+)/",
    "complaint": r"/complaints/(TS-[0-9A-Z-]+)/",
}


def places(borrower: Program) -> dict[str, str]:
    """By noun, the number of the newest one that this borrower's lists lead to."""
    lists = "".join(borrower.get(path).text for path in LISTS)
    queries = re.findall(NUMBERS["query"], lists)
    if queries:
        for page in ("guide", "review"):
            lists += borrower.get(f"/queries/{queries[0]}/{page}/").text
    found = {noun: re.search(pattern, lists) for noun, pattern in NUMBERS.items()}
    return {noun: match[1] for noun, match in found.items() if match}
