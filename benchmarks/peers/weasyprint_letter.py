"""WeasyPrint as one would first use it: the stock style sheet and the whole of Noto Sans CJK.

Runs in its own environment, so it imports nothing of ours.
"""

import base64
import json
import sys
import time
from pathlib import Path

from letter_signer import loaded, signed
from weasyprint import CSS, HTML

given = json.loads(base64.b64decode(sys.stdin.readline()))
signer = loaded(given["pem"])
css = 'html{font-family:"Noto Sans CJK SC"}' + given["css"]
for _ in sys.stdin:
    began = time.perf_counter()
    for _number in range(given["letters"]):
        signed(HTML(string=given["html"]).write_pdf(stylesheets=[CSS(string=css)]), signer)
    seconds = (time.perf_counter() - began) / given["letters"]
    held = Path("/proc/self/status").read_text().partition("VmRSS:")[2].split()[0]
    print(json.dumps({"seconds": seconds, "resident": int(held)}), flush=True)
