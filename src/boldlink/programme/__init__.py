"""A programme folder read into typed documents, recorded in ledgers, signed, and turned into facts for decisions."""
