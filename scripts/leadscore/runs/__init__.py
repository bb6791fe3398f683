"""A scoring run, from lock to publication; when it runs again, and how it stands."""
