"""What happens to people, with cause and effect between events: each file one part of a life, in the order they are lived.

    needs → justice (custody, sentences, release, reoffending, death) → rough sleeping → treatment → homelessness
          → hospital, family, victims, Wales, assessments, courts

A part reads what came before it and adds to the life; nothing happens after death. The one source of chance is given.
"""

from boldlink.synthetic.events import ENDS, Life
from boldlink.synthetic.lives.make import live, make_lives

__all__ = ["ENDS", "Life", "live", "make_lives"]
