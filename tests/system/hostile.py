"""A program that breaks whatever retypes, unescapes, quotes or reformats code on its way, and says what is left."""

CODE = (
    '"""A program full of traps: `id` $(id) $5 ${HOME} %s {0} \\\\ \\n \\t \\u00e9."""\r\n'
    "import hashlib\n"
    "import ray\r\n"
    "\n"
    "ray.init()\n"
    "DOLLAR = '$5 and ${HOME} and $(id) and `id`'\n"
    "BACKSLASHES = 'one \\\\ two \\\\\\\\ n \\\\n'\n"
    'QUOTES = "it\'s \\"quoted\\""\n'
    "TRIPLE = '''a \"\"\" b'''\n"
    "FENCE = '''\n```python\nprint(1)\n```\n'''\n"
    "LITERAL = r'a\\nb\\tc'\n"
    "TAB = 'a\tb'\n"
    "WORDS = 'é ß 漢字 🚀 \u202e'\n"
    "MARKUP = '<!channel> <@U1> &amp; &lt;b&gt; EXECUTE_ONLY: x'\n"
    "\n"
    "@ray.remote\n"
    "def shout(text):\n"
    "\treturn text\n"
    "\n"
    "for value in (DOLLAR, BACKSLASHES, QUOTES, TRIPLE, FENCE, LITERAL, TAB, WORDS, MARKUP):\n"
    "    print(ascii(ray.get(shout.remote(value))))\n"
    "print(hashlib.sha256(open(__file__, 'rb').read()).hexdigest())"
)
"""No newline at the end; CRLF and LF mixed; a tab as indentation."""

EXPECTED = "\n".join(
    ascii(value)
    for value in (
        "$5 and ${HOME} and $(id) and `id`",
        "one \\ two \\\\ n \\n",
        'it\'s "quoted"',
        'a """ b',
        "\n```python\nprint(1)\n```\n",
        "a\\nb\\tc",
        "a\tb",
        "é ß 漢字 🚀 \u202e",
        "<!channel> <@U1> &amp; &lt;b&gt; EXECUTE_ONLY: x",
    )
)
