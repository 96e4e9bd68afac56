"""The names by which buttons and rows of buttons are found again, in messages that may be weeks old."""

RUN = "run_code"
STOP = "stop_run"
REGENERATE = "regenerate"
TRY_AGAIN = "try_again"
FIX = "fix_run"

CODE_CARD = "code_card"
FAILED_CARD = "failed_card"
LIVE_RUN = "live_run"
ENDED_RUN = "ended_run"
SAVED_FILES = "saved_files"
"""Followed by a colon and how many files are posted below the card."""
