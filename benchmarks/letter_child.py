"""The process that prints and signs for letter_pdf: a letter on the first line, then some a line.

Answers each line with {"seconds", "resident"}: seconds a letter, and what the process holds at the
end of the round, in KiB.
"""

import base64
import json
import sys
import time
from pathlib import Path

import django

from complaints.letter import printing
from complaints.letter.canonical import canonical, content_hash
from portal.signing import keys


def main() -> None:
    django.setup()
    given = json.loads(base64.b64decode(sys.stdin.readline()))
    signer = keys.made(keys.configured())
    for _ in sys.stdin:
        began = time.perf_counter()
        for number in range(given["letters"]):
            content = {**given["content"], "salt": f"{number:032x}"}
            text = canonical(content)
            printing.signed(content, text, content_hash(text), signer=signer)
        seconds = (time.perf_counter() - began) / given["letters"]
        print(json.dumps({"seconds": seconds, "resident": resident()}), flush=True)


def resident() -> int:
    """What this process holds in memory now, KiB."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


if __name__ == "__main__":
    main()
