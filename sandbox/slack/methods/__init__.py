"""The methods that are served: the table from Slack's names to functions.

A method takes the platform and its typed arguments, returns the answer without `ok`, and raises `SlackError`.
"""

from collections.abc import Callable, Mapping

from sandbox.slack.methods import (
    chat,
    checking,
    connections,
    conversations,
    files,
    functions,
    oauth,
    people,
    reactions,
    sessions,
    streams,
    views,
)
from sandbox.slack.model import Json
from sandbox.slack.platform import Platform

Method = Callable[[Platform, Json], Json]

METHODS: Mapping[str, Method] = {
    "agents.sessions.rename": sessions.rename,
    "agents.sessions.setStatus": sessions.set_status,
    "apps.connections.open": connections.open_connection,
    "assistant.threads.setStatus": sessions.set_thread_status,
    "assistant.threads.setSuggestedPrompts": sessions.set_suggested_prompts,
    "assistant.threads.setTitle": sessions.set_thread_title,
    "auth.revoke": oauth.revoke,
    "auth.test": people.auth_test,
    "blocks.validate": checking.validate,
    "bots.info": people.bot_info,
    "chat.appendStream": streams.append_stream,
    "chat.delete": chat.delete,
    "chat.getPermalink": chat.get_permalink,
    "chat.postEphemeral": chat.post_ephemeral,
    "chat.postMessage": chat.post_message,
    "chat.startStream": streams.start_stream,
    "chat.stopStream": streams.stop_stream,
    "chat.update": chat.update,
    "conversations.history": conversations.history,
    "conversations.info": conversations.info,
    "conversations.join": conversations.join,
    "conversations.list": conversations.list_channels,
    "conversations.members": conversations.members,
    "conversations.open": conversations.open_direct,
    "conversations.replies": conversations.replies,
    "files.completeUploadExternal": files.complete_upload,
    "files.delete": files.delete_file,
    "files.getUploadURLExternal": files.get_upload_url,
    "files.info": files.file_info,
    "functions.completeError": functions.complete_error,
    "functions.completeSuccess": functions.complete_success,
    "oauth.v2.access": oauth.access,
    "reactions.add": reactions.add,
    "reactions.remove": reactions.remove,
    "team.info": people.team_info,
    "usergroups.list": people.list_groups,
    "usergroups.users.list": people.group_users,
    "users.info": people.user_info,
    "users.list": people.list_users,
    "users.lookupByEmail": people.user_by_email,
    "views.open": views.open_view,
    "views.publish": views.publish_view,
    "views.push": views.push_view,
    "views.update": views.update_view,
}
