"""Several tests at once."""

from collections.abc import Sequence


def holm(ps: Sequence[float], level: float) -> list[bool]:
    """Tell which tests stay significant at this level when all are asked at once (Holm 1979)."""
    answers = [False] * len(ps)
    for rank, place in enumerate(sorted(range(len(ps)), key=lambda i: ps[i])):
        if not ps[place] <= level / (len(ps) - rank):
            break
        answers[place] = True
    return answers
