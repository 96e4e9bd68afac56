"""Blocks and views in their smallest valid form, for the tests to spoil."""


def plain(text="x"):
    return {"type": "plain_text", "text": text}


def mrkdwn(text="x"):
    return {"type": "mrkdwn", "text": text}


def button(action_id="run", text="Run", **more):
    return {"type": "button", "action_id": action_id, "text": plain(text), **more}


def section(text="x", **more):
    return {"type": "section", "text": mrkdwn(text), **more}


def actions(*elements, **more):
    return {"type": "actions", "elements": list(elements), **more}


def rich(*elements):
    return {"type": "rich_text", "elements": list(elements)}


def rich_section(*elements):
    return {"type": "rich_text_section", "elements": list(elements)}


def rich_words(text="x", **more):
    return {"type": "text", "text": text, **more}


def cell(text="x"):
    return {"type": "raw_text", "text": text}


def option(value="a", text=None):
    return {"text": plain(text or value), "value": value}


def text_input(action_id="code", **more):
    return {"type": "plain_text_input", "action_id": action_id, **more}


def input_block(element=None, block_id="code_block", **more):
    return {"type": "input", "block_id": block_id, "label": plain("Code"), "element": element or text_input(), **more}


def modal(*blocks, **more):
    submit = {"submit": plain("Save")}
    return {"type": "modal", "title": plain("Edit"), "blocks": list(blocks), **submit, **more}


def home(*blocks, **more):
    return {"type": "home", "blocks": list(blocks), **more}


def task(status="complete", **more):
    return {"type": "task_card", "task_id": "t1", "title": "Write", "status": status, **more}
