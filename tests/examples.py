"""How much is made up: all of it with CI=true. Whoever changes something gets the answer sooner, from a third."""

import os

IN_CI = os.environ.get("CI") == "true"


def examples(number: int) -> int:
    """That many with CI=true, a third of them otherwise."""
    return number if IN_CI else -(-number // 3)
