"""The environment, as the operator writes it."""

import pytest

from agents.cluster.settings import ClusterSettings


def test_nothing_set_means_no_cluster():
    settings = ClusterSettings.read({})

    assert settings == ClusterSettings()
    assert settings.hosts == ()


def test_everything_can_be_set():
    settings = ClusterSettings.read(
        {
            "RAYGEN_CLUSTER_HOSTS": "ray.example:8265, 10.0.0.7,",
            "RAYGEN_RAY_TOKEN": " t ",
            "RAYGEN_MAX_WAIT_SECONDS": "5",
            "RAYGEN_RUN_TIMEOUT_SECONDS": "60.5",
            "RAYGEN_OUTPUT_LIMIT_BYTES": "1000",
            "RAYGEN_ALLOW_OPEN_CLUSTER": "true",
            "RAYGEN_WARM_DRIVERS": "2",
            "RAYGEN_WARM_IDLE_SECONDS": "30",
        }
    )

    assert settings == ClusterSettings(
        ("ray.example:8265", "10.0.0.7"),
        "t",
        5.0,
        60.5,
        1000,
        allow_open_cluster=True,
        warm_drivers=2,
        warm_idle_seconds=30.0,
    )


def test_the_token_is_not_in_the_repr():
    assert "hunter2" not in repr(ClusterSettings(token="hunter2"))


def test_what_is_no_number_is_said():
    with pytest.raises(ValueError, match="soon"):
        ClusterSettings.read({"RAYGEN_MAX_WAIT_SECONDS": "soon"})
