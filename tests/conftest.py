"""Lets the tests import their helpers: the reference, the strategies and the worlds."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
