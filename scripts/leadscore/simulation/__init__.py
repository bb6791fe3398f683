"""Trying out other seeds: scores in a place of their own, and what differs from the published ones."""
