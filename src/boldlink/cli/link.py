"""`boldlink link`."""
def link() -> None:
    """x"""
