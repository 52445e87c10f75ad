"""Short papers, set by hand: text, rows and a drawing on A4, tagged for screen readers (PDF/UA-1).

    from portal.paper import printed
    from portal.paper.blocks import Part, Text
    pdf = printed("情况说明函", [Part("zh-CN", [Text("……")])])

For what is printed by the thousand: a page costs some 10 ms here and 70 in WeasyPrint
(portal/pdf.py), which lays out whatever HTML it is given. Here is what a letter needs and no more:
one column, no shaping (Chinese and Latin need none), no hyphenation.
"""

from portal.paper.document import printed

__all__ = ["printed"]
