"""How often Python looks for garbage that refers to itself. All other garbage is freed at once in any case."""

import gc


def collect_seldom() -> None:
    """For a process that makes thousands of objects for a page or a batch and lets them go together: by default Python
    would look through them after each 700 new ones, a third of an import's time."""
    gc.set_threshold(50_000, 20, 20)
