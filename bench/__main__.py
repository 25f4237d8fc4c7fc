"""All benchmarks, one after the other: `python -m bench`, or only those named: `python -m bench rush badges`.

Ratios within one run are what counts; absolute figures are this machine's, today.
"""

import sys
from collections.abc import Callable, Mapping

from bench import badges, enumeration, feed, lists, polling, rush, table

BENCHES: Mapping[str, Callable[[], None]] = {
    "badges": badges.main,
    "lists": lists.main,
    "feed": feed.main,
    "polling": polling.main,
    "enumeration": enumeration.main,
    "table": table.main,
    "rush": rush.main,
}


def main() -> None:
    named = sys.argv[1:]
    unknown = [name for name in named if name not in BENCHES]
    if unknown:
        sys.exit(f"no such benchmark: {', '.join(unknown)} (there are {', '.join(BENCHES)})")
    sys.argv = sys.argv[:1]
    for name in named or BENCHES:
        print(f"== {name}")
        BENCHES[name]()


if __name__ == "__main__":
    main()
