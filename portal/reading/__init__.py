"""What papers say, as a help to whoever reads them: lines, hints, rows of bank statements.

All of it is a hint with a confidence, shown beside the picture; nothing here decides anything.
"""
