"""Take the pictures of docs/images: the Explorer of the example apps, in a real browser."""

from __future__ import annotations

import subprocess
import sys

from environment import ROOT, prepare


def main() -> int:
    environment = prepare({"dev", "local-models"})
    program = ROOT / "scripts" / "lib" / "explorer_pictures.py"
    return subprocess.run([environment.python, program], cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
