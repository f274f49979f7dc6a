"""Mail as readers send it: read with care, in a process that may fail."""
