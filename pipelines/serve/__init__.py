"""The server behind `kg serve`."""

from pipelines.serve.app import DOWNLOADS, create_app
from pipelines.serve.run import bind, run_server

__all__ = ["DOWNLOADS", "bind", "create_app", "run_server"]
