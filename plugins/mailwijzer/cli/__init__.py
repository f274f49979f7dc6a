"""The command line: `mailwijzer`. It translates; what is done stands in the packages below."""

from mailwijzer.cli.main import app

__all__ = ["app"]
