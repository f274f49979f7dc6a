"""The lab: machines in namespaces of an ordinary user, with real daemons, gone when their driver ends."""
