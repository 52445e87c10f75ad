"""The process that prints for report_pdf: a report on the first line, then one print a line.

Answers each line with {"pages", "seconds", "peak"}; the peak is the process's, in KiB.
"""

import base64
import io
import json
import resource
import sys
import time

import django
import pikepdf

from creditquery.report import printing
from creditquery.report.layout import layout
from creditquery.report.read import read_report


def main() -> None:
    django.setup()
    raw = base64.b64decode(sys.stdin.readline())
    for _ in sys.stdin:
        began = time.perf_counter()
        pdf = printing.pdf(layout(read_report(raw)))
        seconds = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            answer = {"pages": len(opened.pages), "seconds": seconds, "peak": peak}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
