"""Text that can be encoded.

JSON may escape half of a surrogate pair, and Python's parser lets it through; such a string is not text, and the
first attempt to send it as UTF-8 fails, far from where it came in.
"""


def is_well_formed(text: str) -> bool:
    """Whether `text` has a UTF-8 form."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def well_formed(text: str) -> str:
    """`text` with a question mark for each half character. For words; a program is refused instead."""
    return text.encode(errors="replace").decode()
