"""What touches the disk: the database, the lock of who writes it, and files that are whole or not there."""
