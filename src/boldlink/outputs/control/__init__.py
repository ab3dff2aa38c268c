"""What readers can work out from published numbers, and what must be withheld so that they cannot.

Pure arithmetic over shared cells: no data is read here, nothing is decided for a person.
"""
