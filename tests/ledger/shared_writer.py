"""A process that writes into a shared ledger until it is done or killed, and notes what was acknowledged.

usage: shared_writer.py URL FOLDER NAME LOG COUNT
"""

import os
import sys
from pathlib import Path

from boldlink.ledger import Ledger


def main(url, folder, name, log, count):
    ledger = Ledger(Path(folder), write=True, database=url, place="moj-1")
    handle = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for number in range(int(count)):
        event = ledger.append("thing.done", name, {"place": "moj-1", "number": number})
        os.write(handle, f"{event.number} {event.hash}\n".encode())
        if number % 50 == 49:
            ledger.publish()
    ledger.close()


main(*sys.argv[1:])
