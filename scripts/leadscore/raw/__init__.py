"""Files and edits become rows of the raw tables."""
