"""The command line: what starts a command, and what several commands share. The commands are in `commands`."""
