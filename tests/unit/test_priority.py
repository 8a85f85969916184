"""A program that takes long steps back before anything is imported, with all of its session."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SAYING = """
import os
from pathlib import Path
group = Path("/proc/self/autogroup")
said = group.read_text().split() if group.exists() else []  # empty where the machine's first process belongs
print(os.nice(0), os.sched_getscheduler(0), said[-1] if said else "none")
"""


@pytest.mark.skipif(not hasattr(os, "SCHED_BATCH"), reason="there is no such scheduling here")
@pytest.mark.parametrize("leads", [True, False])
def test_a_program_comes_after_others_with_its_session_if_it_leads_one(
    tmp_path: Path, *, leads: bool
) -> None:
    (tmp_path / "saying.py").write_text(SAYING)
    before = SAYING.strip().splitlines()
    command = [sys.executable, "-m", "labeling.priority", "10", "saying"]
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}

    def said(command: list[str]) -> list[str]:
        done = subprocess.run(
            command, env=env, capture_output=True, text=True, check=True, start_new_session=leads
        )
        return done.stdout.split()

    _, _, group = said([sys.executable, "-c", "\n".join(before)])
    nice, policy, own = said(command)
    assert int(nice) == max(10, os.nice(0))
    assert int(policy) == os.SCHED_BATCH
    assert own == (nice if leads and group != "none" else group)
