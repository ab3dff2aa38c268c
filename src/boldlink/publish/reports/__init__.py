"""The report of one pilot, made from what its places have told the public and nothing else.

    report:  [public export of each place], use case, what is still out -> page, spreadsheet (XLSX), spreadsheet (ODS)

Its order is fixed: the answer in plain words; how much it depends on the linking; who was linked and who was not;
outcomes, journeys, effects, sensitivity; limitations; governance; what the answers changed. A figure that has not been
released is named as missing where it would stand.
"""

from boldlink.publish.reports.contents import Outstanding, Report, contents, section_of
from boldlink.publish.reports.page import html_page
from boldlink.publish.reports.writing import Written, write_report

__all__ = ["Outstanding", "Report", "Written", "contents", "html_page", "section_of", "write_report"]
