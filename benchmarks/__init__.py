"""How fast, how small, how much: measured beside peers, one row a figure in var/bench.jsonl."""
