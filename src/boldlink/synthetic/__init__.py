"""People and departments that do not exist, with the truth known."""

from boldlink.synthetic.extracts import Summary, write_extracts, write_second_delivery

__all__ = ["Summary", "write_extracts", "write_second_delivery"]
