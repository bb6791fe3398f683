"""How the pages were asked for."""

from __future__ import annotations

from dataclasses import dataclass

from leadscore.page.words import Language
from leadscore.settings import Settings


@dataclass(frozen=True)
class PageOptions:
    """What the command `page` was told.

    Attributes:
        settings: Where everything is.
        language: The language of the pages.
        is_read_only: Whether the pages only show: no edits, no runs, no exports.
    """

    settings: Settings
    language: Language = Language.ENGLISH
    is_read_only: bool = False
