"""What a demo data set is made of: files that are loaded together."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Batch:
    """Files that are loaded together, in the order of `files`, after the batches before it.

    Attributes:
        name: What the batch is called in messages.
        files: Raw table -> the file to load into it.
    """

    name: str
    files: Mapping[str, Path]
