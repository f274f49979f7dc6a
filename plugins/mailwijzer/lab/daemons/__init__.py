"""Daemons: one small driver each. A driver is data: shell lines for what can be asked of the daemon."""
