"""Where each rule comes from that the stand-in for Slack is held to: the tests' sentences, by page of its reference.

`python -m tests.sandbox.slack.rules` prints docs/slack-rules.md; a test compares both, and finds tests
without a source.
"""
# ruff: noqa: T201  # it prints a page

import ast
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
REFERENCE = "https://docs.slack.dev/"
REPORTS = "reports of people, not the reference"
SDK = "slack_sdk.models, of Slack's own SDK"
BOLT = "Bolt, Slack's own framework, unchanged"
RULES = {
    "Calls of the Web API": {
        "apis/web-api": """
            an_unknown_method_is_said_to_be_unknown blocks_that_are_no_json_have_an_invalid_format
            a_missing_argument_is_refused_and_named an_argument_of_the_wrong_type_is_refused
            any_arguments_are_answered every_method_of_the_reference_is_served_and_no_other""",
        "apis/web-api#post_bodies": """
            blocks_may_come_as_json_in_a_form_or_as_json the_token_may_be_an_argument_and_is_never_recorded
            a_json_body_is_not_read_by_a_method_that_takes_only_forms""",
        "authentication/tokens": """
            a_token_that_cannot_call_the_method_is_refused a_bot_token_cannot_open_a_socket
            a_missing_scope_is_named_with_those_that_are_there an_email_is_shown_only_with_its_scope
            reading_a_private_channel_needs_the_private_scope a_borrowed_name_needs_its_scope""",
        "reference/methods/auth.test": "auth_test_says_who_the_bot_is",
        "reference/methods/users.info": "people_and_groups_can_be_looked_up",
        "reference/methods/blocks.validate": "blocks_can_be_validated_without_posting",
        "apis/web-api/rate-limits": """
            a_channel_takes_a_burst_and_then_one_message_a_second a_tier_is_counted_a_minute
            a_planned_429_is_survived_by_the_sdks_retry_handler""",
    },
    "Messages": {
        "reference/methods/chat.postMessage": """
            the_bot_posts_only_where_it_is a_private_channel_without_the_bot_does_not_exist_for_it
            an_archived_channel_takes_nothing_new a_message_to_a_user_id_goes_to_their_direct_messages
            no_text_is_refused text_is_cut_at_forty_thousand_characters_with_a_warning a_reply_needs_a_root
            markdown_text_stands_alone every_block_gets_an_id""",
        "reference/methods/chat.update": """
            an_update_takes_at_most_four_thousand_characters an_update_with_text_alone_takes_the_blocks_away
            an_update_of_metadata_alone_keeps_the_content only_own_messages_can_be_changed_or_deleted""",
        "reference/methods/chat.delete": "a_deleted_root_leaves_a_tombstone_while_it_has_replies",
        "reference/methods/chat.postEphemeral": "an_ephemeral_message_is_for_one_member_and_cannot_be_found_again",
        "messaging/message-metadata": """
            metadata_of_the_wrong_shape_is_refused metadata_is_read_back_only_when_asked_for""",
        "messaging#message-ts": """
            timestamps_grow_over_the_whole_workspace_while_the_clock_stands_still
            timestamps_grow_strictly_whatever_the_clock_does""",
        "apis/web-api/pagination": "replies_come_in_pages_oldest_first",
        "reference/methods/conversations.replies": "a_thread_that_is_not_there_is_not_found",
        "reference/methods/conversations.history": "history_is_newest_first_without_replies",
        "reference/objects/conversation-object": "a_channel_tells_what_it_is",
        "reference/methods/chat.getPermalink": "a_permalink_names_channel_and_thread",
        "reference/methods/reactions.add": "a_reaction_is_added_once_and_removed_once",
        "reference/block-kit/blocks/image-block": "a_file_that_is_not_there_cannot_be_shown_as_an_image",
        "messaging/formatting-message-text": """
            names_and_addresses_become_markup_and_the_rest_is_escaped a_code_fence_becomes_a_preformatted_part
            text_and_blocks_say_the_same styles_are_pieces_of_the_block_and_stay_in_the_text
            mrkdwn_reads_as_in_slack escaping_and_unescaping_undo_each_other""",
    },
    "Block Kit": {
        "reference/block-kit/blocks": """
            a_block_within_its_limits_is_taken a_block_beyond_its_limits_is_invalid_and_slack_says_where
            fifty_blocks_are_taken_and_one_more_is_not a_block_id_stands_once_in_a_message
            blocks_that_are_no_list_have_the_wrong_format any_json_is_either_taken_or_refused_with_a_slack_error
            every_kind_of_block_is_drawn_or_named""",
        "reference/block-kit/blocks/table-block": "a_message_holds_one_table",
        "reference/views/modal-views": """
            a_view_beyond_its_limits_is_refused_with_invalid_arguments a_view_within_its_limits_is_taken""",
        REPORTS: "blocks_whose_text_is_too_long_together_are_msg_blocks_too_long",
        SDK: "a_button_is_drawn_for_those_who_see_it",
    },
    "Commands": {
        "interactivity/implementing-slash-commands": """
            a_command_carries_who_where_and_the_escaped_text a_command_that_asks_for_ids_gets_them
            a_command_in_a_thread_is_never_sent a_command_that_is_not_there_for_somebody_is_never_sent
            a_command_without_an_app_to_take_it_fails_at_once an_ack_with_text_is_seen_by_the_person_alone
            an_ack_can_answer_in_the_channel an_ack_with_blocks_that_slack_does_not_take_shows_an_error
            only_members_act_in_a_channel""",
        "interactivity/handling-user-interaction#acknowledgment_response": """
            a_command_that_is_not_acked_in_three_seconds_shows_operation_timeout
            a_command_that_is_not_acknowledged_in_three_seconds_has_timed_out
            a_click_that_is_not_acked_shows_operation_timeout_and_is_not_repeated""",
    },
    "Clicks, shortcuts, modals and the home": {
        "reference/interaction-payloads/block_actions-payload": """
            a_click_carries_the_message_its_place_and_the_action
            a_click_of_somebody_from_another_company_names_their_team only_a_button_that_is_there_can_be_pressed
            an_ephemeral_button_is_there_for_its_reader_only a_menu_is_used_by_choosing_a_value
            feedback_sends_the_value_of_the_chosen_side an_app_without_interactivity_is_never_asked""",
        "interactivity/implementing-shortcuts": "shortcuts_reach_the_app_by_their_callback_id",
        "surfaces/modals": """
            a_modal_is_opened_filled_in_and_submitted what_is_not_filled_in_keeps_what_it_started_with
            slacks_client_checks_what_is_filled_in a_stack_holds_three_modals
            closing_is_told_only_to_an_app_that_asked_for_it a_modal_can_be_updated_by_its_id_and_hash""",
        "surfaces/modals#handling_submissions": """
            the_ack_of_a_submission_decides_about_the_view
            an_ack_that_slack_cannot_use_shows_trouble_and_keeps_the_modal""",
        "reference/block-kit/block-elements/file-input-element": """
            files_and_a_chosen_channel_come_with_what_an_app_needs_to_use_them""",
        "interactivity/handling-user-interaction#trigger_id": "a_trigger_is_good_once_and_for_three_seconds",
        "surfaces/app-home": "the_home_is_published_and_its_buttons_work",
        "interactivity/handling-user-interaction#message_responses": """
            a_response_url_takes_five_answers a_response_url_is_good_for_thirty_minutes
            a_response_url_replaces_and_deletes_the_original an_answer_is_checked_like_a_message
            an_answer_is_for_the_person_unless_it_is_for_the_channel""",
        BOLT: """
            bolts_own_respond_works a_command_is_acked_and_answered_in_the_channel
            a_click_reaches_the_listener_with_the_message_and_can_update_it a_bolt_app_works_over_http""",
    },
    "Events": {
        "apis/events-api": """
            a_first_delivery_carries_attempt_zero an_acked_event_does_not_come_again
            the_app_hears_nothing_from_channels_that_the_bot_is_not_in
            the_app_hears_only_what_its_manifest_asks_for_and_may_have
            an_event_can_be_delivered_twice_with_one_id""",
        "apis/events-api#retries": """
            an_event_without_an_ack_comes_again_at_once_after_a_minute_and_after_five
            an_event_that_is_answered_with_an_error_is_retried_with_slacks_headers""",
        "reference/events/message": """
            each_kind_of_channel_has_its_own_event a_reply_names_its_thread_and_the_threads_author
            edits_and_deletions_are_messages_with_a_subtype what_a_person_types_arrives_escaped_with_ids_for_names""",
        "reference/events/app_mention": """
            a_mention_in_a_direct_message_is_a_message_only a_mention_is_two_events_with_two_ids_and_one_ts""",
        "reference/events": "joining_opening_the_home_and_reacting_are_events a_file_comes_with_its_message",
        "apis/slack-connect": "somebody_of_another_company_is_recognisable",
        "reference/methods/functions.completeSuccess": """
            a_step_of_a_workflow_is_completed_once an_execution_that_nobody_knows_cannot_be_completed
            outputs_have_to_be_what_the_manifest_says""",
        "reference/methods/functions.completeError": "a_step_is_failed_with_a_sentence_by_the_apps_own_token",
        "reference/events/function_executed": "a_step_that_needs_no_person_is_run_without_one",
        "reference/types/user_context-type": """
            the_person_of_a_step_is_whoever_started_the_workflow_and_has_no_field""",
        REPORTS: "the_token_that_came_with_a_step_is_taken_back_at_its_end",
    },
    "Socket Mode and HTTP": {
        "apis/events-api/using-socket-mode": """
            a_socket_is_greeted_and_its_ticket_is_good_for_one each_envelope_goes_to_exactly_one_of_the_sockets
            a_client_that_is_asked_to_go_connects_again an_event_is_kept_for_an_app_that_connects_late""",
        "authentication/verifying-requests-from-slack": "requests_are_signed_as_slack_signs_them",
        "reference/events/url_verification": """
            a_request_url_is_taken_when_the_app_answers_there_with_slacks_word
            a_request_url_that_answers_something_else_is_not_taken""",
        "apis/events-api#errors": "an_app_that_is_not_there_cannot_be_reached",
    },
    "Installing": {
        "authentication/installing-with-oauth": """
            whoever_consents_is_sent_back_with_a_code_and_the_state
            an_app_that_does_not_exist_is_not_consented_to
            a_code_is_good_for_a_token_of_the_workspace_that_consented a_code_is_good_once_and_for_ten_minutes
            a_workspace_that_has_the_app_gets_the_same_token_once_more""",
        "reference/methods/oauth.v2.access": """
            a_wrong_part_of_an_exchange_is_named
            the_apps_secret_may_come_as_http_basic_and_is_never_recorded""",
        "authentication/tokens": "the_token_of_one_workspace_opens_nothing_of_another",
        "apis/events-api#authorizations": "each_workspaces_payloads_name_it_and_reach_the_one_app",
        "enterprise": """
            an_installation_for_an_enterprise_is_named_in_all_that_the_app_hears
            a_consent_for_an_enterprise_names_no_workspace""",
        "reference/objects/user-object": "a_member_of_an_enterprise_is_told_from_a_stranger",
        "reference/methods/auth.revoke": """
            a_token_that_was_taken_back_is_refused_and_another_one_comes_with_the_next_consent""",
        "reference/events/app_uninstalled": """
            an_app_that_is_removed_is_told_by_both_events_and_hears_nothing_more""",
    },
    "Agents and streams": {
        "reference/methods/agents.sessions.setStatus": """
            a_session_is_made_changed_and_renamed a_status_that_cannot_be_set_is_refused
            an_app_that_is_no_agent_has_no_sessions an_app_that_cannot_be_stopped_is_warned""",
        "reference/methods/agents.sessions.rename": "a_session_that_is_not_there_cannot_be_renamed",
        "reference/events/app_context_changed": """
            looking_elsewhere_while_it_is_open_is_an_event_of_that_person
            an_app_that_does_not_subscribe_is_told_nothing_of_it""",
        "changelog/2026/07/02/app-context": """
            opening_the_agents_conversation_tells_what_is_looked_at a_direct_message_tells_what_its_writer_looks_at""",
        "reference/events/agent_session_stopped": "slacks_own_stop_is_there_while_a_session_is_processing",
        "reference/methods/assistant.threads.setStatus": "the_thinking_line_is_set_and_removed_by_an_empty_one",
        "reference/methods/assistant.threads.setSuggestedPrompts": "at_most_four_prompts_are_suggested",
        "reference/methods/chat.startStream": """
            a_stream_in_a_channel_names_its_recipient a_stream_in_a_direct_message_needs_no_recipient
            a_recipient_of_another_team_than_named_is_not_found""",
        "reference/methods/chat.appendStream": """
            text_and_chunks_exclude_each_other an_append_without_anything_is_no_text
            a_stream_holds_twelve_thousand_characters only_own_streams_can_be_appended_to
            a_streaming_message_cannot_be_updated""",
        "reference/methods/chat.stopStream": """
            text_is_appended_until_the_stream_is_stopped stopping_can_set_the_sessions_status""",
        SDK: """
            a_chunk_of_the_wrong_shape_is_refused blocks_in_a_chunk_are_checked_like_a_messages
            tasks_of_a_timeline_stand_between_the_text_and_change_in_place tasks_of_a_plan_stand_together""",
        REPORTS: """
            a_stream_dies_after_five_minutes_and_what_it_said_stays
            tasks_and_text_together_are_limited_in_bytes""",
        BOLT: "a_stream_grows_and_ends",
    },
    "Files": {
        "messaging/working-with-files#uploading_files": """
            a_ticket_for_the_wrong_thing_is_refused bytes_of_another_length_are_refused_and_the_file_does_not_exist
            the_bytes_may_come_as_a_form an_upload_is_completed_once a_file_is_shared_only_where_the_bot_is
            blocks_stand_in_for_a_comment""",
        "reference/methods/files.delete": "a_deleted_file_is_gone",
        "reference/objects/file-object": """
            a_file_of_a_person_can_be_read_with_the_token_alone
            a_message_tells_where_its_files_can_be_read_until_they_are_deleted""",
        REPORTS: """
            the_message_with_the_file_appears_after_a_while the_message_with_the_file_may_never_appear""",
        BOLT: "a_snippet_goes_through_its_three_steps_and_appears_later",
    },
}
OWN = """
    a_misspelt_argument_is_refused_and_named every_call_is_recorded_with_its_error an_ack_that_comes_too_late_is_noted
    nobody_looks_at_what_they_cannot_see a_socket_can_be_cut_without_a_word without_limits_nothing_is_counted
    a_planned_500_does_nothing_unless_told an_answer_can_be_lost_after_the_message_was_posted
    the_sdks_own_retry_posts_twice_when_an_answer_is_lost a_planned_error_is_answered_with_its_name
    a_delayed_call_waits_for_the_clock pauses_end_in_order_when_their_time_has_come
    waiting_looks_again_after_every_change waiting_in_vain_says_what_happened_instead
    a_predicate_that_fails_fails_the_one_who_waits a_block_is_drawn whatever_is_taken_can_be_drawn
    a_thread_is_drawn_below_its_root_with_who_said_what what_a_person_sees_around_a_message_is_drawn
    a_long_snippet_is_cut_for_the_terminal views_are_drawn
"""
"""What the stand-in does beyond Slack: trouble on purpose, looking, waiting, drawing in a terminal."""
HEAD = """# The rules that the stand-in for Slack is held to

{count} rules, each a test of `tests/sandbox/slack/` by the same words, and the page of Slack's reference that it comes
from. What the stand-in leaves out: [docs/sandbox.md](sandbox.md#what-it-does-not).

Made by `.venv/bin/python -m tests.sandbox.slack.rules`.
"""


def rules() -> Iterator[tuple[str, str, str]]:
    """(area, source, rule) of each rule."""
    for area, by_source in RULES.items():
        for source, names in by_source.items():
            yield from ((area, source, name) for name in names.split())


def sentences() -> list[str]:
    """The sentences of all tests in this folder."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(HERE.glob("test_*.py"))]
    functions = [
        node for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return [one.name.removeprefix("test_") for one in functions if one.name.startswith("test_")]


def page() -> str:
    """docs/slack-rules.md."""
    parts = [HEAD.format(count=len(list(rules())))]
    for area in RULES:
        rows = [f"| {name.replace('_', ' ')} | {_cited(source)} |" for where, source, name in rules() if where == area]
        parts.append("\n".join([f"## {area}\n", "| rule | source |", "|---|---|", *rows]) + "\n")
    return "\n".join(parts)


def _cited(source: str) -> str:
    if source in (REPORTS, SDK, BOLT):
        return source
    return f"[{source}]({REFERENCE}{source})"


if __name__ == "__main__":
    print(page(), end="")
