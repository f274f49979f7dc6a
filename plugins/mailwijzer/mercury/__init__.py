"""MERCURY.INI, the settings of the Mercury/32 mail server: read, and judged by rules that are data. Pure."""
