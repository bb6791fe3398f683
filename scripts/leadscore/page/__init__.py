"""The pages in a browser: what is published, to look at and to work with."""
