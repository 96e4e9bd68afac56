import warnings

import pytest

with warnings.catch_warnings():
    # bedrock-agentcore 1.25 still writes a pydantic model the old way, which warns when it is first imported
    warnings.simplefilter("ignore")
    import bedrock_agentcore  # noqa: F401  # imported for its warning

ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/supervisor-AbCdEf1234"
SESSION = "thread-C0123456789-1763856000-000100-abcdef"

HOSTILE = (
    "# costs $5, `whoami`, $(id), ${HOME}, %PATH%, {braces}\r\n"
    "text = 'a literal \\n, a \\\\ and a \\t'\n"
    '"""triple " quotes\n\n\nblank lines kept"""\n'
    "'''and ''' + \"others\"\n"
    "\tx = 1  # a tab, trailing blanks   \n"
    "print('é 漢字 🚀 \u2028 \x0c', text)\r\n"
    "print('```not a fence```')\n"
    "# the last line has no end: Running 0: \\"
)
"""A program that every careless hop on the way would change."""


@pytest.fixture(autouse=True)
def aws_credentials(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "an-example-secret")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
