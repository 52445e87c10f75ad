"""Fault drills: real processes, real kills, and a count of what was lost and what was doubled.

python -m drills [NAME] [--n N] [--seed S] [--rows FILE]

Each drill has engines, ports and data of its own under var/drill/, appends one row to
var/drill.jsonl, and ends with 0 (ok), 1 (missed its goal) or 2 (could not run).
"""
