"""How files of each format are read: as text, exactly as written."""
