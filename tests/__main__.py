"""Every test: those in a browser beside all others, since each half leaves a part of two cores idle.

python -m tests [what pytest takes]
"""

from __future__ import annotations

import subprocess
import sys
from tempfile import TemporaryFile

BROWSER = "tests/e2e"


def main(arguments: list[str]) -> int:
    """The worst exit code of both; the browser's output comes after the other's, not between its lines."""
    pytest = [sys.executable, "-m", "pytest", *arguments]
    with TemporaryFile("w+") as output:
        browser = subprocess.Popen([*pytest, BROWSER], stdout=output, stderr=subprocess.STDOUT)
        try:
            others = subprocess.run([*pytest, "tests", f"--ignore={BROWSER}"], check=False).returncode
            in_browser = browser.wait()
        finally:
            browser.kill()
        output.seek(0)
        sys.stdout.writelines(output)
    return max(others, in_browser)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
