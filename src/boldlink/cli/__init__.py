"""The `boldlink` command."""
