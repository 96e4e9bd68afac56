import subprocess
import sys
from threading import Barrier, Thread
from types import SimpleNamespace

import pytest

from agents.errors import ModelMisconfigured
from agents.local import provider
from agents.local.server import LlamaServer
from agents.local.weights import DEFAULT
from agents.models import open_model
from agents.settings import ProviderSettings
from agents.usage import FREE
from tests.agents.local.ggufs import TINY

INSTALLED = "json"
"""In the place of the extra's package, which the tests do not need."""


@pytest.fixture
def weights(tmp_path, monkeypatch):
    monkeypatch.setattr(provider, "RUNTIME", INSTALLED)
    path = tmp_path / "tiny-coder.gguf"
    path.write_bytes(TINY)
    return path


def settings(tmp_path, path=None):
    return ProviderSettings(model_path=path, cache_home=tmp_path)


def test_a_card_names_the_file_its_quantisation_and_that_it_may_be_wrong(tmp_path, weights):
    opened = open_model("local", settings(tmp_path, weights))

    assert opened.display_name == "tiny-coder (Q4_K_M), a small model on this machine, which may be wrong"
    assert (opened.offline, opened.small, opened.price) == (False, True, FREE)
    assert [example.count("```") for example in opened.examples("count the primes")] == [2, 2]


def test_a_file_that_names_its_quantisation_is_named_as_it_is(tmp_path, weights):
    named = weights.rename(tmp_path / "tiny-q4_k_m.gguf")

    assert open_model("local", settings(tmp_path, named)).display_name.startswith("tiny-q4_k_m, ")


def test_a_path_behind_the_provider_goes_before_the_settings(tmp_path, weights):
    other = tmp_path / "other.gguf"
    other.write_bytes(TINY)

    assert open_model(f"local:{other}", settings(tmp_path, weights)).display_name.startswith("other ")


def test_what_was_fetched_is_found_without_a_setting(tmp_path, weights):
    place = settings(tmp_path).weights_directory / DEFAULT.file_name
    place.parent.mkdir(parents=True)
    weights.rename(place)

    assert open_model("local", settings(tmp_path)).display_name.startswith(place.stem)


def test_without_weights_it_is_said_how_to_get_some(tmp_path, weights):
    with pytest.raises(ModelMisconfigured, match=r"Run: raygen model pull\."):
        open_model("local", settings(tmp_path / "empty"))


def test_a_path_that_leads_nowhere_is_said(tmp_path, weights):
    with pytest.raises(ModelMisconfigured, match=r"There is no file .*nothing\.gguf\. Set RAYGEN_MODEL_PATH"):
        open_model("local", settings(tmp_path, tmp_path / "nothing.gguf"))


def test_a_file_of_another_kind_is_said(tmp_path, weights):
    weights.write_bytes(b"PK\x03\x04")

    with pytest.raises(ModelMisconfigured, match="is no GGUF file"):
        open_model("local", settings(tmp_path, weights))


def test_without_the_extra_it_is_said_what_to_install(tmp_path, weights, monkeypatch):
    monkeypatch.setattr(provider, "RUNTIME", "a_package_that_nobody_has")

    with pytest.raises(ModelMisconfigured, match=r"Run: pip install 'raygen\[local\]'"):
        open_model("local", settings(tmp_path, weights))


def test_nothing_of_it_is_imported_for_another_provider(weights):
    code = (
        "import sys; from agents.models import open_model; from agents.settings import ProviderSettings; "
        f"open_model('file:{weights}', ProviderSettings()); "
        "print([name for name in sys.modules if 'xllamacpp' in name or name.startswith(('agents.local', 'bm25s'))])"
    )

    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_the_server_is_started_once_however_many_need_it(tmp_path):
    started, barrier = [], Barrier(4)

    def start(path, key):
        started.append((path, key))
        return SimpleNamespace(listening_address="http://127.0.0.1:1")

    server = LlamaServer(tmp_path, start)
    addresses = []

    def need():
        barrier.wait()
        addresses.append(server.address())

    threads = [Thread(target=need) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert addresses == ["http://127.0.0.1:1/v1"] * 4
    assert started == [(tmp_path, server.key)]


def test_weights_that_cannot_be_loaded_are_said_and_may_be_tried_again(tmp_path):
    outcomes = [RuntimeError("Failed to init"), SimpleNamespace(listening_address="http://127.0.0.1:1")]

    def start(path, key):
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    server = LlamaServer(tmp_path / "tiny.gguf", start)

    with pytest.raises(ModelMisconfigured, match=r"tiny\.gguf cannot be loaded"):
        server.address()
    assert server.address() == "http://127.0.0.1:1/v1"
