"""A person is erased everywhere, with proof."""
