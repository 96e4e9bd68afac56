from bench.tokens import Case, _both, _ratio, _run

SHORT = "import ray\n\nray.init()\nprint('done')\n"
LONG = SHORT + "".join(f"print('line {number} of a longer program')\n" for number in range(100))


def test_a_run_takes_no_token():
    assert _run(SHORT) == {"in": 0, "out": 0}


def test_a_generation_takes_fewer_tokens_than_relaying_the_code_and_the_more_so_the_longer_it_is():
    short, long = _both(Case("say done", [SHORT])), _both(Case("say much", [LONG]))

    assert _ratio(long) < _ratio(short) < 1
    assert long["raygen"]["out"] < long["relay"]["out"] / 2
