"""The site guide, followed to the letter in a new Debian: ``make install-test``."""
