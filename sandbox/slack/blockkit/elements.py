"""Interactive elements, and where each of them may stand.

https://docs.slack.dev/reference/block-kit/block-elements
"""

from collections.abc import Mapping

from sandbox.slack.blockkit.parts import (
    CONFIRM,
    DISPATCH_ACTION,
    FEEDBACK_BUTTON,
    FILTER,
    IMAGE,
    OPTION_GROUP,
    PLAIN_OPTION,
    RICH_OPTION,
    TYPE,
    USER_IDS,
    WORKFLOW,
    one_list_of_options,
    plain_text,
)
from sandbox.slack.blockkit.schema import Check, anything, array, boolean, integer, one_of, pattern, string, table, url

ACTION_ID = string(255)
PLACEHOLDER = plain_text(150)
STYLE = one_of("primary", "danger")
BASE: dict[str, Check] = {"type": TYPE, "action_id": ACTION_ID, "confirm": CONFIRM, "focus_on_load": boolean}
TYPED: dict[str, Check] = {
    "type": TYPE,
    "action_id": ACTION_ID,
    "placeholder": PLACEHOLDER,
    "dispatch_action_config": DISPATCH_ACTION,
    "focus_on_load": boolean,
}
DATE = pattern(r"\d{4}-\d{2}-\d{2}", "a date like 2026-01-31")
TIME = pattern(r"([01]\d|2[0-3]):[0-5]\d", "a time like 23:59")

BUTTON = table(
    {
        "type": TYPE,
        "text": plain_text(75),
        "action_id": ACTION_ID,
        "url": url(),
        "value": string(2000),
        "style": STYLE,
        "confirm": CONFIRM,
        "accessibility_label": string(75),
        "agent_prompt": string(4000),
        "agent_prompt_display": string(4000),
        "visible_to_user_ids": USER_IDS,
    },
    ["text"],
)
ICON_BUTTON = table(
    {
        "type": TYPE,
        "icon": string(75),
        "text": plain_text(75),
        "action_id": ACTION_ID,
        "value": string(2000),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
        "visible_to_user_ids": USER_IDS,
    },
    ["icon", "text"],
)
FEEDBACK_BUTTONS = table(
    {"type": TYPE, "action_id": ACTION_ID, "positive_button": FEEDBACK_BUTTON, "negative_button": FEEDBACK_BUTTON},
    ["positive_button", "negative_button"],
)
OVERFLOW = table(
    {"type": TYPE, "action_id": ACTION_ID, "options": array(PLAIN_OPTION, 5), "confirm": CONFIRM}, ["options"]
)
WORKFLOW_BUTTON = table(
    {
        "type": TYPE,
        "text": plain_text(75),
        "action_id": ACTION_ID,
        "workflow": WORKFLOW,
        "style": STYLE,
        "accessibility_label": string(75),
    },
    ["text", "workflow"],
)
CHOICES: Mapping[str, Check] = {
    "checkboxes": table(
        {**BASE, "options": array(RICH_OPTION, 10), "initial_options": array(RICH_OPTION, 10)}, ["options"]
    ),
    "radio_buttons": table({**BASE, "options": array(RICH_OPTION, 10), "initial_option": RICH_OPTION}, ["options"]),
}
PICKERS: Mapping[str, Check] = {
    "datepicker": table({**BASE, "placeholder": PLACEHOLDER, "initial_date": DATE}),
    "timepicker": table({**BASE, "placeholder": PLACEHOLDER, "initial_time": TIME, "timezone": string(100)}),
    "datetimepicker": table({**BASE, "initial_date_time": integer(0, 9_999_999_999)}),
}


def _menu(fields: Mapping[str, Check], *rules: Check) -> Check:
    return table({**BASE, "placeholder": PLACEHOLDER, **fields}, (), *rules)


_OPTIONS: Mapping[str, Check] = {"options": array(PLAIN_OPTION, 100), "option_groups": array(OPTION_GROUP, 100)}
_MANY: Mapping[str, Check] = {"max_selected_items": integer(1)}
_IDS = array(string(20), 100)
_CONVERSATION: Mapping[str, Check] = {"default_to_current_conversation": boolean, "filter": FILTER}

MENUS: Mapping[str, Check] = {
    "static_select": _menu({**_OPTIONS, "initial_option": PLAIN_OPTION}, one_list_of_options),
    "multi_static_select": _menu(
        {**_OPTIONS, **_MANY, "initial_options": array(PLAIN_OPTION, 100)}, one_list_of_options
    ),
    "external_select": _menu({"initial_option": PLAIN_OPTION, "min_query_length": integer()}),
    "multi_external_select": _menu(
        {**_MANY, "initial_options": array(PLAIN_OPTION, 100), "min_query_length": integer()}
    ),
    "users_select": _menu({"initial_user": string(20)}),
    "multi_users_select": _menu({**_MANY, "initial_users": _IDS}),
    "channels_select": _menu({"initial_channel": string(20), "response_url_enabled": boolean}),
    "multi_channels_select": _menu({**_MANY, "initial_channels": _IDS}),
    "conversations_select": _menu(
        {**_CONVERSATION, "initial_conversation": string(20), "response_url_enabled": boolean}
    ),
    "multi_conversations_select": _menu({**_CONVERSATION, **_MANY, "initial_conversations": _IDS}),
}
FIELDS: Mapping[str, Check] = {
    "plain_text_input": table(
        {
            **TYPED,
            "initial_value": string(3000, 0),
            "multiline": boolean,
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
        }
    ),
    "rich_text_input": table(
        {**TYPED, "initial_value": anything, "min_lines": integer(1, 100), "max_lines": integer(1, 100)}
    ),
    "email_text_input": table({**TYPED, "initial_value": string(3000, 0)}),
    "url_text_input": table({**TYPED, "initial_value": string(3000, 0)}),
    "number_input": table(
        {
            **TYPED,
            "is_decimal_allowed": boolean,
            "initial_value": string(100, 0),
            "min_value": string(100),
            "max_value": string(100),
        },
        ["is_decimal_allowed"],
    ),
    "file_input": table(
        {"type": TYPE, "action_id": ACTION_ID, "filetypes": array(string(20), 100), "max_files": integer(1, 10)}
    ),
}

IN_ACTIONS: Mapping[str, Check] = {
    "button": BUTTON,
    "workflow_button": WORKFLOW_BUTTON,
    "overflow": OVERFLOW,
    **CHOICES,
    **PICKERS,
    **MENUS,
}
IN_SECTION: Mapping[str, Check] = {**IN_ACTIONS, "image": IMAGE}
IN_INPUT: Mapping[str, Check] = {**CHOICES, **PICKERS, **MENUS, **FIELDS}
IN_CONTEXT_ACTIONS: Mapping[str, Check] = {"feedback_buttons": FEEDBACK_BUTTONS, "icon_button": ICON_BUTTON}
