"""Blocks in their smallest form, and an app that posts them."""

from slack_sdk.web.async_client import AsyncWebClient


def client(visitor):
    return AsyncWebClient(token=visitor.slack.bot_token, base_url=visitor.slack.api_url)


async def post(visitor, blocks, channel="data", **more):
    place = visitor.slack.channel(channel).id
    return await client(visitor).chat_postMessage(channel=place, text="blocks", blocks=blocks, **more)


def button(text, action_id, **more):
    return {"type": "button", "text": {"type": "plain_text", "text": text}, "action_id": action_id, **more}


def section(text):
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def plain(text):
    return {"type": "plain_text", "text": text}
