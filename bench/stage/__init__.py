"""A stage for the bot alone: real processes, sockets and databases, with Slack and the agents played by stand-ins."""
