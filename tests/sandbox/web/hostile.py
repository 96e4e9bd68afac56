"""Texts that would do harm if a page took them for HTML or for code, in every field that somebody fills."""

HOSTILE = (
    "<script>window.ran = 1</script>",
    "<img src=x onerror=window.ran=2>",
    "\"'><svg onload=window.ran=3>",
    "javascript:window.ran=4",
    "{{constructor.constructor('window.ran=5')()}}",
    "</textarea></style></title><iframe srcdoc=window.ran=6>",
)


def everywhere(text):
    """One block of each kind with `text` in every field that takes one."""
    plain = {"type": "plain_text", "text": text}
    mrkdwn = {"type": "mrkdwn", "text": f"{text} *{text}* `{text}` _{text}_\n> {text}\n```{text}```"}
    linked = {"type": "mrkdwn", "text": f"<javascript:window.ran=7|{text.replace('<', '').replace('>', '')}>"}
    rich = {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}],
    }
    option = {"text": {"type": "plain_text", "text": text[:75]}, "value": text[:150]}
    task = {"type": "task_card", "task_id": "1", "title": text, "status": "complete", "details": rich, "output": rich}
    return [
        {"type": "header", "text": plain},
        {"type": "section", "text": mrkdwn, "fields": [mrkdwn, plain]},
        {"type": "section", "text": linked, "accessory": pressed(text, "accessory")},
        {"type": "context", "elements": [mrkdwn, plain, picture(text)]},
        {"type": "actions", "elements": [pressed(text, "a"), menu(option), overflow(option), boxes(option)]},
        {"type": "image", "title": plain, **{k: v for k, v in picture(text).items() if k != "type"}},
        rich_text(text),
        {"type": "markdown", "text": markdown(text)},
        {
            "type": "table",
            "rows": [[{"type": "raw_text", "text": text}, rich], [{"type": "raw_text", "text": "1"}, rich]],
        },
        {"type": "plan", "title": text, "tasks": [{**task, "status": s} for s in ("pending", "in_progress", "error")]},
        task,
        {"type": "alert", "text": mrkdwn, "level": "warning"},
        {"type": "card", "title": plain, "subtitle": plain, "body": plain, "actions": [pressed(text, "card")]},
        {"type": "container", "title": plain, "subtitle": plain, "child_blocks": [rich], "is_collapsible": True},
        {"type": "context_actions", "elements": [feedback(text), icon(text)]},
        {"type": "divider"},
        {
            "type": "input",
            "label": plain,
            "hint": plain,
            "element": {"type": "plain_text_input", "initial_value": text, "placeholder": plain},
        },
    ]


def markdown(text):
    link = f"[{text.replace(']', '')}](javascript:window.ran=8)"
    return f"# {text}\n\n- {text}\n\n{link}\n\n`{text}`\n\n|{text}|b|\n|---|---|\n|1|2|"


def rich_text(text):
    words = {"type": "text", "text": text}
    styled = [{**words, "style": {style: True}} for style in ("bold", "italic", "strike", "code")]
    section = {
        "type": "rich_text_section",
        "elements": [words, *styled, {"type": "link", "url": "https://example.com/?a=1", "text": text}],
    }
    return {
        "type": "rich_text",
        "elements": [
            section,
            {"type": "rich_text_preformatted", "elements": [words]},
            {"type": "rich_text_quote", "elements": [words]},
            {"type": "rich_text_list", "style": "ordered", "elements": [section]},
        ],
    }


def picture(text):
    return {"type": "image", "image_url": "https://example.com/a.png", "alt_text": text}


def pressed(text, action_id):
    return {"type": "button", "text": {"type": "plain_text", "text": text[:75]}, "action_id": action_id, "value": text}


def menu(option):
    return {"type": "static_select", "action_id": "menu", "placeholder": option["text"], "options": [option]}


def overflow(option):
    return {"type": "overflow", "action_id": "more", "options": [option]}


def boxes(option):
    return {"type": "checkboxes", "action_id": "boxes", "options": [option]}


def feedback(text):
    side = {"text": {"type": "plain_text", "text": text[:75]}, "value": "x"}
    return {"type": "feedback_buttons", "action_id": "feedback", "positive_button": side, "negative_button": side}


def icon(text):
    return {
        "type": "icon_button",
        "icon": "trash",
        "text": {"type": "plain_text", "text": text[:75]},
        "action_id": "icon",
    }
