"""Long runs by hand; see test_differential.py."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from .block import EXECUTIONS, Mismatch, run_block


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.graphql.differential")
    parser.add_argument("--seed", type=int, default=1_000_000, help="seed of the first block")
    parser.add_argument(
        "--blocks", type=int, help="how many blocks (default: until the time is up)"
    )
    parser.add_argument("--minutes", type=float, default=60.0, help="when to stop")
    parser.add_argument("--executions", type=int, default=EXECUTIONS, help="of one block")
    options = parser.parse_args()
    end = time.monotonic() + options.minutes * 60
    total: Counter[str] = Counter()
    failed = block = 0
    while time.monotonic() < end and (options.blocks is None or block < options.blocks):
        try:
            total += run_block(options.seed + block, options.executions)
        except Mismatch as mismatch:
            failed += 1
            print(f"\n=== seed {options.seed + block}\n{mismatch}", flush=True)
        block += 1
    print(f"{block} blocks, {failed} with a difference")
    for name, count in sorted(total.items()):
        print(f"{count:9,} {name}")
    return 1 if failed else 0


sys.exit(main())
