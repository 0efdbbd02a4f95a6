"""`make bench`: every measure, one after the other, each beside its floor."""

from __future__ import annotations

import sys

from bench import indicators, pages, queue, startup, word

if __name__ == "__main__":
    for measured in (startup, word, pages, queue, indicators):
        measured.main()
        print()
    sys.exit(0)
