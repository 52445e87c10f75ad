"""`python -m drills.desk_gang JOURNAL SEED [--web ADDRESS] NAME...`: some officers in one process,
each in a thread, to be killed together."""

import argparse
import os
import random
import sys
import threading
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import django


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m drills.desk_gang")
    parser.add_argument("journal", type=Path)
    parser.add_argument("seed", type=int)
    parser.add_argument("--web")
    parser.add_argument("names", nargs="+")
    words = parser.parse_args(argv)
    django.setup()
    officers = import_module("drills.desk_officers")
    journal = officers.Journal(words.journal)

    def work(name: str) -> None:
        chance = random.Random(f"{words.seed} {name} {os.getpid()}")
        if words.web:
            officers.AtTheWeb(name, journal, chance, web=words.web).work()
        else:
            officers.Officer(name, journal, chance).work()

    for name in words.names:
        threading.Thread(target=work, args=[name], name=name).start()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
