"""Delivery: what changed goes from the publication to the tools that people use, by drt."""
