"""`python -m sandbox.s3`: a stand-in for S3 on loopback, moto's server.

It keeps objects for as long as it runs, and looks neither at signatures nor at the time until which an address is good.
"""

from moto.server import main as serve_moto
from pydantic_settings import BaseSettings, SettingsConfigDict


class StoreSettings(BaseSettings):
    """Where the store listens."""

    model_config = SettingsConfigDict(env_prefix="RAYGEN_S3_", extra="ignore")

    port: int


def main() -> None:
    """Serve until stopped."""
    serve_moto(["--host", "127.0.0.1", "--port", str(StoreSettings().port)])


if __name__ == "__main__":
    main()
