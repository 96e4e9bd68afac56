"""Examines an installation: each part that has to be there, how it is, and what to do about it."""
