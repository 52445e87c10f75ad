"""The second-generation personal credit report: read, understood, laid out. No Django inside.

errors     why an answer was refused
source     bytes to a tree of plain values, XML and JSON alike, in bounded memory
fields     how a part of the report is declared
codes      the code tables, and `places` for countries, currencies and provinces
model/     the 24 segments as typed data
read       tree to Report: `read_report`, `check_person`
document   the printed report as plain data
layout/    Report to the printed personal edition, a `document.Document`
printing   Document to HTML and PDF (the one module here that uses Django)
samples/   one report as XML and JSON, with the field dictionary
synthetic  reports of any size made from a sample
"""
