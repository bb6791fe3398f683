"""Data to try it with: a shop that is made up, and a real retail panel."""
