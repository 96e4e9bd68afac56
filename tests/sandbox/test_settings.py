from sandbox.system import Sandbox


def test_the_agents_are_told_where_a_models_weights_are(monkeypatch, tmp_path):
    monkeypatch.setenv("RAYGEN_MODEL_PATH", "/models/tiny.gguf")

    environment = Sandbox(model="local", say=print, data=tmp_path)._agent_environment(8080)

    assert environment["RAYGEN_MODEL_PATH"] == "/models/tiny.gguf"


def test_the_agents_look_for_weights_themselves_when_nothing_is_set(monkeypatch, tmp_path):
    monkeypatch.delenv("RAYGEN_MODEL_PATH", raising=False)

    assert "RAYGEN_MODEL_PATH" not in Sandbox(model="local", say=print, data=tmp_path)._agent_environment(8080)
