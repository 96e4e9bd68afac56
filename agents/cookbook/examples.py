"""Recipes as worked examples for somebody else who writes programs."""

from agents.cookbook.book import shipped_book
from agents.cookbook.conversation import Said

NEAREST = 2
"""More of them cost a small model more reading than they help."""


def nearest_examples(prompt: str) -> tuple[str, ...]:
    """The nearest recipes to what a writer is asked, the best first: title and program. Blocks play no part."""
    recipes = shipped_book().nearest(Said.parse(prompt).words, NEAREST)
    return tuple(f"# Example: {recipe.title}\n```python\n{recipe.program.strip()}\n```" for recipe in recipes)
