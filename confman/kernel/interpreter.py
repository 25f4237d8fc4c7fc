"""How Python's interpreter works in a process that a rush may come to."""

import gc
import sys

_SWITCH_SECONDS = 0.0005
_THRESHOLDS = (20_000, 20, 50)


def ready_for_a_rush() -> None:
    """To be called once what the process needs is loaded."""
    # a writer's thread gives up the interpreter at each statement, and waits this long to get it back in a rush
    sys.setswitchinterval(_SWITCH_SECONDS)
    gc.freeze()  # what is loaded stays; in a rush the collector walks through what is new only, and less often
    gc.set_threshold(*_THRESHOLDS)
