"""The pages that somebody sees who installs Raygen. Pure."""

from html import escape

from starlette.responses import HTMLResponse

INSTALLED = "Raygen is installed in {name}. Type /raygen in a channel there; you can close this page."
NOT_ALLOWED = (
    "Raygen executes programs on a cluster, so not every workspace may install it. Ask whoever runs it to name your "
    "workspace in RAYGEN_ALLOWED_WORKSPACES."
)
OTHER_BROWSER = "This is not the browser that the installation was begun in. Begin again at /slack/install."
TOO_LATE = "This installation took more than ten minutes, or is finished already. Begin again at /slack/install."
DECLINED = "Nothing was installed, since it was not allowed in Slack. Begin again at /slack/install if it should be."
SLACK_SAID = "Slack did not install Raygen, and says: {error}. Begin again at /slack/install."
SLACK_AWAY = "Slack did not answer. Begin again at /slack/install in a minute."
OURS = "Raygen's own settings do not let it finish. Tell whoever runs it; its log has the reason."
MOST = 300
"""Characters of a page's sentence: what others have written into the address need not be shown whole."""
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""The address has a code in it that nobody else is to see."""
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Raygen</title>
<style>body {{ font: 1.1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 15vh auto; padding: 0 1rem }}</style>
</head>
<body><h1>Raygen</h1><p>{sentence}</p></body>
</html>
"""


def page(status: int, sentence: str) -> HTMLResponse:
    """A page that says one thing; whatever is in the sentence stays text."""
    return HTMLResponse(_PAGE.format(sentence=escape(sentence[:MOST])), status_code=status, headers=HEADERS)
