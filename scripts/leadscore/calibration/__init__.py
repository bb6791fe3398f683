"""Suggesting points and a threshold from what people did next, and judging them on later instants."""
