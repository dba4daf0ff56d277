"""Print what the gates promise and what simulation finds, table by table; 3 where a promise is broken.

Usage: python benchmarks/simulations [DRAWS [TABLE ...]], by the interpreter of a project whose package is `measured`.
"""

import sys

import challenger
import coverage
import groups
import leaks
import pairs
import probabilities
import tables
import texts

TABLES = {
    "coverage": coverage,
    "challenger": challenger,
    "pairs": pairs,
    "groups": groups,
    "probabilities": probabilities,
    "leaks": leaks,
    "texts": texts,
}


def main() -> None:
    """Print the tables that were asked for, or all."""
    draws = int(sys.argv[1]) if sys.argv[1:] else 1000
    asked = [TABLES[name] for name in sys.argv[2:] or TABLES]
    held = [tables.printed(table.TITLE, table.rates(draws)) for table in asked]
    sys.exit(0 if all(held) else 3)


if __name__ == "__main__":
    main()
