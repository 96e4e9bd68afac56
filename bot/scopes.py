"""The scopes that the app's bot token needs, and what for. Pure.

https://docs.slack.dev/reference/scopes; `manifest.yml` asks Slack for exactly these.
"""

SCOPES = {
    "app_mentions:read": "a mention opens or continues a thread",
    "assistant:write": "it offers prompts in an empty conversation",
    "channels:history": "it reads replies in its threads, and looks for its own message before it posts one again",
    "chat:write": "it answers",
    "commands": "/raygen",
    "files:read": "files attached to a message are in the program's working directory",
    "files:write": "programs and long outputs are posted as files",
    "groups:history": "as channels:history, in private channels",
    "im:history": "as channels:history, in direct messages",
    "im:write": "it tells in a direct message what a thread that is closed or gone does not take",
    "usergroups:read": "it asks who is in the group that may approve, or that alone may use a channel",
    "users:read": "it tells members from guests and bots",
}
