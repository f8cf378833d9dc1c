"""One command a module: its `command` is a click.Command. A command knows no other command."""
