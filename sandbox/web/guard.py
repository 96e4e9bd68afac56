"""Who may talk to the page's address: this machine's browsers, from the page itself.

A page of another origin can send requests to loopback, and with a name that it points there (DNS rebinding) it could
even read the answers. So the Host is checked by the front, and here Sec-Fetch-Site, the Origin, and for every act a
token that only the page knows, new at each start.
"""

import hmac
from collections.abc import Mapping

from aiohttp import web

TOKEN_HEADER = "X-Raygen-Token"  # noqa: S105 - a header's name
SAME = frozenset({"same-origin", "none"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
"""Nothing from elsewhere, nothing inline, and no way from a string to HTML or to code."""
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""What a program has saved may be an SVG: opened by itself, it may not run anything."""
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}


def check_origin(request: web.Request) -> None:
    """Raise 403 for a request that another site's page has made."""
    site, origin = request.headers.get("Sec-Fetch-Site", "none"), request.headers.get("Origin")
    if site not in SAME and not _is_visit(request):
        raise web.HTTPForbidden(text="This address answers its own page only.", headers=HEADERS)
    if origin not in (None, f"http://{request.host}"):
        raise web.HTTPForbidden(text="This address answers its own page only.", headers=HEADERS)


def check_token(request: web.Request, token: str) -> None:
    """Raise 403 without the token of this start, 415 for anything but JSON."""
    if not hmac.compare_digest(request.headers.get(TOKEN_HEADER, "").encode(), token.encode()):
        raise web.HTTPForbidden(text="The sandbox was started again: reload the page.", headers=HEADERS)
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="Send JSON.", headers=HEADERS)


def _is_visit(request: web.Request) -> bool:
    """Somebody follows a link to the page."""
    return request.path == "/" and request.headers.get("Sec-Fetch-Mode") == "navigate"
