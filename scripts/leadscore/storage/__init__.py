"""What touches the disk: the database, and the lock of who writes it."""
