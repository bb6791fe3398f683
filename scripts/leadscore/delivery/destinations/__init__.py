"""Destinations for scores and messages where drt has none, or one that loses rows: they plug into drt."""
