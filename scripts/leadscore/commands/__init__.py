"""One thin module a command: arguments in, words out."""
