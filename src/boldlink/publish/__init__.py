"""The public register: what is linked, why, under which law, and what came of it.

    publish:  [public export of each place]  -> a folder of pages that a browser reads without a server

A place says what it does in one signed JSON document (`boldlink-public-export/1`). This room merges such
documents and writes pages, each with the same content as JSON and CSV beside it, and released tables also as
spreadsheets. It knows nothing but the exports: nobody can publish from here what a place has not let out.
"""

from boldlink.publish.site import Published, publish

__all__ = ["Published", "publish"]
