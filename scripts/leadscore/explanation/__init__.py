"""Why a score is what it is: every entry, adding up."""
